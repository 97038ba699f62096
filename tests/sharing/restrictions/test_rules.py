"""The term of a restriction and its meeting with contracts, by hand-counted examples."""

from __future__ import annotations

import datetime as dt

import pytest

from sharing.restrictions.rules import last_day, meets

D = dt.date.fromisoformat


@pytest.mark.parametrize(
    ("from_on", "years", "until", "expected"),
    [
        ("2026-10-15", 3, None, "2029-10-15"),
        ("2024-02-29", 3, None, "2027-02-28"),  # no such day three years later
        ("2024-02-29", 4, None, "2028-02-29"),
        ("2026-10-15", 5, "2036-10-15", "2036-10-15"),  # the decision's own day prevails
        ("2026-10-15", 5, "2099-12-31", None),  # for life
        ("2026-10-15", None, None, None),
    ],
)
def test_the_last_day_of_a_restriction(from_on, years, until, expected):
    found = last_day(D(from_on), years, D(until) if until else None)
    assert found == (D(expected) if expected else None)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-01-01", "2026-10-14", False),
        ("2026-01-01", "2026-10-15", True),
        ("2029-10-15", "2030-01-01", True),
        ("2029-10-16", "2030-01-01", False),
    ],
)
def test_a_ban_meets_a_contract_that_shares_one_day(start, end, expected):
    ban = (D("2026-10-15"), D("2029-10-15"))
    assert meets(ban, (D(start), D(end))) is expected


def test_a_ban_for_life_meets_every_later_contract():
    assert meets((D("2026-10-15"), None), (D("2090-01-01"), D("2091-01-01")))
