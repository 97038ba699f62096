"""When a publication may end before its term (regulation §6.1). Pure.

信用修复管理办法 (from 2026-04-01): the shortest term is over, everything is performed, the party
has made a public commitment. 市场监督管理行政处罚信息公示规定 (order 45): performed, the harm
removed, no further penalty of the same kind, on no list; never for 停产停业, 限制从业, 降级, 吊销.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

# Order 45: a publication of these runs its whole term.
NEVER_EARLY = frozenset({"stoppage", "occupation", "downgrade", "revocation"})


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known on the day of the check. ``listed``: None while nobody has looked."""

    kinds: frozenset[str] = frozenset()
    earliest_end_on: dt.date | None = None
    performed: bool = False
    committed_on: dt.date | None = None
    harm_removed: bool = False
    further_penalties: int = 0
    listed: bool | None = None


def credit_conditions(now: Situation, on: dt.date) -> dict[str, bool]:
    """信用修复管理办法: each condition by name, and whether it is met on a day."""
    return {
        "term": now.earliest_end_on is None or on >= now.earliest_end_on,
        "performed": now.performed,
        "commitment": now.committed_on is not None and now.committed_on <= on,
    }


def market_conditions(now: Situation) -> dict[str, bool]:
    """Order 45: each condition by name, and whether it is met."""
    return {
        "kind": not now.kinds & NEVER_EARLY,
        "performed": now.performed,
        "harm": now.harm_removed,
        "same_kind": now.further_penalties == 0,
        "listed": now.listed is False,
    }


def unmet(conditions: dict[str, bool]) -> list[str]:
    """The names of what is missing, in the order of the law."""
    return [name for name, met in conditions.items() if not met]
