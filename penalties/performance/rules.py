"""What is owed on a day: principal, surcharge, what was paid. Pure; sums in yuan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from itertools import pairwise, zip_longest

DAY = dt.timedelta(days=1)
CENT = Decimal("0.01")
REMIND_AFTER_DAYS = 30  # 行政强制法 art. 46; the clock of rule D13 counts it for the desk


@dataclass(frozen=True, slots=True)
class Due:
    """A part of the fine that is due on a day."""

    on: dt.date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Paid:
    """Money received towards the fine itself."""

    on: dt.date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Stay:
    """行政复议, 行政诉讼 (处罚法 art. 73): from its first day to the day before it ended."""

    from_on: dt.date
    until_on: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@dataclass(frozen=True, slots=True)
class Account:
    """What a decision's fine comes to on a day."""

    fine: Decimal
    paid: Decimal
    surcharge: Decimal
    days_late: int
    first_late_on: dt.date | None

    @property
    def outstanding(self) -> Decimal:
        return max(self.fine - self.paid, Decimal(0))


def surcharge_of(
    fine: Decimal,
    dues: Sequence[Due],
    paid: Sequence[Paid],
    stays: Sequence[Stay],
    *,
    rate: Decimal,
    on: dt.date,
) -> Account:
    """行政处罚法 arts. 72, 73: each late day ``rate`` of what is overdue, never more than the fine.

    ``on`` is the last day that counts. Days of a review or a suit do not count; a payment counts
    from the day after it, so the day of a late payment is still late.
    """
    surcharge, late_days = Decimal(0), 0
    first_late: dt.date | None = None
    for first, days in _spans(dues, paid, stays, on):
        daily = _overdue(dues, paid, first) * rate
        if daily <= 0 or any(stay.holds_on(first) for stay in stays):
            continue
        full = ((fine - surcharge) / daily).to_integral_value(ROUND_CEILING)
        counted = min(days, int(full))
        surcharge = min(fine, surcharge + daily * counted)
        late_days += counted
        first_late = first_late or first
        if surcharge == fine:
            break
    total = sum((each.amount for each in paid), Decimal(0))
    rounded = surcharge.quantize(CENT, ROUND_HALF_UP)
    return Account(fine, total, rounded, late_days, first_late)


def _spans(
    dues: Sequence[Due], paid: Sequence[Paid], stays: Sequence[Stay], on: dt.date
) -> list[tuple[dt.date, int]]:
    """First day and length of the spans up to a day in which nothing changes, in order."""
    facts = [*(due.on for due in dues), *(each.on for each in paid)]
    changes = {day + DAY for day in facts if day < on}
    for stay in stays:
        changes |= {day for day in (stay.from_on, stay.until_on) if day is not None}
    first = min((due.on for due in dues), default=on)
    starts = sorted(day for day in changes if first < day <= on)
    return [
        (start, ((end - start).days if end else (on - start).days + 1))
        for start, end in zip_longest(starts, starts[1:])
    ]


def _overdue(dues: Sequence[Due], paid: Sequence[Paid], day: dt.date) -> Decimal:
    owed = sum((due.amount for due in dues if due.on < day), Decimal(0))
    had = sum((each.amount for each in paid if each.on < day), Decimal(0))
    return owed - had


def instalments_fit(fine: Decimal, amounts: Sequence[Decimal], days: Sequence[dt.date]) -> bool:
    """行政处罚法 art. 66: the parts make up the fine, each on a later day than the one before."""
    ordered = all(one < other for one, other in pairwise(days))
    return bool(amounts) and sum(amounts, Decimal(0)) == fine and ordered
