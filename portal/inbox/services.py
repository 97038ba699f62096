"""Sending messages, and what their readers do with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import models, transaction

from portal.access import Actor
from portal.clocks.now import now
from portal.events import MESSAGE_SENT, announce
from portal.inbox.models import Message, MessageReading
from portal.inbox.sentences import Sentence


@transaction.atomic
def send(
    *,
    to_post: models.Model | int | None = None,
    to_agency: models.Model | int | None = None,
    to_institution: models.Model | int | None = None,
    role: str = "",
    title: Sentence,
    body: Sequence[Sentence] = (),
    url: str = "",
    subject_ref: str = "",
    key: str,
    must_acknowledge: bool = False,
    actor: Actor,
) -> Message:
    """Send to one post, to the holders of a role in an agency ("" means all of it), or to an
    institution: to its own users.

    Title and paragraphs are sentences, said in the language of whoever reads them. The same
    ``key`` about the same record goes to the same recipient once; the first words stay.
    Commits with the caller. No mail goes to institutions. ValueError unless one recipient.
    """
    _demand_one((to_post, to_agency, to_institution))
    message, created = Message.objects.get_or_create(
        key=key,
        subject_ref=subject_ref,
        to_post_id=_pk(to_post),
        to_agency_id=_pk(to_agency),
        to_institution_id=_pk(to_institution),
        role=role,
        defaults={
            "heading": title.stored(),
            "paragraphs": [each.stored() for each in body],
            "url": url,
            "must_acknowledge": must_acknowledge,
            "sent_at": now(),
        },
    )
    if created and settings.INBOX_EMAIL and to_institution is None:
        announce(MESSAGE_SENT, message.pk, actor=actor)
    return message


@transaction.atomic
def send_each(
    holders: Iterable[tuple[int, str]],
    *,
    title: Sentence,
    body: Sequence[Sentence] = (),
    url: str = "",
    subject_ref: str,
    key: str,
    actor: Actor,
) -> None:
    """The same words to the holders of a role in each of these agencies; each once, as `send`."""
    told = Message.objects.filter(key=key, subject_ref=subject_ref)
    known = set(told.values_list("to_agency_id", "role"))
    facts = {"heading": title.stored(), "paragraphs": [each.stored() for each in body]}
    made = Message.objects.bulk_create(
        Message(
            key=key,
            subject_ref=subject_ref,
            to_agency_id=agency,
            role=role,
            url=url,
            sent_at=now(),
            **facts,
        )
        for agency, role in holders
        if (agency, role) not in known
    )
    if settings.INBOX_EMAIL:
        for message in made:
            announce(MESSAGE_SENT, message.pk, actor=actor)


def mark_read(message: Message, *, actor: Actor) -> None:
    """Note that the actor has read it; a second time changes nothing."""
    MessageReading.objects.get_or_create(
        message=message, **_reader(actor), defaults={"read_at": now()}
    )


def mark_all_read(*, actor: Actor) -> int:
    """Read everything that does not ask for an acknowledgement; how many there were."""
    unread = Message.objects.unread_by(actor).filter(must_acknowledge=False)
    rows = [
        MessageReading(message_id=pk, read_at=now(), **_reader(actor))
        for pk in unread.values_list("pk", flat=True)
    ]
    MessageReading.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def acknowledge(message: Message, *, actor: Actor) -> None:
    """Confirm that the content is known: for the active post, or for the institution."""
    mark_read(message, actor=actor)
    rows = MessageReading.objects.by(actor).filter(message=message, acknowledged_at=None)
    rows.update(acknowledged_at=now())


def _demand_one(recipients: Sequence[models.Model | int | None]) -> None:
    if sum(each is not None for each in recipients) != 1:
        raise ValueError("A message goes to a post, to an agency or to an institution.")


def _pk(recipient: models.Model | int | None) -> int | None:
    return recipient.pk if isinstance(recipient, models.Model) else recipient


def _reader(actor: Actor) -> dict[str, int]:
    """Who has read: a post, or a person of an institution, who holds none."""
    if actor.institution_id is not None and actor.user_id is not None:
        return {"reader_id": actor.user_id}
    if actor.post_id is None:
        raise ValueError("Only a post or an institution's user reads messages.")
    return {"post_id": actor.post_id}
