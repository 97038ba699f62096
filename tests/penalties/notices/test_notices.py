"""The prior notice, the days of the party, the hearing."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from penalties.cases.services import running_clock
from penalties.discretion.selectors import Grounds
from penalties.models import Case, Hearing, PriorNotice
from penalties.notices import services
from penalties.notices.selectors import paper_of
from penalties.reviews import services as reviews
from penalties.reviews.selectors import hearing_due
from portal.access import Actor, AgencyKind, Role
from portal.errors import Refused
from portal.law import services as law
from portal.law.selectors import parameter_on
from portal.papers import services as papers
from tests.factories import ActorFactory
from tests.penalties.district import NOTICED_ON, Ways, scan

pytestmark = pytest.mark.django_db


def test_a_market_case_is_not_notified_before_its_legal_review(market: Ways):
    case = market.reviewed()
    with pytest.raises(Refused) as refusal:
        market.give_notice(case)
    assert refusal.value.code == "legal_review_due"
    assert Case.objects.get(pk=case.pk).state == "reviewed"
    market.legally_reviewed(case)
    market.give_notice(case)
    assert Case.objects.get(pk=case.pk).state == "noticed"


def test_only_a_numbered_notice_is_served(ecology: Ways):
    case, officer = ecology.ready(), ecology.own.actor("officer")
    served = {"method": "direct", "served_on": NOTICED_ON, "actor": officer}
    with pytest.raises(Refused) as refusal:
        services.give_notice(case, **served)
    assert refusal.value.code == "no_draft"
    notice = ecology.draft_notice(case)
    with pytest.raises(Refused) as refusal:
        services.give_notice(case, **served)
    assert refusal.value.code == "no_number"
    assert "事先告知书尚未编号" in str(refusal.value)
    assert running_clock(case, "D05") is None
    papers.number(paper_of(notice), on=NOTICED_ON, actor=officer)
    with pytest.raises(Refused) as refusal:
        services.give_notice(case, **served | {"served_on": NOTICED_ON - dt.timedelta(days=1)})
    assert refusal.value.code == "before_number"
    services.give_notice(case, **served)
    assert Case.objects.get(pk=case.pk).state == "noticed"


def test_a_numbered_notice_with_an_error_is_replaced_and_stays_in_the_register(ecology: Ways):
    case, officer = ecology.ready(), ecology.own.actor("officer")
    first = ecology.draft_notice(case)
    assert ecology.draft_notice(case, intended="罚款四万元").pk == first.pk
    papers.number(paper_of(first), on=NOTICED_ON, actor=officer)
    second = ecology.draft_notice(case, intended="罚款肆万元")
    first.refresh_from_db()
    assert first.superseded
    assert paper_of(first).number
    assert paper_of(second).is_draft


def test_a_notice_of_another_sum_than_the_reviewed_one_is_not_served(ecology: Ways):
    case, officer = ecology.ready(), ecology.own.actor("officer")
    papers.number(paper_of(ecology.draft_notice(case)), on=NOTICED_ON, actor=officer)
    Case.objects.filter(pk=case.pk).update(proposed_fine=Decimal(45_000))
    case.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        services.give_notice(case, method="direct", served_on=NOTICED_ON, actor=officer)
    assert refusal.value.code == "notice_outdated"


def test_the_institution_reads_no_notice_before_it_is_served(ecology: Ways):
    case, officer = ecology.ready(), ecology.own.actor("officer")
    papers.number(paper_of(ecology.draft_notice(case)), on=NOTICED_ON, actor=officer)
    own = Actor(kind="institution", institution_id=case.institution_id)
    assert not PriorNotice.objects.visible_to(own).exists()
    services.give_notice(case, method="direct", served_on=NOTICED_ON, actor=officer)
    assert PriorNotice.objects.visible_to(own).exists()


def test_the_notice_prints_its_provisions_and_the_words_beside_them(ecology: Ways):
    case = ecology.ready()
    grounds = dataclasses.replace(ecology.grounds(case), basis_words="参照本市裁量基准。")
    notice = ecology.draft_notice(case, grounds=grounds)
    assert notice.basis.splitlines() == [
        "《生态环境法典》第1090条",
        "《生态环境监测条例》第43条第4项",
        "参照本市裁量基准。",
    ]
    printed = str(paper_of(notice).content)
    assert "《生态环境监测条例》第43条第4项" in printed
    assert "自收到本告知书之日起5个工作日内" in printed
    with pytest.raises(Refused) as refusal:
        ecology.draft_notice(case, grounds=Grounds(basis_words="生态环境监测条例第43条第4项"))
    assert refusal.value.code == "no_basis"


def test_a_grave_case_is_not_notified_before_its_discussion(ecology: Ways):
    case = ecology.reviewed("E09", {"fine": Decimal(500_000)})
    with pytest.raises(Refused) as refusal:
        ecology.give_notice(case)
    assert refusal.value.code == "discussion_due"


@pytest.mark.parametrize(("fine", "right"), [(49_999, False), (50_000, True)])
def test_the_right_to_a_hearing_begins_at_the_threshold(ecology: Ways, fine: int, right: bool):
    case = ecology.noticed(proposal={"fine": Decimal(fine)})
    notice = PriorNotice.objects.get(case=case)
    assert notice.hearing_right is right
    assert (running_clock(case, "D06") is not None) is right
    # 2026-09-21 + 5 working days: the Mid-Autumn days off 09-25..27 do not count
    assert notice.defence_until == dt.date(2026, 9, 29)


def test_the_threshold_of_a_hearing_is_that_of_the_day(ecology: Ways):
    """From 1 October the threshold is 100,000: a notice of September still gives the right."""
    facts = {"roles": [Role.LEGAL], "agency__kind": AgencyKind.ECOLOGY}
    proposed = law.propose_parameter(
        parameter_on("hearing.shanghai.organisation", NOTICED_ON),
        values={"value": Decimal(100_000), "effective_from": dt.date(2026, 10, 1)},
        reason="地方规定修订",
        actor=ActorFactory(**facts),
    )
    law.approve_parameter(proposed, actor=ActorFactory(**facts))
    case = ecology.ready(proposal={"fine": Decimal(60_000)})
    assert hearing_due(case, dt.date(2026, 9, 30)) is True
    assert hearing_due(case, dt.date(2026, 10, 1)) is False
    notice = ecology.draft_notice(case)
    assert notice.hearing_right is True
    papers.number(paper_of(notice), on=NOTICED_ON, actor=ecology.own.actor("officer"))
    with pytest.raises(Refused) as refusal:  # served after the change: told by the law of the day
        services.give_notice(
            case,
            method="direct",
            served_on=dt.date(2026, 10, 8),
            actor=ecology.own.actor("officer"),
        )
    assert refusal.value.code == "notice_outdated"


def test_the_defence_is_not_closed_before_its_last_day_is_over(ecology: Ways):
    case, officer = ecology.noticed(), ecology.own.actor("officer")
    for day in (dt.date(2026, 9, 28), dt.date(2026, 9, 29)):
        with pytest.raises(Refused) as refusal:
            services.close_defence(case, on=day, actor=officer)
        assert refusal.value.code == "defence_running"
    services.close_defence(case, on=dt.date(2026, 9, 30), actor=officer)
    assert running_clock(case, "D05") is None


def test_a_written_waiver_ends_it_at_once(ecology: Ways):
    case, officer = ecology.noticed(), ecology.own.actor("officer")
    with pytest.raises(Refused) as refusal:
        services.waive(case, on=NOTICED_ON, waiver=None, actor=officer)
    assert refusal.value.code == "no_paper"
    services.waive(case, on=NOTICED_ON, waiver=scan(officer), actor=officer)
    services.close_defence(case, on=NOTICED_ON, actor=officer)
    assert Case.objects.get(pk=case.pk).state == "defended"


def test_every_defence_is_answered(ecology: Ways):
    case, officer = ecology.noticed(), ecology.own.actor("officer")
    day = dt.date(2026, 9, 30)
    defence = services.receive_defence(
        case, text="情节轻微", received_on=dt.date(2026, 9, 24), actor=officer
    )
    with pytest.raises(Refused) as refusal:
        services.close_defence(case, on=day, actor=officer)
    assert refusal.value.code == "unanswered"
    services.answer_defence(defence, result="rejected", answer="事实清楚", on=day, actor=officer)
    services.close_defence(case, on=day, actor=officer)


def hearing_of(way: Ways, requested_on: dt.date) -> Hearing:
    case = way.noticed(proposal={"fine": Decimal(60_000)})
    return services.request_hearing(case, requested_on=requested_on, actor=way.own.actor("officer"))


def test_a_hearing_is_asked_for_in_time_and_only_with_the_right(ecology: Ways):
    officer = ecology.own.actor("officer")
    small = ecology.noticed()
    with pytest.raises(Refused) as refusal:
        services.request_hearing(small, requested_on=dt.date(2026, 9, 22), actor=officer)
    assert refusal.value.code == "no_right"
    with pytest.raises(Refused) as refusal:
        hearing_of(ecology, dt.date(2026, 9, 30))
    assert refusal.value.code == "too_late"


def test_a_hearing_stops_the_ninety_days_and_is_called_seven_working_days_before(
    ecology: Ways,
):
    officer = ecology.own.actor("officer")
    hearing = hearing_of(ecology, dt.date(2026, 9, 29))
    case = hearing.case
    clock = running_clock(case, "D09")
    assert clock is not None
    before = clock.due_on
    assert clock.state == "suspended"
    facts = {
        "notified_on": dt.date(2026, 9, 30),
        "place": "听证室",
        "is_open": True,
        "actor": officer,
    }
    leader = ecology.own.posts["leader"]
    with pytest.raises(Refused) as refusal:
        services.call_hearing(hearing, planned_on=dt.date(2026, 10, 14), chair=leader, **facts)
    assert refusal.value.code == "too_soon"
    planned = dt.date(2026, 10, 15)  # 10-10 is a make-up Saturday
    with pytest.raises(Refused) as refusal:
        services.call_hearing(
            hearing,
            planned_on=planned,
            chair=ecology.own.posts["first_inspector"],
            **facts,
        )
    assert refusal.value.code == "chair"
    services.call_hearing(hearing, planned_on=planned, chair=leader, **facts)
    services.close_hearing(
        hearing, held_on=planned, minutes="双方陈述", conclusion="维持", actor=officer
    )
    after = running_clock(case, "D09")
    assert after is not None
    assert (before, after.due_on) == (dt.date(2026, 12, 7), dt.date(2026, 12, 22))
    assert Case.objects.get(pk=case.pk).state == "defended"


def test_after_a_hearing_the_case_is_legally_reviewed_once_more(ecology: Ways):
    officer = ecology.own.actor("officer")
    hearing = hearing_of(ecology, dt.date(2026, 9, 22))
    planned = dt.date(2026, 10, 12)
    services.call_hearing(
        hearing,
        notified_on=dt.date(2026, 9, 23),
        planned_on=planned,
        place="听证室",
        chair=ecology.own.posts["leader"],
        is_open=True,
        actor=officer,
    )
    services.close_hearing(
        hearing, held_on=planned, minutes="双方陈述", conclusion="维持", actor=officer
    )
    case = Case.objects.get(pk=hearing.case_id)
    with pytest.raises(Refused) as refusal:
        services.demand_reviewed(case, planned, heard=True)
    assert refusal.value.code == "legal_review_due"
    reviews.to_legal(case, on=planned, actor=officer)
    reviews.pass_legal(case, opinion="合法", on=planned, actor=ecology.own.actor("legal"))
    assert Case.objects.get(pk=case.pk).state == "defended"
    services.demand_reviewed(case, planned, heard=True)


def test_changed_facts_begin_the_way_anew(ecology: Ways):
    case, officer = ecology.defended(), ecology.own.actor("officer")
    services.reinvestigate(case, reason="发现新的事实", actor=officer)
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.state, fresh.noticed_on) == ("investigating", None)
    assert case.reviews.filter(superseded=False).count() == 0
