"""Classes and terms of regulation §6.1, by hand-counted examples."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from penalties.publication.rules import (
    Penalty,
    credit_class,
    credit_term,
    leftovers,
    market_class,
    market_term,
    masked,
)

D = dt.date.fromisoformat
LARGE, HUGE = Decimal(50_000), Decimal(500_000)


@pytest.mark.parametrize(
    ("kinds", "fine", "expected"),
    [
        ("warning", 0, "minor"),
        ("criticism", 0, "minor"),
        ("warning fine", 49_999, "minor"),
        ("fine", 50_000, "general"),
        ("confiscation", 0, "general"),
        ("fine", 499_999, "general"),
        ("fine", 500_000, "serious"),
        ("revocation", 0, "serious"),
        ("occupation fine", 10_000, "serious"),
        ("suspension", 0, "general"),
    ],
)
def test_the_class_of_a_credit_breach(kinds, fine, expected):
    penalty = Penalty(frozenset(kinds.split()), Decimal(fine))
    assert credit_class(penalty, large=LARGE, huge=HUGE) == expected


@pytest.mark.parametrize(
    ("kinds", "fine", "expected"),
    [
        ("warning", 0, "not_public"),
        ("criticism", 0, "low"),
        ("warning fine", 1_000, "low"),
        ("fine", 50_000, "other"),
        ("confiscation fine", 1_000, "other"),
    ],
)
def test_the_class_by_order_45(kinds, fine, expected):
    assert market_class(Penalty(frozenset(kinds.split()), Decimal(fine)), large=LARGE) == expected


def test_credit_terms_count_from_the_decision():
    term = credit_term(D("2026-10-15"), shortest=3, longest=12)
    assert (term.from_on, term.earliest_end_on, term.ends_on) == (
        D("2026-10-15"),
        D("2027-01-15"),
        D("2027-10-15"),
    )


def test_market_terms_count_from_publication_and_last_as_long_as_a_restriction():
    assert market_term(D("2026-11-30"), months=3).ends_on == D("2027-02-28")
    assert market_term(D("2026-10-20"), months=36).ends_on == D("2029-10-20")
    long = market_term(D("2026-10-20"), months=36, until=D("2031-10-15"))
    assert long.ends_on == D("2031-10-15")


def test_personal_data_is_found():
    text = "经办人王小明（310113199001011234，13812345678）签字。代码91310113MA1TEX706G。"
    assert leftovers(text, ["王小明", "李"]) == [
        "310113199001011234",
        "13812345678",
        "王小明",
    ]
    assert leftovers("代码12310113000000001X，处罚1000000元。", []) == []


def test_a_person_is_masked():
    assert masked("王小明") == "王某某"
