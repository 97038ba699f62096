"""Who may go on a visit (regulation §5.4)."""

import datetime as dt

import pytest

from inspections.visits.rules import Seat, fault_of, is_recused, printed_name, team_faults

DAY = dt.date(2026, 3, 2)


def seat(name="甲", bureau="1", **facts):
    facts = {"valid_from": dt.date(2025, 1, 1), "valid_to": dt.date(2027, 1, 1), **facts}
    return Seat(name, bureau, **facts)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({}, ""),
        ({"valid_to": DAY}, ""),
        ({"valid_to": DAY - dt.timedelta(days=1)}, "expired"),
        ({"valid_from": DAY + dt.timedelta(days=1)}, "expired"),
        ({"leave_from": DAY, "leave_to": DAY}, "on_leave"),
        ({"leave_from": DAY + dt.timedelta(days=1), "leave_to": dt.date(2026, 4, 1)}, ""),
        ({"is_struck_off": True}, "struck_off"),
        ({"is_recused": True}, "recused"),
    ],
)
def test_who_may_inspect_on_a_day(facts, fault):
    assert fault_of(seat(**facts), DAY) == fault


def test_a_joint_visit_needs_two_of_each_bureau():
    four = [seat("甲"), seat("乙"), seat("丙", "2"), seat("丁", "2")]
    assert team_faults(four, ["1", "2"], DAY) == []
    assert team_faults(four[:3], ["1", "2"], DAY) == [("too_few", "2")]


def test_an_unfit_inspector_does_not_count():
    team = [seat("甲"), seat("乙", is_recused=True)]
    assert team_faults(team, ["1"], DAY) == [("recused", "乙"), ("too_few", "1")]


def test_declared_recusals_name_the_institution_or_its_code():
    assert is_recused("亲属在样本公司任职", name="样本公司", uscc="91X")
    assert is_recused("回避 91X", name="样本公司", uscc="91X")
    assert not is_recused("", name="样本公司", uscc="91X")


def test_a_changed_name_is_printed_with_the_former_one():
    assert printed_name("旧名", "旧名") == "旧名"
    assert printed_name("旧名", "新名") == "新名（原名：旧名）"
