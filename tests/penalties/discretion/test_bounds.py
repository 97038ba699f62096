"""The bounds of fines, from the fact base's tables."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal

import pytest

from agencies.models import Matter
from penalties.discretion.models import PenaltyBound
from penalties.discretion.rules import Bounds, Circumstances, Fault, Span, check_fine, span_of
from penalties.discretion.selectors import bound_on, demand_fine, demand_kinds, in_words
from penalties.discretion.services import BOUNDS, seed_bounds
from portal.errors import Refused
from portal.law.citations import cited_in
from portal.law.models import LegalBasis

DAY = dt.date(2026, 9, 1)
PLAIN = Bounds(fine_min=Decimal(20_000), fine_max=Decimal(200_000))
BY_FEE = Bounds(
    fee_times_min=Decimal(5),
    fee_times_max=Decimal(10),
    floor_fee=Decimal(10_000),
    floor_min=Decimal(50_000),
    floor_max=Decimal(100_000),
)


@pytest.mark.parametrize("fine", [20_000, 200_000, 50_000, 0])
def test_a_fine_within_its_bounds_stands(fine: int):
    assert check_fine(PLAIN, Decimal(fine), Circumstances()) is None


@pytest.mark.parametrize(("fine", "code"), [("19999.99", "below"), ("200000.01", "above")])
def test_a_fine_outside_its_bounds_does_not(fine: str, code: str):
    fault = check_fine(PLAIN, Decimal(fine), Circumstances())
    assert fault == Fault(code, Span(Decimal(20_000), Decimal(200_000)))


def test_lightening_goes_below_but_never_above():
    mitigated = Circumstances(mitigated=True)
    assert check_fine(PLAIN, Decimal(5_000), mitigated) is None
    above = check_fine(PLAIN, Decimal(300_000), mitigated)
    assert above is not None
    assert above.code == "above"


@pytest.mark.parametrize(
    ("fee", "low", "high"),
    [(10_000, 50_000, 100_000), (9_999, 50_000, 100_000), (30_000, 150_000, 300_000)],
)
def test_false_reports_cost_five_to_ten_times_the_fee(fee: int, low: int, high: int):
    span = span_of(BY_FEE, Circumstances(fee=Decimal(fee)))
    assert span == Span(Decimal(low), Decimal(high))


def test_without_the_fee_the_bounds_are_not_known():
    assert span_of(BY_FEE, Circumstances()) == Fault("no_fee")


def test_some_fines_need_an_order_that_was_not_obeyed():
    bounds = Bounds(fine_min=Decimal(0), fine_max=Decimal(10_000), needs_order=True)
    before = check_fine(bounds, Decimal(5_000), Circumstances())
    assert before is not None
    assert before.code == "needs_order"
    assert check_fine(bounds, Decimal(5_000), Circumstances(order_failed=True)) is None


@pytest.mark.django_db
def test_the_seed_holds_every_row_once():
    seed_bounds()
    seed_bounds()
    with BOUNDS.open(encoding="utf-8") as lines:
        assert PenaltyBound.objects.count() == len(list(csv.DictReader(lines)))


@pytest.mark.django_db
def test_an_edited_row_survives_the_next_seeding():
    seed_bounds()
    PenaltyBound.objects.filter(code="M04").update(fine_max=Decimal(25_000))
    seed_bounds()
    assert PenaltyBound.objects.get(code="M04").fine_max == Decimal(25_000)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "party", "fine", "severe"),
    [
        ("E01", "organisation", 200_000, False),
        ("E09", "organisation", 500_000, False),
        ("E09", "organisation", 2_000_000, True),
        ("E09", "person", 50_000, False),
        ("E11", "organisation", 1_000_000, False),
        ("M01", "organisation", 30_000, False),
        ("M12", "organisation", 50_000, False),
    ],
)
def test_the_highest_fine_stands_and_a_yuan_more_does_not(
    code: str, party: str, fine: int, severe: bool
):
    seed_bounds()
    case = Circumstances(severe=severe)
    demand_fine(code, party, DAY, Decimal(fine), case)
    with pytest.raises(Refused) as refusal:
        demand_fine(code, party, DAY, Decimal(fine + 1), case)
    assert refusal.value.code == "fine_above"
    assert f"{fine:,}" in str(refusal.value)


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "day"), [("E05", dt.date(2026, 8, 14)), ("E12", DAY)])
def test_no_bounds_no_fine(code: str, day: dt.date):
    """E05 is of the Code, in force from 2026-08-15; E12 names no sum at all."""
    seed_bounds()
    with pytest.raises(Refused) as refusal:
        demand_fine(code, "organisation", day, Decimal(30_000), Circumstances())
    assert refusal.value.code == "no_bounds"


@pytest.mark.django_db
def test_a_weighty_kind_needs_its_basis():
    seed_bounds()
    demand_kinds("E04", "organisation", DAY, ["fine", "revocation"])
    with pytest.raises(Refused) as refusal:
        demand_kinds("E02", "organisation", DAY, ["fine", "revocation"])
    assert "吊销" in str(refusal.value)


@pytest.mark.django_db
def test_bounds_in_words_name_sum_and_basis():
    seed_bounds()
    bound = bound_on("E04", "organisation", DAY)
    assert bound is not None
    words = in_words(bound, Circumstances())
    assert "20,000–200,000" in words
    assert "第43条第4项" in words


@pytest.mark.django_db
def test_false_data_bring_a_purchase_ban_of_three_years():
    seed_bounds()
    for code in ("E09", "M11"):
        bound = bound_on(code, "organisation", DAY)
        assert bound is not None
        assert (bound.ban_kind, bound.ban_years) == ("purchase", 3)


@pytest.mark.django_db
@pytest.mark.usefixtures("penal_law")
def test_every_violation_and_its_bounds_stand_on_known_provisions():
    for matter in Matter.objects.filter(kind="violation"):
        rows = LegalBasis.objects.cited_in(matter.basis)
        assert len(rows) == len(cited_in(matter.basis)), matter.code
    for bound in PenaltyBound.objects.all():
        assert bound.bases.count() == len(cited_in(bound.basis)), bound.code
