"""Writing an audit event in the transaction of the change it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.transaction import TransactionManagementError

from portal.audit.canonical import canonical
from portal.clocks.now import now
from portal.refs import ref

if TYPE_CHECKING:
    from portal.access import Actor

INSERT = """
SELECT audit_write(%(stream)s, %(at)s, %(verb)s, %(subject)s, %(user)s, %(post)s, %(agency)s,
    %(head)s, %(tail)s)
"""
SEQ = '"seq":'


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
    content = {
        "at": now(),
        "actor": actor.facts(),
        "verb": verb,
        "subject": subject_ref,
        "stream": stream,
        "changes": dict(changes or {}),
        "reason": reason,
        "facts": dict(facts or {}),
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT, _values(content))


def _values(content: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of an event: copies for search, and the two parts of its text."""
    actor = content["actor"]
    head, tail = _around_the_number(content)
    copied = {name: content[name] for name in ("at", "verb", "subject", "stream")}
    who = {name: actor[name] for name in ("user", "post", "agency")}
    return {**copied, **who, "head": head, "tail": tail}


def _around_the_number(content: Mapping[str, Any]) -> tuple[str, str]:
    """The canonical text before and after the number that the stream gives."""
    before = canonical({key: value for key, value in content.items() if key < "seq"})
    after = canonical({key: value for key, value in content.items() if key > "seq"})
    return f"{before[:-1]},{SEQ}", f",{after[1:]}"


def _root(subject: models.Model | str) -> str | None:
    root = getattr(subject, "audit_root", None)
    return root() if callable(root) else None
