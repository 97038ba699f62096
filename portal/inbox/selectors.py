"""Reading the inbox."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from portal.access import Actor
from portal.desk.registry import Message as DeskMessage
from portal.inbox.models import Message, MessageQuerySet, MessageReading

MOST_COUNTED = 99  # the top bar shows 99+ beyond


def unread_count(actor: Actor) -> int:
    """How many messages the actor has not read, counted up to 100."""
    return Message.objects.unread_by(actor).order_by()[: MOST_COUNTED + 1].count()


def listed(actor: Actor, *, unread: bool = False) -> MessageQuerySet:
    """The actor's messages, newest first, each with whether the actor has read it."""
    mine = MessageReading.objects.by(actor).filter(message=OuterRef("pk"))
    acknowledged = mine.filter(acknowledged_at__isnull=False)
    rows = Message.objects.unread_by(actor) if unread else Message.objects.visible_to(actor)
    return rows.annotate(is_read=Exists(mine), is_acknowledged=Exists(acknowledged))


def latest(actor: Actor, limit: int) -> list[DeskMessage]:
    """The newest messages as the desk shows them."""
    found = list(Message.objects.visible_to(actor)[:limit])
    mine = MessageReading.objects.by(actor).filter(message__in=found)
    read = set(mine.values_list("message_id", flat=True))
    return [
        DeskMessage(one.title, one.body, one.get_absolute_url(), one.sent_at, one.pk not in read)
        for one in found
    ]
