"""Counting legal periods, as pure functions: no clock, no database.

行政处罚法 art. 85: its periods of 2, 3, 5 and 7 days are working days, longer ones calendar days.
The start day is not counted; a last calendar day on a day off moves to the next working day.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

HOUR, WORKING_DAY, CALENDAR_DAY, MONTH, YEAR, FIXED_DATE = (
    "hour",
    "working_day",
    "calendar_day",
    "month",
    "year",
    "fixed_date",
)
DAY = dt.timedelta(days=1)
SATURDAY = 5
# 全国年节及纪念日放假办法: the days off with a fixed date, for years nobody has announced yet.
FIXED_HOLIDAYS = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}


@dataclass(frozen=True, slots=True)
class DayException:
    """A day on which the week does not decide: a day off, or a make-up working day."""

    working: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days: what was announced by year, and which years are official."""

    exceptions: Mapping[dt.date, DayException] = field(default_factory=dict)
    official: frozenset[int] = frozenset()
    known: frozenset[int] = frozenset()  # official or provisional: has its own list of days off

    def is_working(self, day: dt.date) -> bool:
        said = self.exceptions.get(day)
        if said is not None:
            return said.working
        if day.year not in self.known and (day.month, day.day) in FIXED_HOLIDAYS:
            return False
        return day.weekday() < SATURDAY

    def is_provisional(self, day: dt.date) -> bool:
        """Whether the State Council's notice for the day's year is not in the calendar yet."""
        return day.year not in self.official

    def why(self, day: dt.date) -> str:
        """``working``, ``make_up``, ``holiday`` or ``weekend``."""
        said = self.exceptions.get(day)
        if said is not None:
            if said.working:
                return "make_up" if day.weekday() >= SATURDAY else "working"
            return "holiday"
        if self.is_working(day):
            return "working"
        return "weekend" if day.weekday() >= SATURDAY else "holiday"

    def name(self, day: dt.date) -> str:
        said = self.exceptions.get(day)
        if said is not None:
            return said.name
        known = day.year in self.known
        return "" if known else FIXED_HOLIDAYS.get((day.month, day.day), "")

    def last_working_day_before(self, day: dt.date) -> dt.date:
        """The last working day strictly before a day."""
        before = day - DAY
        while not self.is_working(before):
            before -= DAY
        return before

    def first_working_day_from(self, day: dt.date) -> dt.date:
        """The day itself when it is a working day, else the first one after it."""
        while not self.is_working(day):
            day += DAY
        return day


@dataclass(frozen=True, slots=True)
class Break:
    """Days off in a row with a public holiday among them, and the day on which work begins."""

    from_on: dt.date
    to_on: dt.date
    back_on: dt.date


def break_ahead(day: dt.date, calendar: Calendar) -> Break | None:
    """The break that begins after this day or that it lies in; None for an ordinary weekend."""
    working = calendar.is_working(day)
    from_on = (day if working else calendar.last_working_day_before(day)) + DAY
    back_on = calendar.first_working_day_from(from_on)
    days = [from_on + DAY * number for number in range((back_on - from_on).days)]
    if not any(calendar.why(each) == "holiday" for each in days):
        return None
    return Break(from_on, back_on - DAY, back_on)


@dataclass(frozen=True, slots=True)
class Term:
    """A legal period. ``month`` and ``day`` are of the fixed date, else 0."""

    length: int
    unit: str
    counts_start: bool = False
    rolls: bool = True
    month: int = 0
    day: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """Days that do not count: from the first, up to but without the day of resumption."""

    from_on: dt.date
    until_on: dt.date | None = None

    def holds(self, day: dt.date) -> bool:
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@dataclass(frozen=True, slots=True)
class Extended:
    """A due date set by approval on a day; later suspensions still push it."""

    until: dt.date
    granted_on: dt.date


@dataclass(frozen=True, slots=True)
class Day:
    """One line of an explanation: the day, how many days count so far, and why it does or not.

    ``why``: start, working, make_up, calendar, weekend, holiday, suspended, moved, term, fixed,
    hour, extended, target.
    """

    on: dt.date
    number: int
    why: str
    note: str = ""
    provisional: bool = False
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """The result: the due day (and instant for hours), its reasons, and whether it may move."""

    due_on: dt.date
    days: tuple[Day, ...]
    provisional: bool
    due_at: dt.datetime | None = None


def count(
    term: Term,
    start: dt.date | dt.datetime,
    calendar: Calendar,
    *,
    spans: Sequence[Span] = (),
    extended: Extended | None = None,
) -> Count:
    """Count a period from its start. Hours take an aware instant, the others a day.

    ValueError for hours from a day or from an instant without a zone.
    """
    if term.unit == HOUR:
        return _hours(term, start)
    first = start.date() if isinstance(start, dt.datetime) else start
    if term.unit == FIXED_DATE:
        days = _fixed(term, first)
    elif term.unit == WORKING_DAY:
        days = _working_days(term, first, calendar, spans)
    elif term.unit == CALENDAR_DAY:
        days = _rolled(term, _calendar_days(term, first, spans), calendar)
    else:
        days = _rolled(term, _months(term, first, spans), calendar)
    if extended is not None:
        days = _extended(days, extended, spans)
    return Count(days[-1].on, tuple(days), any(day.provisional for day in days))


