"""Legal periods are counted as the law says, day by day."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.clocks.rules import (
    CALENDAR_DAY,
    FIXED_DATE,
    HOUR,
    MONTH,
    WORKING_DAY,
    YEAR,
    Calendar,
    Extended,
    Span,
    Term,
    add_months,
    count,
)
from portal.law.seed import calendar_of_file

CALENDAR = calendar_of_file()
D = dt.date.fromisoformat


def due(length: int, unit: str, start: str, **more: object) -> dt.date:
    return count(Term(length, unit), D(start), CALENDAR, **more).due_on  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        ("2026-02-12", 7, "2026-02-28"),
        ("2026-04-29", 5, "2026-05-09"),
        ("2026-09-18", 20, "2026-10-22"),
        ("2026-01-30", 15, "2026-02-27"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2025-09-26", 7, "2025-10-13"),
        ("2025-12-31", 1, "2026-01-04"),
    ],
)
def test_working_days_skip_holidays_and_count_make_up_days(
    start: str, length: int, expected: str
) -> None:
    assert due(length, WORKING_DAY, start) == D(expected)


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_year_has_248_working_days(year: int) -> None:
    days = [dt.date(year, 1, 1) + dt.timedelta(n) for n in range(365)]
    assert sum(map(CALENDAR.is_working, days)) == 248


def test_thirteen_statutory_days_make_2027_provisional() -> None:
    off = [day for day in CALENDAR.exceptions if day.year == 2027]
    assert len(off) == 13
    assert 2027 not in CALENDAR.official
    assert count(Term(5, WORKING_DAY), D("2026-12-30"), CALENDAR).provisional
    assert not count(Term(1, WORKING_DAY), D("2026-12-30"), CALENDAR).provisional


def test_a_last_calendar_day_on_a_day_off_moves_to_the_next_working_day() -> None:
    # 2026-09-10 + 15 = 2026-09-25, 中秋节; the first working day after it is Monday the 28th
    counted = count(Term(15, CALENDAR_DAY), D("2026-09-10"), CALENDAR)
    assert counted.due_on == D("2026-09-28")
    assert [day.why for day in counted.days[-3:]] == ["holiday", "holiday", "moved"]
    assert count(Term(15, CALENDAR_DAY, rolls=False), D("2026-09-10"), CALENDAR).due_on == D(
        "2026-09-25"
    )


def test_a_make_up_saturday_is_a_due_day() -> None:
    assert due(10, CALENDAR_DAY, "2026-02-04") == D("2026-02-14")


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-11-30", 3, "2027-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-03-15", 6, "2026-09-15"),
    ],
)
def test_months_end_on_the_same_number_or_the_last_of_the_month(
    start: str, months: int, expected: str
) -> None:
    assert add_months(D(start), months) == D(expected)


def test_months_and_years_roll_too() -> None:
    assert due(3, MONTH, "2026-07-01") == D("2026-10-08")  # 2026-10-01…07 are off
    assert due(2, YEAR, "2024-02-29") == D("2026-02-28")  # a make-up Saturday


def test_hours_are_instants_and_stop_for_nobody() -> None:
    start = dt.datetime(2026, 9, 30, 17, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    counted = count(Term(24, HOUR), start, CALENDAR)
    assert counted.due_at == start + dt.timedelta(days=1)
    assert (counted.due_on, counted.provisional) == (D("2026-10-01"), False)
    with pytest.raises(ValueError, match="instant"):
        count(Term(24, HOUR), D("2026-09-30"), CALENDAR)


@pytest.mark.parametrize(
    ("start", "expected"),
    [("2026-12-31", "2027-01-31"), ("2027-01-31", "2027-01-31"), ("2027-02-01", "2028-01-31")],
)
def test_fixed_dates_do_not_move(start: str, expected: str) -> None:
    fixed = Term(0, FIXED_DATE, rolls=False, month=1, day=31)
    assert count(fixed, D(start), CALENDAR).due_on == D(expected)


def test_the_last_working_day_before_a_roster_date() -> None:
    assert CALENDAR.last_working_day_before(D("2027-01-31")) == D("2027-01-29")
    assert CALENDAR.last_working_day_before(D("2026-06-30")) == D("2026-06-29")
    assert CALENDAR.last_working_day_before(D("2026-02-24")) == D("2026-02-14")


@pytest.mark.parametrize(
    ("length", "unit", "start", "span", "expected"),
    [
        (5, WORKING_DAY, "2026-03-02", ("2026-03-04", "2026-03-11"), "2026-03-16"),
        (90, CALENDAR_DAY, "2026-03-02", ("2026-03-10", "2026-03-20"), "2026-06-10"),
        (3, MONTH, "2026-03-02", ("2026-03-10", "2026-03-20"), "2026-06-12"),
    ],
)
def test_suspended_days_do_not_count(
    length: int, unit: str, start: str, span: tuple[str, str], expected: str
) -> None:
    spans = [Span(D(span[0]), D(span[1]))]
    assert due(length, unit, start, spans=spans) == D(expected)


def test_an_extension_sets_the_due_day_and_later_suspensions_push_it() -> None:
    extended = Extended(until=D("2026-07-01"), granted_on=D("2026-05-01"))
    assert due(90, CALENDAR_DAY, "2026-03-02", extended=extended) == D("2026-07-01")
    before = [Span(D("2026-04-01"), D("2026-04-11"))]
    assert due(90, CALENDAR_DAY, "2026-03-02", extended=extended, spans=before) == D("2026-07-01")
    after = [Span(D("2026-06-01"), D("2026-06-06"))]
    assert due(90, CALENDAR_DAY, "2026-03-02", extended=extended, spans=after) == D("2026-07-06")


def test_suspensions_that_touch_push_an_extension_once() -> None:
    extended = Extended(until=D("2026-07-01"), granted_on=D("2026-05-01"))
    spans = [
        Span(D("2026-06-25"), D("2026-07-05")),  # begins before the last day: whole
        Span(D("2026-06-01"), D("2026-06-06")),
        Span(D("2026-06-03"), D("2026-06-08")),
        Span(D("2026-07-30"), D("2026-08-09")),  # begins after what it would push
        Span(D("2026-07-10")),  # still open
    ]
    assert due(90, CALENDAR_DAY, "2026-03-02", extended=extended, spans=spans) == D("2026-07-18")


def test_an_unknown_year_has_weekends_and_fixed_days_only() -> None:
    assert not Calendar().is_working(D("2030-10-02"))
    assert Calendar().is_working(D("2030-10-08"))
    assert count(Term(3, WORKING_DAY), D("2030-09-30"), CALENDAR).provisional


@given(st.dates(dt.date(2024, 1, 1), dt.date(2026, 11, 1)), st.integers(1, 60))
def test_between_start_and_due_day_lie_exactly_the_working_days(
    start: dt.date, length: int
) -> None:
    counted = count(Term(length, WORKING_DAY), start, CALENDAR)
    span = (counted.due_on - start).days
    inside = [start + dt.timedelta(n) for n in range(1, span + 1)]
    assert sum(map(CALENDAR.is_working, inside)) == length
    assert CALENDAR.is_working(counted.due_on)
    assert [day.on for day in counted.days] == [start, *inside]
