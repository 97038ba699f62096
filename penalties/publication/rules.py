"""How long a penalty is public, and what must not be in a public text. Pure (regulation §6.1).

信用修复管理办法 (from 2026-04-01): minor, general and serious, counted from the date of the
document that finds the breach. 市场监督管理行政处罚信息公示规定 (order 45): counted from the day
of publication. A term of months or years ends with the same day of its last month.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from institutions.registry.rules import months_later

MINOR, GENERAL, SERIOUS = "minor", "general", "serious"
NOT_PUBLIC, LOW, OTHER = "not_public", "low", "other"
GRAVE_KINDS = frozenset(
    {"downgrade", "revocation", "restriction", "stoppage", "closure", "occupation"}
)
LIGHT_KINDS = frozenset({"warning", "criticism", "fine"})


@dataclass(frozen=True, slots=True)
class Penalty:
    """What was imposed: kinds, fine in yuan, the last day of a restriction it names."""

    kinds: frozenset[str]
    fine: Decimal
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A publication's term: first day, the day from which it may be repaired, last day."""

    from_on: dt.date
    earliest_end_on: dt.date | None
    ends_on: dt.date


def credit_class(penalty: Penalty, *, large: Decimal, huge: Decimal) -> str:
    """信用修复管理办法: serious with a huge fine, a revocation or a ban; general with a large
    fine or a confiscation; else minor. ``large`` and ``huge`` in yuan, themselves included.
    """
    if penalty.kinds & GRAVE_KINDS or penalty.fine >= huge:
        return SERIOUS
    if penalty.kinds - LIGHT_KINDS or penalty.fine >= large:
        return GENERAL
    return MINOR


def market_class(penalty: Penalty, *, large: Decimal) -> str:
    """Order 45: a mere warning is not published; criticism or a low fine shortly; others long."""
    if penalty.kinds <= {"warning"}:
        return NOT_PUBLIC
    if penalty.kinds <= LIGHT_KINDS and penalty.fine < large:
        return LOW
    return OTHER


def credit_term(decided_on: dt.date, *, shortest: int | None, longest: int) -> Term:
    """From the date of the decision, in months."""
    earliest = None if shortest is None else months_later(decided_on, shortest)
    return Term(decided_on, earliest, months_later(decided_on, longest))


def market_term(published_on: dt.date, *, months: int, until: dt.date | None = None) -> Term:
    """From the day of publication; a restriction that lasts longer is published as long."""
    ends_on = months_later(published_on, months)
    return Term(published_on, None, max(ends_on, until) if until else ends_on)


IDENTITY = re.compile(
    r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def leftovers(text: str, names: Collection[str]) -> list[str]:
    """Personal data that a public text still holds: identity and phone numbers, given names."""
    found = [*IDENTITY.findall(text), *MOBILE.findall(text)]
    return found + [name for name in names if len(name) > 1 and name in text]


def masked(name: str) -> str:
    """王小明 becomes 王某某: a person stays unnamed in public."""
    return name[:1] + "某" * (len(name) - 1)
