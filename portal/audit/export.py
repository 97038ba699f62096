"""The audit as JSON lines that `check_audit.py` verifies, for the eyes of one actor.

It is read in pages, each by a statement of its own: between two pages no transaction stands open,
however slowly somebody downloads. Pages still fit together, because sealed rows never change and
the last batch is settled at the beginning.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import connection

from portal import refs
from portal.audit.check_audit import FORMAT
from portal.audit.models import agencies_of

if TYPE_CHECKING:
    from portal.access import Actor

ROWS = """
SELECT s.leaf_no, s.event_id, s.leaf, e.body, e.agency_id, e.subject
FROM audit_seal s JOIN audit_event e ON e.id = s.event_id
WHERE s.batch = %s AND s.leaf_no > %s ORDER BY s.leaf_no LIMIT %s
"""
LAST = "SELECT coalesce(max(n), 0) FROM audit_batch"
BATCHES = """
SELECT n, first_leaf, last_leaf, root, prev, hash, (extract(epoch FROM sealed_at) * 1000000)::bigint
FROM audit_batch WHERE n > %s AND n <= %s ORDER BY n LIMIT %s
"""
CHUNK = 2000
Row = dict[str, Any]


def lines(*, since: int = 1, actor: Actor | None = None) -> Iterator[str]:
    """The export, line by line, from batch ``since`` on; whole when no actor is given.

    What the actor may not read stands there as its hash alone, so that the chain still verifies.
    """
    for row in _rows(since, actor):
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def _rows(since: int, actor: Actor | None) -> Iterator[Row]:
    agencies = frozenset(agencies_of(actor)) if actor is not None else frozenset()
    yield {"format": FORMAT, "since": since}
    [(end,)] = _page(LAST)
    last = since - 1
    while batches := _page(BATCHES, last, end, CHUNK):
        for batch in batches:
            yield {"batch": _batch(batch)}
            yield from _leaves(batch[0], actor, agencies)
        last = batches[-1][0]
    yield {"end": {"batches": last}}


def _page(query: str, *values: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _batch(row: tuple[Any, ...]) -> Row:
    n, first, last, root, prev, link, sealed_at = row
    hashes = {"root": root, "prev": prev, "hash": link}
    return {
        "n": n,
        "first": first,
        "last": last,
        **{name: bytes(value).hex() for name, value in hashes.items()},
        "sealed_at": sealed_at,
    }


def _leaves(n: int, actor: Actor | None, agencies: frozenset[int]) -> Iterator[Row]:
    before = 0
    while chunk := _page(ROWS, n, before, CHUNK):
        orphans = {subject for *_row, agency, subject in chunk if agency is None}
        seen = refs.visible(orphans, actor) if actor is not None else set()
        for number, event, leaf, body, agency, subject in chunk:
            row = {"leaf": number, "id": event, "hash": bytes(leaf).hex()}
            if actor is None or agency in agencies or (agency is None and subject in seen):
                row["body"] = body
            yield row
        before = chunk[-1][0]
        if len(chunk) < CHUNK:
            return
