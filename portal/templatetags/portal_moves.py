"""The buttons of a record's moves: one primary, the rest in a menu, the forbidden with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import template
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise

from portal.workflow import Offer

register = template.Library()


@dataclass(frozen=True, slots=True)
class MoveButton:
    """An offered move as a button; ``seen`` lets the server notice a stale page."""

    key: str
    label: str | Promise
    url: str
    object: str
    seen: str
    allowed: bool
    why_not: str
    consequence: str | Promise
    basis: str
    takes_reason: bool

    @property
    def asks(self) -> bool:
        """A move with legal effect asks once before it is made."""
        return bool(self.basis or self.takes_reason or self.consequence)


@dataclass(frozen=True, slots=True)
class Moves:
    """The first allowed move stands out, all others wait in a menu."""

    first: MoveButton | None
    rest: list[MoveButton]

    @property
    def asked(self) -> list[MoveButton]:
        every = [self.first, *self.rest] if self.first else self.rest
        return [one for one in every if one.allowed and one.asks]


@register.simple_tag
def arrange_moves(offers: Sequence[Offer], noun: str, obj: models.Model) -> Moves:
    """Buttons of the offers; the address of a move is ``<noun>_<move>`` with the record's key."""
    buttons = [_button(offer, noun, obj) for offer in offers]
    first = next((one for one in buttons if one.allowed), None)
    return Moves(first, [one for one in buttons if one is not first])


def _button(offer: Offer, noun: str, obj: models.Model) -> MoveButton:
    step = offer.move
    return MoveButton(
        key=f"{noun}-{step.name}",
        label=step.label,
        url=reverse(f"{noun}_{step.name}", args=[obj.pk]),
        object=str(obj),
        seen=str(getattr(obj, "state", "")),
        allowed=offer.allowed,
        why_not=offer.why_not,
        consequence=step.consequence,
        basis=step.basis,
        takes_reason=step.reason,
    )
