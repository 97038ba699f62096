"""Sending messages, and what their readers do with them."""

from __future__ import annotations

from collections.abc import Sequence

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
    role: str = "",
    title: Sentence,
    body: Sequence[Sentence] = (),
    url: str = "",
    subject_ref: str = "",
    key: str,
    must_acknowledge: bool = False,
    actor: Actor,
) -> Message:
    """Send to one post, or to the holders of a role in an agency ("" means all of it).

    Title and paragraphs are sentences, said in the language of whoever reads them. The same
    ``key`` about the same record goes to the same recipient once; the first words stay.
    Commits with the caller. ValueError unless there is exactly one kind of recipient.
    """
    if (to_post is None) == (to_agency is None):
        raise ValueError("A message goes to a post or to an agency.")
    message, created = Message.objects.get_or_create(
        key=key,
        subject_ref=subject_ref,
        to_post_id=_pk(to_post),
        to_agency_id=_pk(to_agency),
        role=role,
        defaults={
            "heading": title.stored(),
            "paragraphs": [each.stored() for each in body],
            "url": url,
            "must_acknowledge": must_acknowledge,
            "sent_at": now(),
        },
    )
    if created and settings.INBOX_EMAIL:
        announce(MESSAGE_SENT, message.pk, actor=actor)
    return message


def mark_read(message: Message, *, actor: Actor) -> None:
    """Note that the active post has read it; a second time changes nothing."""
    MessageReading.objects.get_or_create(
        message=message, post_id=_post(actor), defaults={"read_at": now()}
    )


def mark_all_read(*, actor: Actor) -> int:
    """Read everything that does not ask for an acknowledgement; how many there were."""
    unread = Message.objects.unread_by(actor).filter(must_acknowledge=False)
    rows = [
        MessageReading(message_id=pk, post_id=_post(actor), read_at=now())
        for pk in unread.values_list("pk", flat=True)
    ]
    MessageReading.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def acknowledge(message: Message, *, actor: Actor) -> None:
    """Confirm for the active post that the content is known."""
    mark_read(message, actor=actor)
    MessageReading.objects.filter(
        message=message, post_id=_post(actor), acknowledged_at__isnull=True
    ).update(acknowledged_at=now())


def _pk(recipient: models.Model | int | None) -> int | None:
    return recipient.pk if isinstance(recipient, models.Model) else recipient


def _post(actor: Actor) -> int:
    if actor.post_id is None:
        raise ValueError("Only a post reads messages.")
    return actor.post_id
