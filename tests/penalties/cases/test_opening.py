"""Registering and opening: competence, dates, people, limitation, the register's numbers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from institutions.registry.choices import InstitutionStatus
from penalties.cases import selectors, services
from penalties.inquiries import services as inquiries
from penalties.models import Case
from portal.errors import Conflict, Refused
from portal.models import Clock, EventRow
from tests.penalties.district import FOUND_ON, OPENED_ON, Ways

pytestmark = pytest.mark.django_db


def test_a_case_at_the_wrong_bureau_is_refused_and_the_right_one_named(ecology: Ways):
    with pytest.raises(Refused) as refusal:
        ecology.registered("M11")
    assert refusal.value.code == "not_competent"
    assert "市场监督管理局" in str(refusal.value)
    assert not Case.objects.exists()


def test_the_right_bureau_registers_it(market: Ways):
    assert market.registered("M11").state == "verifying"


def test_a_matter_must_have_been_law_on_the_day_of_the_act(ecology: Ways):
    with pytest.raises(Refused) as refusal:
        ecology.registered("E05", act_on=dt.date(2026, 8, 14))
    assert refusal.value.code == "matter_not_in_force"
    assert ecology.registered("E05", act_on=dt.date(2026, 8, 15)).matter_code == "E05"


def test_numbers_are_gap_free_for_each_agency_and_year(ecology: Ways, market: Ways):
    numbers = [ecology.registered().number for _time in range(3)]
    assert [number.rpartition("〕")[2] for number in numbers] == ["1号", "2号", "3号"]
    assert market.registered().number.endswith("〔2026〕1号")


def test_one_origin_opens_one_case_however_often_it_is_told(ecology: Ways):
    words = ecology.allegation()
    facts = {"agency": ecology.own.agency, "handler": ecology.own.posts["officer"]}
    actor = ecology.own.actor("officer")
    one = services.open_from("finding:7", words, **facts, actor=actor)
    again = services.open_from("finding:7", words, **facts, actor=actor)
    assert one.pk == again.pk
    assert one.origin_ref == "finding:7"
    with pytest.raises(Refused):
        ecology.registered(origin_ref="finding:7")


def test_opening_needs_two_investigators(ecology: Ways):
    case = ecology.registered()
    leader, officer = ecology.own.actor("leader"), ecology.own.actor("officer")
    one, two = ecology.own.inspectors
    services.add_investigator(case, inspector=one, on=FOUND_ON, actor=officer)
    with pytest.raises(Refused) as refusal:
        services.open_case(case, on=OPENED_ON, actor=leader)
    assert refusal.value.code == "too_few"
    services.add_investigator(case, inspector=two, on=FOUND_ON, actor=officer)
    services.open_case(case, on=OPENED_ON, actor=leader)
    assert Case.objects.get(pk=case.pk).opened_on == OPENED_ON
    assert EventRow.objects.filter(name="case.opened", record_pk=case.pk).exists()


def test_a_certificate_that_ended_meanwhile_stops_the_opening(ecology: Ways):
    case = ecology.staffed()
    inspector = ecology.own.inspectors[0]
    inspector.valid_to = dt.date(2026, 9, 5)
    inspector.save()
    with pytest.raises(Refused) as refusal:
        services.open_case(case, on=OPENED_ON, actor=ecology.own.actor("leader"))
    assert inspector.name in str(refusal.value)


def test_an_officer_without_certificate_is_not_put_on_a_case(ecology: Ways, market: Ways):
    case, officer = ecology.registered(), ecology.own.actor("officer")
    stale = ecology.own.inspectors[0]
    stale.valid_to = dt.date(2026, 8, 31)
    stale.save()
    for inspector in (stale, market.own.inspectors[0]):
        with pytest.raises(Refused):
            services.add_investigator(case, inspector=inspector, on=FOUND_ON, actor=officer)


def test_only_the_leader_opens_and_never_the_handler(ecology: Ways):
    case = ecology.staffed()
    for who in ("officer", "chief", "legal", "first_inspector"):
        with pytest.raises(PermissionDenied):
            services.open_case(case, on=OPENED_ON, actor=ecology.own.actor(who))
    Case.objects.filter(pk=case.pk).update(handler=ecology.own.posts["leader"])
    with pytest.raises(PermissionDenied, match="办案人员"):
        services.open_case(
            Case.objects.get(pk=case.pk), on=OPENED_ON, actor=ecology.own.actor("leader")
        )


@pytest.mark.parametrize(("harm", "years"), [(False, 2), (True, 5)])
def test_after_the_limitation_a_case_is_not_opened(ecology: Ways, harm: bool, years: int):
    leader = ecology.own.actor("leader")
    last = dt.date(FOUND_ON.year - years, FOUND_ON.month, FOUND_ON.day)
    case = ecology.staffed(harm=harm)
    Case.objects.filter(pk=case.pk).update(act_on=last - dt.timedelta(days=1))
    case.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        services.open_case(case, on=OPENED_ON, actor=leader)
    assert refusal.value.code == "limitation"
    Case.objects.filter(pk=case.pk).update(act_on=last)
    case.refresh_from_db()
    services.open_case(case, on=OPENED_ON, actor=leader)


def test_verification_is_counted_by_each_bureaus_rule(ecology: Ways, market: Ways):
    """15 calendar days from 2026-09-01 end on the 16th; 15 working days, with a make-up
    Sunday on 09-20, on the 21st."""
    cases = {way.own.agency.kind: way.registered() for way in (ecology, market)}
    due = {kind: Clock.objects.get(ref=f"case:{case.pk}").due_on for kind, case in cases.items()}
    assert due == {"ecology": dt.date(2026, 9, 16), "market": dt.date(2026, 9, 21)}


def test_the_ninety_days_end_after_the_holiday(ecology: Ways):
    case = ecology.staffed()
    days = {"found_on": dt.date(2026, 7, 1), "act_on": dt.date(2026, 6, 20)}
    Case.objects.filter(pk=case.pk).update(**days)
    case.refresh_from_db()
    services.open_case(case, on=dt.date(2026, 7, 4), actor=ecology.own.actor("leader"))
    clock = services.running_clock(case, "D09")
    assert clock is not None
    assert clock.due_on == dt.date(2026, 10, 8)  # 90 days end on 10-02, a holiday


def test_a_real_name_reporter_is_answered_within_five_working_days(ecology: Ways):
    case = ecology.staffed(source="report", real_name=True)
    services.open_case(case, on=OPENED_ON, actor=ecology.own.actor("leader"))
    clock = services.running_clock(case, "D04")
    assert clock is not None
    assert (clock.role, clock.due_on) == ("complaints", dt.date(2026, 9, 14))


def test_not_opening_needs_a_reason_and_ends_the_verification(ecology: Ways):
    case, leader = ecology.registered(), ecology.own.actor("leader")
    with pytest.raises(Refused) as refusal:
        services.not_open(case, on=OPENED_ON, reason=" ", actor=leader)
    assert refusal.value.code == "reason"
    services.not_open(case, on=OPENED_ON, reason="没有违法事实", actor=leader)
    assert Case.objects.get(pk=case.pk).state == "not_opened"
    assert services.running_clock(case, "D02") is None


def test_a_later_name_is_printed_with_the_former_one(ecology: Ways):
    case = ecology.registered()
    before = case.institution_name
    assert selectors.printed_name(case) == before
    case.institution.name = "上海新名检测有限公司"
    assert selectors.printed_name(case) == f"上海新名检测有限公司（原名：{before}）"
    assert len(selectors.warnings(case)) == 1


def test_a_deregistered_party_is_warned_of(ecology: Ways):
    case = ecology.registered()
    assert selectors.warnings(case) == []
    case.institution.status = InstitutionStatus.DEREGISTERED
    assert "注销" in selectors.warnings(case)[0]


def test_facts_are_edited_once_by_version(ecology: Ways):
    case, officer = ecology.opened(), ecology.own.actor("officer")
    services.edit(case, version=1, values={"facts": "补充后的案情"}, actor=officer)
    assert Case.objects.get(pk=case.pk).facts == "补充后的案情"
    with pytest.raises(Conflict):
        services.edit(case, version=1, values={"facts": "别的"}, actor=officer)
    with pytest.raises(PermissionDenied):
        services.edit(case, version=2, values={"facts": "x"}, actor=ecology.own.actor("second"))


def test_after_the_investigation_facts_stand(ecology: Ways):
    case = ecology.reviewing()
    with pytest.raises(Refused):
        services.edit(case, version=1, values={"facts": "x"}, actor=ecology.own.actor("officer"))


def test_the_handler_hands_over_within_the_bureau_only(ecology: Ways, market: Ways):
    case, officer = ecology.opened(), ecology.own.actor("officer")
    with pytest.raises(Refused):
        services.hand_over(case, to=market.own.posts["officer"], reason="调离", actor=officer)
    services.hand_over(case, to=ecology.own.posts["second"], reason="调离", actor=officer)
    assert Case.objects.get(pk=case.pk).handler_id == ecology.own.posts["second"].pk


def test_a_replacement_takes_a_person_off_with_its_reason(ecology: Ways):
    case = ecology.opened()
    person, chief = case.investigators.all()[0], ecology.own.actor("chief")
    with pytest.raises(Refused):
        services.end_investigator(person, on=OPENED_ON, reason="", actor=chief)
    services.end_investigator(person, on=OPENED_ON, reason="调离", actor=chief)
    assert len(selectors.investigators_of(case)) == 1
    with pytest.raises(Conflict):
        services.end_investigator(person, on=OPENED_ON, reason="再次", actor=chief)
    again = {"inspector": person.inspector, "on": OPENED_ON, "actor": chief}
    services.add_investigator(case, **again)


def test_a_recusal_is_decided_by_the_leader_and_is_for_good(ecology: Ways):
    case = ecology.opened()
    person = case.investigators.all()[0]
    facts = {"on": OPENED_ON, "reason": "近亲属在该机构任职", "recusal": True}
    for who in ("officer", "chief", "first_inspector"):
        with pytest.raises(PermissionDenied):
            services.end_investigator(person, **facts, actor=ecology.own.actor(who))
    services.end_investigator(person, **facts, actor=ecology.own.actor("leader"))
    with pytest.raises(Refused) as refusal:
        services.add_investigator(
            case, inspector=person.inspector, on=OPENED_ON, actor=ecology.own.actor("chief")
        )
    assert refusal.value.code == "recused"
    with pytest.raises(Refused):  # one certified investigator is left
        inquiries.finish(
            case,
            proposal=ecology.proposal(case),
            on=dt.date(2026, 9, 14),
            actor=ecology.own.actor("officer"),
        )
