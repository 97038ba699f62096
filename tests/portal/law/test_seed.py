"""The law that comes with the portal: complete, cited, and never over what a person changed."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from portal.access import AgencyKind, Role
from portal.law import services
from portal.law.choices import Limit, RuleKind, Unit
from portal.law.models import CalendarYear, DeadlineRule, LawParameter, LegalBasis
from portal.law.seed import seed_calendar, seed_law
from portal.law.selectors import amount_on, length_in_words, parameter_on, working_calendar
from tests.factories import ActorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
D = dt.date.fromisoformat


def test_every_code_of_the_tables_is_there_as_a_rule_or_a_parameter():
    rules = set(DeadlineRule.objects.values_list("code", flat=True))
    parameters = set(LawParameter.objects.values_list("code", flat=True))
    wanted = {f"D{n:02}" for n in range(1, 31)} | {"D09a", "D09b", "D09c"}
    wanted |= {f"C{n:02}" for n in range(1, 16)} | {f"L{n:02}" for n in range(1, 7)}
    assert wanted | {"R01", "R02"} <= rules | parameters
    assert {"D12", "D27"} <= parameters
    assert not rules & parameters


def test_every_rule_has_its_mark_and_a_citation_and_defaults_cite_no_law():
    for rule in DeadlineRule.objects.select_related("basis"):
        assert rule.mark in "VCKD"
        assert rule.basis_words
        assert (rule.basis is None) == (rule.mark == "D")


@pytest.mark.parametrize(
    ("code", "length", "unit", "limit"),
    [
        ("D01", 15, Unit.WORKING_DAY, Limit.NOT_AFTER),
        ("D02", 15, Unit.CALENDAR_DAY, Limit.NOT_AFTER),
        ("D07", 7, Unit.WORKING_DAY, Limit.NOT_BEFORE),
        ("D09", 90, Unit.CALENDAR_DAY, Limit.NOT_AFTER),
        ("D14", 10, Unit.WORKING_DAY, Limit.NOT_BEFORE),
        ("D15", 3, Unit.MONTH, Limit.NOT_AFTER),
        ("D24", 20, Unit.WORKING_DAY, Limit.NOT_AFTER),
        ("C03", 24, Unit.HOUR, Limit.NOT_AFTER),
        ("L02", 2, Unit.WORKING_DAY, Limit.NOT_AFTER),
    ],
)
def test_lengths_are_those_of_the_source(code: str, length: int, unit: str, limit: str):
    rule = DeadlineRule.objects.get(code=code)
    assert (rule.length, rule.unit, rule.limit) == (length, unit, limit)


def test_thresholds_are_parameters_of_a_day():
    assert amount_on("hearing.shanghai.organisation", D("2026-11-21")) == Decimal(50_000)
    assert amount_on("D12", D("2026-11-21")) == Decimal(3)
    assert parameter_on("publication.credit.minor", D("2026-04-01")).unit == "月"


def test_superseded_texts_name_their_successor():
    old = LegalBasis.objects.get(law="市场监督管理投诉举报处理暂行办法", article="31")
    assert old.superseded_by is not None
    assert old.superseded_by.effective_from == D("2026-04-15")


def test_years_are_official_but_2027():
    states = dict(CalendarYear.objects.in_force().values_list("year", "state"))
    assert states == {2024: "official", 2025: "official", 2026: "official", 2027: "provisional"}
    calendar = working_calendar()
    assert calendar.is_working(D("2024-02-04"))
    assert not calendar.is_working(D("2024-02-14"))


def test_seeding_again_changes_nothing_and_leaves_a_persons_version_alone():
    legal = {"roles": [Role.LEGAL], "agency__kind": AgencyKind.ECOLOGY}
    first, second = ActorFactory(**legal), ActorFactory(**legal)
    rule = DeadlineRule.objects.get(code="D30")
    values = {"length": 20, "effective_from": D("2026-12-01")}
    new = services.propose_rule(rule, values=values, reason="地方规定", actor=first)
    services.approve_rule(new, actor=second)
    before = list(DeadlineRule.objects.order_by("pk").values())
    counts = [m.objects.count() for m in (LegalBasis, LawParameter, CalendarYear)]
    seed_law()
    seed_calendar()
    assert list(DeadlineRule.objects.order_by("pk").values()) == before
    assert [m.objects.count() for m in (LegalBasis, LawParameter, CalendarYear)] == counts


@pytest.mark.parametrize(
    ("code", "start", "expected"),
    [
        ("D24", "2026-09-18", "2026-10-22"),
        ("D01", "2026-01-30", "2026-02-27"),
        ("D28", "2026-04-29", "2026-05-09"),
        ("R01", "2026-12-31", "2027-01-31"),
        ("R02", "2026-01-01", "2026-06-30"),
        ("C03", "2026-09-30T17:30", "2026-10-01T17:30:00+08:00"),
        ("C03", "2026-09-30T09:30:00+00:00", "2026-10-01T17:30:00+08:00"),
    ],
)
def test_due_prints_the_date_alone_on_its_first_line(code, start, expected, capsys):
    call_command("due", code, start)
    assert capsys.readouterr().out.split("\n")[0] == expected


def test_due_works_for_every_rule_that_is_a_period(capsys):
    for rule in DeadlineRule.objects.filter(kind=RuleKind.PERIOD):
        start = "2026-09-01T10:00" if rule.unit == Unit.HOUR else "2026-09-01"
        call_command("due", rule.code, start)
        first, *reason = capsys.readouterr().out.splitlines()
        assert re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\+08:00)?", first), rule.code
        assert any(first[:10] in line for line in reason), rule.code
        assert length_in_words(rule)


def test_due_counts_day_by_day_and_says_provisional(capsys):
    call_command("due", "D03", "2026-12-30")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2027-01-11"
    assert any("暂定" in line for line in lines[1:])
    assert "元旦" in next(line for line in lines if line.startswith("2027-01-01"))


@pytest.mark.parametrize(
    ("code", "start", "words"),
    [
        ("D12", "2026-09-01", "比例"),
        ("D09b", "2026-09-01", "没有固定期限"),
        ("D77", "2026-09-01", "D77"),
        ("D24", "2026-02-30", "不是日期"),
        ("C03", "2026-09-01", "时刻"),
    ],
)
def test_due_says_why_it_cannot_count(code: str, start: str, words: str):
    with pytest.raises(CommandError, match=words):
        call_command("due", code, start)
