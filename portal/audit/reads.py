"""Reads of protected data: lines in the reader's own stream, not in the record's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from portal.audit.record import record
from portal.refs import ref

if TYPE_CHECKING:
    from portal.access import Actor


def record_read(actor: Actor, subject: models.Model | str, what: str) -> None:
    """Record that somebody read protected data of a record; ``what`` names it in plain words,
    not translated: the audit does not depend on the language of anybody's screen.

    Must run inside a transaction. The stream is the reader's, so a much-read record is no lock.
    """
    subject_ref = subject if isinstance(subject, str) else ref(subject)
    stream = f"user:{actor.user_id}" if actor.user_id else "user:public"
    record(actor, "access.read", subject_ref, facts={"what": what}, stream=stream)
