"""Checking the whole audit against its seals, in constant memory.

Every value that is compared is read as a number, as text or as bytes: nothing is rendered by the
server, so time zone, date style and locale cannot matter.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connection, transaction

from portal.audit.check_audit import START, Tree, batch_hash, leaf_hash
from portal.audit.seal import microseconds

MOST = 100  # findings of one kind; the first is what counts

SEALED = """
SELECT s.leaf_no, s.event_id, s.batch, s.leaf, e.stream, e.stream_seq,
    (extract(epoch FROM e.at) * 1000000)::bigint, e.verb, e.subject,
    e.user_id, e.post_id, e.agency_id, e.body, e.leaf
FROM audit_seal s LEFT JOIN audit_event e ON e.id = s.event_id
WHERE s.leaf_no >= %s ORDER BY s.leaf_no
"""
QUEUED = """
SELECT 0, q.event_id, 0, e.leaf, e.stream, e.stream_seq,
    (extract(epoch FROM e.at) * 1000000)::bigint, e.verb, e.subject,
    e.user_id, e.post_id, e.agency_id, e.body, e.leaf
FROM audit_queue q LEFT JOIN audit_event e ON e.id = q.event_id ORDER BY q.event_id
"""
BATCHES = """
SELECT n, first_leaf, last_leaf, root, prev, hash, (extract(epoch FROM sealed_at) * 1000000)::bigint
FROM audit_batch WHERE n >= %s ORDER BY n
"""
GAPS = """
SELECT stream, (
    SELECT min(before + 1) FROM (
        SELECT stream_seq, lag(stream_seq, 1, 0::bigint) OVER (ORDER BY stream_seq) AS before
        FROM audit_event e WHERE e.stream = s.stream) numbered
    WHERE stream_seq <> before + 1)
FROM (SELECT stream FROM audit_event GROUP BY stream
      HAVING min(stream_seq) <> 1 OR max(stream_seq) <> count(*)) s
ORDER BY stream LIMIT %s
"""
STRAYS = """
SELECT e.id, e.stream FROM audit_event e
WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.event_id = e.id)
  AND NOT EXISTS (SELECT FROM audit_queue q WHERE q.event_id = e.id)
ORDER BY e.id LIMIT %s
"""
HEADS = "SELECT on_date, batch, leaves, hash FROM audit_head WHERE batch >= %s ORDER BY on_date"
ONE_BATCH = "SELECT last_leaf, hash FROM audit_batch WHERE n = %s"
COPIES = ("stream", "seq", "at", "verb", "subject", "user", "post", "agency")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, with the leaf, event and stream where it is known."""

    what: str
    leaf_no: int | None = None
    event_id: int | None = None
    stream: str = ""

    def __str__(self) -> str:
        place = [
            f"{label} {value}"
            for label, value in (
                ("leaf", self.leaf_no),
                ("event", self.event_id),
                ("stream", self.stream),
            )
            if value
        ]
        return f"{', '.join(place)}: {self.what}" if place else self.what


@contextmanager
def snapshot() -> Iterator[None]:
    """One unchanging view of the tables for all reads inside."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def findings(*, since: int = 1, heads: Iterable[Mapping[str, Any]] = ()) -> Iterator[Finding]:
    """Everything that is wrong from batch ``since`` on, in the order of the leaves.

    ``heads`` are rows of a heads.json that was kept outside; the stored heads are always compared.
    """
    with snapshot():
        yield from _batches_and_leaves(since)
        yield from _unsealed()
        yield from _gaps()
        yield from _heads(since, heads)


def _rows(query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
    """Rows through a cursor on the server's side: constant memory here and there."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, values)
        yield from cursor


def _batches_and_leaves(since: int) -> Iterator[Finding]:
    before = next(_rows(ONE_BATCH, since - 1), None)
    if since > 1 and before is None:
        yield Finding(f"batch {since - 1} is missing")
        return
    last, prev = (before[0], bytes(before[1])) if before else (0, START)
    leaves = Leaves(_rows(SEALED, last + 1))
    number = since - 1
    for batch in _rows(BATCHES, since):
        yield from _link(batch, number, last, prev)
        yield from leaves.of(batch)
        number, last, prev = batch[0], batch[2], bytes(batch[5])
    for row in leaves.rest():
        yield Finding("sealed in no batch", row[0], row[1], row[4] or "")


