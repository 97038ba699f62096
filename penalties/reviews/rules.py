"""When legal review and collective discussion are due, and what a discussion needs. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

FEWEST_MEMBERS = 3


@dataclass(frozen=True, slots=True)
class Weight:
    """What decides how many people must look at a case. Money in yuan."""

    market: bool
    money: Decimal = Decimal(0)
    weighty_kinds: bool = False
    complex: bool = False
    public_interest: bool = False
    heard: bool = False


def legal_triggers(weight: Weight) -> list[str]:
    """行政处罚法 art. 58: why legal review is due; empty when it is not."""
    reasons = {
        "public_interest": weight.public_interest,
        "heard": weight.heard,
        "complex": weight.complex,
        "procedure": weight.market,
    }
    return [name for name, due in reasons.items() if due]


def discussion_triggers(weight: Weight, threshold: Decimal) -> list[str]:
    """行政处罚法 art. 57, order 30: why collective discussion is due; empty when it is not."""
    reasons = {
        "complex": weight.complex,
        "amount": weight.money >= threshold,
        "weighty": weight.weighty_kinds,
    }
    return [name for name, due in reasons.items() if due]


def carried(votes: Collection[str]) -> bool:
    """More than half of all members agree."""
    agreeing = sum(vote == "agree" for vote in votes)
    return agreeing * 2 > len(votes)


def too_small(members: Collection[object]) -> bool:
    return len(members) < FEWEST_MEMBERS


def hearing_due(money: Decimal, threshold: Decimal, *, weighty_kinds: bool) -> bool:
    """行政处罚法 art. 63: a larger sum, from the threshold on, or one of the weighty kinds."""
    return weighty_kinds or money >= threshold