def next_fixed(month: int, day: int, on: dt.date) -> dt.date:
    """The next day with this month and day, the present one included."""
    this_year = dt.date(on.year, month, day)
    return this_year if this_year >= on else dt.date(on.year + 1, month, day)


def add_months(start: dt.date, number: int) -> dt.date:
    """The day of the same number, or the last of a month that is too short."""
    year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
    last = months.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(start.day, last))


def _hours(term: Term, start: dt.date | dt.datetime) -> Count:
    if not isinstance(start, dt.datetime) or start.tzinfo is None:
        raise ValueError("A period in hours starts at an instant with its time zone.")
    due = start + dt.timedelta(hours=term.length)
    days = (
        Day(start.date(), 0, "start", at=start),
        Day(due.date(), term.length, "hour", at=due),
    )
    return Count(due.date(), days, provisional=False, due_at=due)


def _fixed(term: Term, first: dt.date) -> list[Day]:
    """Fixed dates never move, not even on a day off."""
    return [Day(first, 0, "start"), Day(next_fixed(term.month, term.day, first), 1, "fixed")]


def _from(first: dt.date, counts_start: bool) -> Iterator[dt.date]:
    day = first if counts_start else first + DAY
    while True:
        yield day
        day += DAY


def _opening(first: dt.date, counts_start: bool) -> list[Day]:
    return [] if counts_start else [Day(first, 0, "start")]


def _suspended(day: dt.date, spans: Sequence[Span]) -> bool:
    return any(span.holds(day) for span in spans if span.until_on is not None)


def _working_days(
    term: Term, first: dt.date, calendar: Calendar, spans: Sequence[Span]
) -> list[Day]:
    days, number = _opening(first, term.counts_start), 0
    for day in _from(first, term.counts_start):
        if _suspended(day, spans):
            days.append(Day(day, number, "suspended"))
            continue
        number += calendar.is_working(day)
        unsure = calendar.is_provisional(day)
        days.append(Day(day, number, calendar.why(day), calendar.name(day), unsure))
        if number >= term.length and calendar.is_working(day):
            return days
    raise AssertionError("unreachable: the days do not end")


def _calendar_days(term: Term, first: dt.date, spans: Sequence[Span]) -> list[Day]:
    days, number = _opening(first, term.counts_start), 0
    for day in _from(first, term.counts_start):
        if _suspended(day, spans):
            days.append(Day(day, number, "suspended"))
            continue
        number += 1
        days.append(Day(day, number, "calendar"))
        if number >= term.length:
            return days
    raise AssertionError("unreachable: the days do not end")


def _months(term: Term, first: dt.date, spans: Sequence[Span]) -> list[Day]:
    """Months and years end on the day of the same number; suspended days are added."""
    number = term.length * 12 if term.unit == YEAR else term.length
    end = add_months(first, number)
    days = [Day(first, 0, "start"), Day(end, term.length, "term")]
    day = first if term.counts_start else first + DAY
    while day <= end:
        if _suspended(day, spans):
            end += DAY
            days.append(Day(day, 0, "suspended"))
        day += DAY
    return days if days[-1].on == end else [*days, Day(end, term.length, "term")]


def _rolled(term: Term, days: list[Day], calendar: Calendar) -> list[Day]:
    """民事诉讼法 style: a last day on a day off moves to the first working day after it."""
    if not term.rolls:
        return days
    last = days[-1]
    days[-1] = Day(
        last.on,
        last.number,
        last.why,
        calendar.name(last.on) or ("" if calendar.is_working(last.on) else "weekend"),
        calendar.is_provisional(last.on),
    )
    day = last.on
    while not calendar.is_working(day):
        day += DAY
        why = "moved" if calendar.is_working(day) else calendar.why(day)
        unsure = calendar.is_provisional(day)
        days.append(Day(day, last.number, why, calendar.name(day), unsure))
    return days


def _extended(days: list[Day], extended: Extended, spans: Sequence[Span]) -> list[Day]:
    """The approved date, pushed by the days of suspensions that came after the approval."""
    until, lost = extended.until, []
    later = [span for span in spans if span.from_on >= extended.granted_on]
    for first, end in _merged(later):
        if first > until:
            break
        days_off = (end - first).days
        until += DAY * days_off
        lost += [Day(first + DAY * number, 0, "suspended") for number in range(days_off)]
    if until <= days[-1].on:
        return days
    return [*days, *lost, Day(until, days[-1].number, "extended")]


def _merged(spans: Sequence[Span]) -> list[tuple[dt.date, dt.date]]:
    """Ended suspensions in order, those that touch as one; the end is the day of resumption."""
    merged: list[tuple[dt.date, dt.date]] = []
    ended = [(span.from_on, span.until_on) for span in spans if span.until_on is not None]
    for first, end in sorted(ended):
        if merged and first <= merged[-1][1]:
            first, end = merged[-1][0], max(end, merged.pop()[1])
        merged.append((first, end))
    return merged
