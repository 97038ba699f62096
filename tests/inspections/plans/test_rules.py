"""How many are drawn, from which stratum, who is left out."""

import pytest

from inspections.plans import rules
from inspections.plans.rules import Cap, Caps

CAPS = Caps(Cap(2), {"A": Cap(1, 3), "B": Cap(1), "C": Cap(2)})


@pytest.mark.parametrize(
    ("size", "ratio_bp", "floor", "drawn"),
    [
        (0, 10_000, 5, 0),
        (100, 300, 0, 3),
        (101, 300, 0, 4),  # rounded up
        (7, 1000, 0, 1),
        (7, 0, 2, 2),
        (3, 0, 5, 3),  # never more than there are
        (20, 10_000, 1, 20),
        (1, 1, 0, 1),
    ],
)
def test_quota_is_rounded_up_between_floor_and_size(size, ratio_bp, floor, drawn):
    assert rules.quota(size, ratio_bp, floor) == drawn


def test_the_stricter_of_two_grades_counts():
    assert rules.strictest(["B", "D", "A"]) == "D"
    assert rules.strictest([]) == ""
    assert rules.strictest(["", "E", "AB"]) == ""


@pytest.mark.parametrize(
    ("grades", "strata", "stratum"),
    [
        (["C"], "ABCD", "C"),
        (["C"], "AB", ""),
        ([], "ABCDU", "U"),
        ([], "ABCD", "B"),  # D: as the general class
        ([], "CD", ""),
    ],
)
def test_the_ungraded_go_to_their_own_stratum_or_to_b(grades, strata, stratum):
    assert rules.stratum_of(grades, set(strata)) == stratum


@pytest.mark.parametrize(
    ("stated", "weight"),
    [([], 1), (["4"], 4), (["2", "7"], 7), (["0"], 1), (["99"], 10), (["x"], 1)],
)
def test_the_weight_is_the_highest_stated_within_1_and_10(stated, weight):
    assert rules.weight_of(stated) == weight


@pytest.mark.parametrize(
    ("grade", "years", "reached"),
    [
        ("D", [2026], False),  # the general cap alone
        ("D", [2026, 2026], True),
        ("C", [2026], False),
        ("B", [2026], True),
        ("B", [2025, 2025], False),
        ("", [2026], True),  # as B
        ("A", [2024], True),  # once in three years
        ("A", [2023], False),
        ("A", [2027], False),  # what comes later does not count
    ],
)
def test_the_cap_of_the_grade_binds_beside_the_general_one(grade, years, reached):
    assert CAPS.reached(grade, years, 2026) is reached


@pytest.mark.parametrize(
    ("status", "open_checks", "cap_reached", "reason"),
    [
        ("active", 0, False, ""),
        ("active", 0, True, "cap_reached"),
        ("active", 1, True, "open_check"),
        ("suspended", 0, False, "suspended"),
        ("deregistered", 1, True, "deregistered"),
        ("revoked", 0, False, "revoked"),
        ("moved_out", 0, False, "moved_out"),
    ],
)
def test_who_is_left_out_and_why(status, open_checks, cap_reached, reason):
    assert rules.exclusion(status, open_checks=open_checks, cap_reached=cap_reached) == reason


def test_a_joint_team_has_two_of_each_bureau_in_order():
    joint = ["eco_lead", "eco_second", "mkt_lead", "mkt_second"]
    assert [name for name, _dept in rules.seats(["market", "ecology"], expert=False)] == joint
    assert rules.seats(["market"], expert=True) == [
        ("mkt_lead", "MKT"),
        ("mkt_second", "MKT"),
        ("expert", "EXP"),
    ]


def test_a_joint_plan_needs_both_approvals():
    assert rules.still_to_approve([1, 2], {2}) == [1]
    assert rules.still_to_approve([1], {1}) == []


@pytest.mark.parametrize(
    ("ratio_bp", "words"), [(0, "0%"), (300, "3%"), (1250, "12.5%"), (1, "0.01%"), (10_000, "100%")]
)
def test_basis_points_in_words(ratio_bp, words):
    assert rules.percent(ratio_bp) == words
