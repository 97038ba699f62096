"""Periods, versions and differences, as the joint programme sets them."""

import datetime as dt

import pytest

from sharing.rosters import rules


@pytest.mark.parametrize(
    ("kind", "year", "code", "covers_to", "due_on"),
    [
        (rules.YEAR, 2026, "2026-Y", dt.date(2026, 12, 31), dt.date(2027, 1, 31)),
        (rules.HALF, 2026, "2026-H1", dt.date(2026, 6, 30), dt.date(2026, 6, 30)),
        (rules.HALF, 2027, "2027-H1", dt.date(2027, 6, 30), dt.date(2027, 6, 30)),
    ],
)
def test_the_two_days_do_not_move_for_a_sunday(kind, year, code, covers_to, due_on):
    dates = rules.period_dates(kind, year)
    assert (dates.code, dates.covers_to, dates.due_on) == (code, covers_to, due_on)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2026, 3, 31), []),
        (dt.date(2026, 4, 1), [("H1", 2026)]),
        (dt.date(2026, 7, 20), [("H1", 2026)]),
        (dt.date(2026, 11, 1), []),
        (dt.date(2026, 11, 2), [("Y", 2026)]),
        (dt.date(2027, 2, 10), [("Y", 2026)]),
    ],
)
def test_a_period_opens_ahead_and_is_found_after_a_long_sleep(day, expected):
    assert rules.periods_to_open(day, 90) == expected


@pytest.mark.parametrize(
    ("has_version", "is_locked", "day", "expected"),
    [
        (False, False, dt.date(2026, 6, 30), "first"),
        (True, False, dt.date(2026, 6, 30), "again"),
        (False, False, dt.date(2026, 7, 1), "late"),
        (True, False, dt.date(2026, 7, 1), "supplementary"),
        (True, True, dt.date(2026, 6, 1), "correction"),
    ],
)
def test_the_day_and_the_lock_decide_what_a_version_is(has_version, is_locked, day, expected):
    kind = rules.version_kind(
        has_version=has_version, is_locked=is_locked, day=day, due_on=dt.date(2026, 6, 30)
    )
    assert kind == expected


def _row(uscc: str, contract: str, amount: int) -> dict[str, object]:
    return {"uscc": uscc, "contract_number": contract, "contract_amount": amount}


def test_a_difference_sorts_rows_by_institution_and_contract():
    before = [_row("A", "1", 10), _row("A", "2", 10), _row("B", "1", 10)]
    after = [_row("A", "1", 10), _row("A", "2", 20), _row("C", "1", 5)]
    found = rules.difference(before, after, ["contract_amount"])
    assert [change.row["uscc"] for change in found.new] == ["C"]
    assert [(change.row["uscc"], change.fields) for change in found.changed] == [
        ("A", ("contract_amount",))
    ]
    assert [change.row["uscc"] for change in found.gone] == ["B"]
    assert len(found.same) == 1
