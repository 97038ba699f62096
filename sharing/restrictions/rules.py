"""How long a restriction lasts, and whether it meets a contract. Pure."""

from __future__ import annotations

import calendar
import datetime as dt

LIFE = 2099  # a ban written until this year or later is for life (双公示: 2099/12/31 is no end)


def last_day(from_on: dt.date, years: int | None, until: dt.date | None) -> dt.date | None:
    """The last day of a restriction; None for life.

    ``until`` is the day that the decision itself names and prevails; else so many years from the
    decision (上海市检验检测条例 art. 21: three years), ending with the same day of the year. A
    basis that gives neither leaves it open.
    """
    if until is not None:
        return None if until.year >= LIFE else until
    if years is None:
        return None
    year = from_on.year + years
    return dt.date(year, from_on.month, min(from_on.day, _length(year, from_on.month)))


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def meets(
    restricted: tuple[dt.date, dt.date | None], contract: tuple[dt.date, dt.date | None]
) -> bool:
    """Whether two spans share a day; both ends belong to a span, None is open."""
    first, last = restricted
    start, end = contract
    return (last is None or start <= last) and (end is None or first <= end)
