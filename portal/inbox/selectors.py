"""Reading the inbox."""

from __future__ import annotations

from portal.access import Actor
from portal.inbox.models import Message

MOST_COUNTED = 99  # the top bar shows 99+ beyond


def unread_count(actor: Actor) -> int:
    """How many messages the active post has not read, counted up to 100."""
    if not actor.is_staff:
        return 0
    return Message.objects.unread_by(actor).order_by()[: MOST_COUNTED + 1].count()


def to_acknowledge(actor: Actor) -> list[Message]:
    """Messages that ask for an acknowledgement the active post has not given yet."""
    given = {"readings__post_id": actor.post_id, "readings__acknowledged_at__isnull": False}
    waiting = Message.objects.visible_to(actor).filter(must_acknowledge=True).exclude(**given)
    return list(waiting[:20])
