"""Writing an audit event in the transaction of the change it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.transaction import TransactionManagementError

from portal.audit.canonical import canonical
from portal.audit.check_audit import leaf_hash
from portal.clocks.now import now
from portal.refs import ref

if TYPE_CHECKING:
    from portal.access import Actor

# The lock makes the numbers of a stream gap-free: its next writer waits for this transaction.
# Two statements in one round trip: the second takes its snapshot after the lock is held.
NEXT = """
SELECT pg_advisory_xact_lock(hashtextextended(%s, 0));
SELECT coalesce(max(stream_seq), 0) + 1 FROM audit_event WHERE stream = %s
"""
INSERT = """
INSERT INTO audit_event
    (stream, stream_seq, at, verb, subject, user_id, post_id, agency_id, body, leaf)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def record(
    actor: Actor,
    verb: str,
    subject: models.Model | str,
    /,
    *,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
    stream: str | None = None,
) -> None:
    """Record one act: who did what to what, from what to what, and why.

    ``subject`` is a registered record or a reference; ``stream`` is by default the subject's
    ``audit_root()``, else the subject itself. Must run inside the transaction of the change;
    TransactionManagementError otherwise, since a line on its own proves nothing.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError(f"{verb} is recorded outside a transaction.")
    subject_ref = subject if isinstance(subject, str) else ref(subject)
    stream = stream or _root(subject) or subject_ref
    at = now()
    content = {
        "at": at,
        "actor": actor.facts(),
        "verb": verb,
        "subject": subject_ref,
        "stream": stream,
        "changes": dict(changes or {}),
        "reason": reason,
        "facts": dict(facts or {}),
    }
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [stream, stream])
        [seq] = cursor.fetchone()
        body = canonical({**content, "seq": seq})
        copies = [verb, subject_ref, actor.user_id, actor.post_id, actor.agency_id]
        cursor.execute(INSERT, [stream, seq, at, *copies, body, leaf_hash(body)])


def _root(subject: models.Model | str) -> str | None:
    root = getattr(subject, "audit_root", None)
    return root() if callable(root) else None