def _link(batch: tuple[Any, ...], number: int, last: int, prev: bytes) -> Iterator[Finding]:
    """Whether a batch follows the one before it, and its hash its content."""
    n, first, end, root, before, link, sealed_at = batch
    if n != number + 1:
        yield Finding(f"batch {number + 1} is missing", last + 1)
    elif first != last + 1:
        yield Finding(f"batch {n} begins at leaf {first}, not at {last + 1}", last + 1)
    elif bytes(before) != prev:
        yield Finding(f"batch {n} is not chained to batch {number}", first)
    if batch_hash(n, first, end, bytes(root), bytes(before), sealed_at) != bytes(link):
        yield Finding(f"the hash of batch {n} is not that of its content", first)


class Leaves:
    """The stream of leaves, taken batch by batch."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._rows = rows

    def of(self, batch: tuple[Any, ...]) -> Iterator[Finding]:
        """Check the leaves of one batch, each by itself, then all under the root."""
        n, first, last, root = batch[:4]
        tree, sound, expected = Tree(), True, first
        for row in self._until(last):
            fault = _missing(row, expected) or _leaf_fault(row, n)
            if fault is not None:
                sound = False
                yield fault
            tree.add(bytes(row[3]))
            expected = row[0] + 1
        if expected != last + 1:
            yield Finding(f"the last leaves of batch {n} are missing", expected)
        elif sound and tree.root() != bytes(root):
            what = f"leaves {first} to {last} are not those that batch {n} sealed"
            yield Finding(what, first)

    def rest(self) -> Iterator[tuple[Any, ...]]:
        return self._rows

    def _until(self, last: int) -> Iterator[tuple[Any, ...]]:
        for row in self._rows:
            if row[0] > last:
                self._rows = chain([row], self._rows)
                return
            yield row
            if row[0] == last:
                return


def _missing(row: tuple[Any, ...], expected: int) -> Finding | None:
    if row[0] == expected:
        return None
    return Finding("the seal is missing", expected)


def _leaf_fault(row: tuple[Any, ...], n: int) -> Finding | None:
    """What is wrong with one leaf; its place in the tree is checked with its batch."""
    number, event, batch, sealed, stream, *_copies, body, leaf = row
    if body is None:
        return Finding("the event is missing", number, event)
    what = _event_fault(row)
    if what is None and bytes(leaf) != bytes(sealed):
        what = "body and leaf were edited after the sealing"
    if what is None and batch != n:
        what = f"stands under batch {batch}, belongs to batch {n}"
    return Finding(what, number, event, stream) if what else None


def _event_fault(row: tuple[Any, ...]) -> str | None:
    """Whether an event's leaf is the hash of its body, and the columns are copies of it."""
    body, leaf = row[12], row[13]
    if leaf_hash(body) != bytes(leaf):
        return "the body was edited"
    try:
        truth = _told(body)
    except (KeyError, TypeError, ValueError):
        return "the body is not that of an event"
    if truth == row[4:12]:
        return None
    wrong = [name for name, a, b in zip(COPIES, truth, row[4:12], strict=True) if a != b]
    return f"the columns {', '.join(wrong)} differ from the body"


def _told(body: str) -> tuple[Any, ...]:
    """What the body says of the copied columns, in their order."""
    told = json.loads(body)
    actor = told["actor"]
    return (
        told["stream"],
        told["seq"],
        microseconds(dt.datetime.fromisoformat(told["at"])),
        told["verb"],
        told["subject"],
        actor["user"],
        actor["post"],
        actor["agency"],
    )


def _unsealed() -> Iterator[Finding]:
    """Events that wait must be there and sound; all others must be sealed."""
    for row in _rows(QUEUED):
        event, stream, body = row[1], row[4], row[12]
        if body is None:
            yield Finding("the event is missing; it was not sealed yet", None, event)
        elif what := _event_fault(row):
            yield Finding(what, None, event, stream)
    for event, stream in _rows(STRAYS, MOST):
        yield Finding("the event neither is sealed nor waits for it", None, event, stream)


def _gaps() -> Iterator[Finding]:
    for stream, number in _rows(GAPS, MOST):
        yield Finding(f"number {number} of the stream is missing", stream=stream)


def _heads(since: int, given: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    stored = [
        (str(day), n, leaves, bytes(link).hex()) for day, n, leaves, link in _rows(HEADS, since)
    ]
    outside = [(head["date"], head["batch"], head["leaves"], head["hash"]) for head in given]
    for day, n, leaves, link in [*stored, *outside]:
        batch = next(_rows(ONE_BATCH, n), None)
        if batch is None:
            what = f"the head of {day} covers {leaves} leaves; batch {n} and what followed are gone"
            yield Finding(what)
        elif (batch[0], bytes(batch[1]).hex()) != (leaves, link):
            yield Finding(f"batch {n} differs from the head of {day}")
