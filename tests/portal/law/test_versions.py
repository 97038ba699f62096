"""The law's data change by proposal and a second person's approval, with the past kept."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from portal.access import AgencyKind, Role
from portal.clocks import services as clocks
from portal.clocks.models import Clock
from portal.errors import Refused
from portal.inbox.models import Message
from portal.law import services
from portal.law.models import CalendarYear, DeadlineRule, LawParameter
from portal.law.selectors import amount_on, rule_on
from portal.models import AuditEvent
from tests.factories import ActorFactory, AgencyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
D = dt.date.fromisoformat
LEGAL = {"roles": [Role.LEGAL], "agency__kind": AgencyKind.MARKET}
# As the State Council might announce it: 02-05…11 off, two make-up Saturdays.
YEAR_2027 = [
    (D("2027-01-01"), False, "元旦"),
    *[(D(f"2027-02-{day:02}"), False, "春节") for day in range(5, 12)],
    (D("2027-01-30"), True, "春节"),
    (D("2027-02-20"), True, "春节"),
]


@pytest.fixture
def proposal():
    rule = rule_on("D24", D("2026-11-01"))
    actor = ActorFactory(**LEGAL)
    values = {"length": 15, "effective_from": D("2026-12-01")}
    new = services.propose_rule(rule, values=values, reason="国务院新规定", actor=actor)
    return new, actor


def test_a_proposal_counts_nothing_until_a_second_person_approves(proposal):
    new, proposer = proposal
    assert rule_on("D24", D("2026-12-02")).length == 20
    with pytest.raises(PermissionDenied, match="自己"):
        services.approve_rule(new, actor=proposer)
    services.approve_rule(new, actor=ActorFactory(**LEGAL))
    assert rule_on("D24", D("2026-12-02")).length == 15
    assert rule_on("D24", D("2026-11-30")).length == 20
    assert DeadlineRule.objects.get(code="D24", version=1).effective_to == D("2026-11-30")
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"deadlinerule.propose", "deadlinerule.approve"} <= verbs


def test_only_legal_reviewers_of_a_bureau_propose_and_approve(proposal):
    new, _proposer = proposal
    for other in ({"roles": [Role.CHIEF]}, {**LEGAL, "agency__kind": AgencyKind.WATER}):
        with pytest.raises(PermissionDenied):
            services.approve_rule(new, actor=ActorFactory(**other))
        with pytest.raises(PermissionDenied):
            services.propose_rule(
                rule_on("D19", D("2026-11-01")),
                values={"effective_from": D("2026-12-01")},
                reason="理由",
                actor=ActorFactory(**other),
            )


def test_there_is_one_open_proposal_at_a_time_and_a_withdrawn_one_stays(proposal):
    new, proposer = proposal
    values = {"effective_from": D("2027-01-01")}
    with pytest.raises(Refused, match="待复核"):
        services.propose_rule(new, values=values, reason="再来", actor=proposer)
    with pytest.raises(IntegrityError), transaction.atomic():
        DeadlineRule.objects.create(code="D24", version=9, name="x", mark="D", kind="open")
    services.withdraw(new, reason="录入有误", actor=proposer)
    again = services.propose_rule(
        rule_on("D24", D("2026-11-01")), values=values, reason="再来", actor=proposer
    )
    assert again.version == 3
    with pytest.raises(Refused):
        services.approve_rule(new, actor=ActorFactory(**LEGAL))


def test_a_running_clock_keeps_the_version_it_started_with(proposal):
    new, _proposer = proposal
    agency, actor = AgencyFactory(), ActorFactory()
    start = {"agency": agency, "role": Role.OFFICER, "actor": actor}
    before = clocks.start("D24", agency, on=D("2026-11-02"), **start)
    services.approve_rule(new, actor=ActorFactory(**LEGAL))
    after = clocks.start("D24", agency, on=D("2026-12-02"), **start)
    assert (before.rule.version, after.rule.version) == (1, 2)
    before.refresh_from_db()
    assert before.due_on == D("2026-11-30")


def test_parameters_change_the_same_way():
    parameter = LawParameter.objects.get(code="hearing.shanghai.organisation")
    values = {"value": 80_000, "effective_from": D("2027-01-01")}
    new = services.propose_parameter(
        parameter, values=values, reason="新规定", actor=ActorFactory(**LEGAL)
    )
    services.approve_parameter(new, actor=ActorFactory(**LEGAL))
    assert amount_on("hearing.shanghai.organisation", D("2026-12-31")) == 50_000
    assert amount_on("hearing.shanghai.organisation", D("2027-01-01")) == 80_000


def test_an_official_calendar_recounts_provisional_clocks_and_tells_their_owners(run_events):
    agency, actor = AgencyFactory(), ActorFactory()
    clock = clocks.start(
        "D24", agency, agency=agency, on=D("2027-01-20"), role=Role.OFFICER, actor=actor
    )
    assert (clock.due_on, clock.provisional) == (D("2027-02-19"), True)
    still = clocks.start(
        "D03", agency, agency=agency, on=D("2026-11-02"), role=Role.OFFICER, actor=actor
    )
    edition = services.propose_calendar(
        2027, days=YEAR_2027, source="国办通知", actor=ActorFactory(**LEGAL)
    )
    clock.refresh_from_db()
    assert clock.provisional
    services.approve_calendar(edition, actor=ActorFactory(**LEGAL))
    run_events()
    clock.refresh_from_db()
    assert (clock.due_on, clock.provisional) == (D("2027-02-22"), False)
    message = Message.objects.get()
    assert message.to_agency_id == agency.pk
    assert "2027年2月22日" in message.title
    assert AuditEvent.objects.filter(verb="clock.recompute", subject=clock.ref).count() == 1
    run_events()
    assert Message.objects.count() == 1
    assert Clock.objects.get(pk=still.pk).due_on == still.due_on
    states = set(CalendarYear.objects.filter(year=2027).values_list("state", flat=True))
    assert states == {"official", "replaced"}


def test_a_calendar_with_days_of_another_year_is_refused():
    with pytest.raises(Refused, match="2028-01-01"):
        services.propose_calendar(
            2027, days=[(D("2028-01-01"), False, "")], source="x", actor=ActorFactory(**LEGAL)
        )
