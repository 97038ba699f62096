"""Quotas, and the pools that cannot be frozen."""

from __future__ import annotations

import pytest

from inspections.pools import rules
from inspections.pools.rules import Malformed
from tests.inspections.ceremony import annex, public


@pytest.mark.parametrize(
    ("members", "ratio_bp", "floor", "expected"),
    [
        (0, 10000, 5, 0),
        (10, 0, 0, 0),
        (10, 300, 0, 1),  # rounded up
        (10, 1000, 0, 1),  # and not when it is whole
        (10, 1001, 0, 2),
        (10, 3333, 1, 4),
        (10, 300, 3, 3),  # the floor
        (10, 300, 30, 10),  # at most everybody
        (10, 20000, 0, 10),
        (3, 2**53 - 1, 2**53 - 1, 3),
    ],
)
def test_a_quota_is_rounded_up_within_floor_and_size(
    members: int, ratio_bp: int, floor: int, expected: int
):
    assert rules.quota(members, ratio_bp, floor) == expected


def test_a_freeze_shows_quotas_and_binds_both_parts():
    made = rules.freeze(public({"A": 6, "B": 3}), annex())
    assert made.quotas == {"A": 3, "B": 2}
    assert made.gaps == ()
    other = rules.freeze(public({"A": 6, "B": 3}), {**annex(), "salt": "00" * 32})
    assert made.pool_hash != other.pool_hash


def test_a_gap_is_an_institution_no_inspector_of_the_department_may_visit():
    pool = public({"A": 2}, slots=(("lead", "ECO"), ("extra", "*"), ("peer", "MKT")))
    people = {"ECO": 2, "MKT": 1}
    barred = (("ECO00", "A000"), ("ECO01", "A000"), ("ECO00", "A001"))
    assert rules.freeze(pool, annex(people, barred)).gaps == (("A000", "lead"),)
    nobody = rules.freeze(pool, annex({"ECO": 2}, barred[:1])).gaps
    assert nobody == (("A000", "peer"), ("A001", "peer"))
    all_barred = (*barred, ("MKT00", "A000"))
    assert ("A000", "extra") in rules.freeze(pool, annex(people, all_barred)).gaps


def test_inputs_of_another_form_are_not_frozen():
    with pytest.raises(Malformed, match="normal form C"):
        rules.freeze(public(authority="e\u0301"), annex())
    with pytest.raises(Malformed, match="unknown"):
        rules.freeze({**public(), "note": ""}, annex())
    with pytest.raises(Malformed, match="missing"):
        rules.freeze(public(), {"salt": "00" * 32})
