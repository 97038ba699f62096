"""Reading the outbox: how each channel stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q

from portal.access import Actor
from portal.outbox.channels import label_of, mode_of, registered_channels
from portal.outbox.choices import MessageState, Mode
from portal.outbox.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel as the page shows it, counted over what the actor sees."""

    code: str
    mode: str
    waiting: int
    batched: int
    dead: int
    differing: int
    oldest: dt.datetime | None

    @property
    def label(self) -> str:
        return label_of(self.code)

    @property
    def mode_label(self) -> str:
        return str(Mode(self.mode).label)

    @property
    def by_file(self) -> bool:
        return self.mode == Mode.FILE

    @property
    def stands_still(self) -> bool:
        """Messages wait that nothing will send."""
        return self.dead > 0 or (self.mode == Mode.OFF and self.waiting > 0)


def _counted(state: str) -> Count:
    return Count("pk", filter=Q(state=state))


def channel_lines(actor: Actor) -> list[ChannelLine]:
    """Every registered channel, and any other that still holds messages; one query."""
    open_ones = OutboxMessage.objects.visible_to(actor).filter(
        Q(state__in=[MessageState.WAITING, MessageState.BATCHED, MessageState.DEAD])
        | Q(state=MessageState.ACCEPTED, difference__gt="")
    )
    counted: dict[str, dict[str, Any]] = {
        row.pop("channel"): row
        for row in open_ones.order_by()
        .values("channel")
        .annotate(
            waiting=_counted(MessageState.WAITING),
            batched=_counted(MessageState.BATCHED),
            dead=_counted(MessageState.DEAD),
            differing=_counted(MessageState.ACCEPTED),
            oldest=Min("created_at", filter=~Q(state=MessageState.ACCEPTED)),
        )
    }
    none = dict.fromkeys(("waiting", "batched", "dead", "differing"), 0) | {"oldest": None}
    codes = sorted({channel.code for channel in registered_channels()} | set(counted))
    return [ChannelLine(code, mode_of(code), **counted.get(code, none)) for code in codes]


def stopped_count(actor: Actor) -> int:
    """How many messages stand still: the number in the menu."""
    return OutboxMessage.objects.visible_to(actor).filter(state=MessageState.DEAD).count()
