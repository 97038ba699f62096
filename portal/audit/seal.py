"""The sealer: every minute, what is surely committed gets its leaf number, root and chain link."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from portal.audit.check_audit import START, Tree, batch_hash
from portal.clocks.now import SHANGHAI, now

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

log = logging.getLogger("portal.audit.heads")  # settings ship this logger to another host

ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('audit sealer', 0))"
# The order of ids is not the order of commits: below the snapshot's xmin nothing is in flight.
# A number above xmax cannot come from this cluster: such rows were restored from a backup.
WAITING = """
SELECT e.id, e.leaf FROM audit_queue q JOIN audit_event e ON e.id = q.event_id
WHERE e.xid < pg_snapshot_xmin(pg_current_snapshot())
   OR e.xid >= pg_snapshot_xmax(pg_current_snapshot())
ORDER BY e.xid, e.id LIMIT %s
"""
LAST = "SELECT n, last_leaf, hash FROM audit_batch ORDER BY n DESC LIMIT 1"
BATCH = """
INSERT INTO audit_batch (n, first_leaf, last_leaf, root, prev, hash, sealed_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
SEALS = """
INSERT INTO audit_seal (leaf_no, event_id, batch, leaf)
SELECT %s + t.place - 1, t.id, %s, e.leaf
FROM unnest(%s::bigint[]) WITH ORDINALITY AS t (id, place) JOIN audit_event e ON e.id = t.id
"""
DEQUEUE = "DELETE FROM audit_queue WHERE event_id = ANY(%s)"
HEAD = """
INSERT INTO audit_head (on_date, batch, leaves, hash, at)
SELECT %s, n, last_leaf, hash, %s FROM audit_batch WHERE sealed_at < %s ORDER BY n DESC LIMIT 1
ON CONFLICT DO NOTHING RETURNING batch, leaves, hash
"""


def seal_all(*, most: int = 50_000) -> int:
    """Seal batch after batch until nothing waits; the number of events sealed."""
    total = 0
    while sealed := seal_batch(most=most):
        total += sealed
        if sealed < most:
            break
    return total


@transaction.atomic
def seal_batch(*, most: int = 50_000) -> int:
    """Seal at most so many events under one root; 0 when none waits or another sealer works."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(WAITING, [most])
        waiting = cursor.fetchall()
        if waiting:
            _write(cursor, waiting)
    return len(waiting)


def _write(cursor: CursorWrapper, waiting: list[tuple[int, Any]]) -> None:
    cursor.execute(LAST)
    before, last_leaf, prev = cursor.fetchone() or (0, 0, START)
    n, first, last = before + 1, last_leaf + 1, last_leaf + len(waiting)
    tree = Tree()
    for _id, leaf in waiting:
        tree.add(bytes(leaf))
    sealed_at = now()
    link = batch_hash(n, first, last, tree.root(), bytes(prev), microseconds(sealed_at))
    cursor.execute(BATCH, [n, first, last, tree.root(), bytes(prev), link, sealed_at])
    keys = [key for key, _leaf in waiting]
    cursor.execute(SEALS, [first, n, keys])
    cursor.execute(DEQUEUE, [keys])
    log.info("audit batch %s leaves %s-%s hash %s", n, first, last, link.hex())


@transaction.atomic
def publish_head(today: dt.date) -> None:
    """The head of the day before ``today``, once: stored, shown to the public, logged."""
    midnight = dt.datetime.combine(today, dt.time(), tzinfo=SHANGHAI)
    day = today - dt.timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(on_date) FROM audit_head")
        [before] = cursor.fetchone()
        cursor.execute(HEAD, [day, now(), midnight])
        made = cursor.fetchone()
    if made:
        batch, leaves, link = made
        log.info("audit head %s batch %s leaves %s hash %s", day, batch, leaves, bytes(link).hex())
        if before is not None and before < day - dt.timedelta(days=1):
            log.error("audit heads are missing between %s and %s", before, day)


def microseconds(instant: dt.datetime) -> int:
    """Since 1970 UTC, exactly."""
    return (instant - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
