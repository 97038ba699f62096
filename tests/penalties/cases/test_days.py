"""Days that are entered: in a year that can be meant, when they have come, after their cause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Matter
from penalties.cases import services
from penalties.decisions import services as decisions
from penalties.inquiries import services as inquiries
from penalties.models import Case, PriorNotice
from penalties.notices import services as notices
from penalties.notices.selectors import paper_of
from penalties.reviews import services as reviews
from portal.clocks import today
from portal.clocks.days import demand_happened, demand_meant
from portal.errors import Refused
from portal.papers import services as papers
from tests.penalties.district import DECIDED_ON, DEFENDED_ON, NOTICED_ON, Ways
from tests.people import BACKEND

DAY = dt.timedelta(days=1)
FAR = dt.date(2099, 1, 1)


def refused(act: Callable[..., Any], *args: Any, **words: Any) -> str:
    with pytest.raises(Refused) as refusal:
        act(*args, **words)
    return refusal.value.code


@pytest.mark.parametrize("day", [dt.date(1, 1, 1), dt.date(1999, 12, 31), dt.date(9999, 12, 31)])
def test_a_year_that_cannot_be_meant(day: dt.date):
    assert refused(demand_meant, day, "立案日期") == "day_not_meant"


def test_what_is_registered_has_happened_and_after_its_cause():
    found = ("发现日期", today() - DAY)
    demand_happened(today(), "立案日期", found, ("告知日期", None))
    assert refused(demand_happened, today() + DAY, "立案日期", found) == "day_ahead"
    assert refused(demand_happened, today() - 2 * DAY, "立案日期", found) == "day_before"


@pytest.mark.django_db
def test_a_lead_is_not_found_before_the_act_nor_tomorrow(ecology: Ways):
    assert refused(ecology.registered, found_on=today() + DAY) == "day_ahead"
    assert refused(ecology.registered, act_on=dt.date(1, 1, 1)) == "day_not_meant"
    assert refused(ecology.registered, act_ended_on=dt.date(2026, 8, 19)) == "day_before"


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "day"), [("found_on", "9999-12-31"), ("act_on", "0001-01-01")])
def test_the_register_asks_for_another_year(ecology: Ways, field: str, day: str):
    browser = Client()
    browser.force_login(ecology.own.posts["officer"].user, backend=BACKEND)
    told = {
        "institution": ecology.institution.uscc,
        "matter": Matter.objects.get(code="E04").pk,
        "source": "own",
        "found_on": "2026-09-01",
        "act_on": "2026-08-20",
        "facts": "采样记录与原始谱图不符。",
        "party": "organisation",
    }
    page = browser.post(reverse("case_create"), told | {field: day})
    assert page.status_code == 200
    assert "2000" in page.content.decode()
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_a_case_is_opened_between_its_finding_and_today(ecology: Ways):
    case, leader = ecology.staffed(), ecology.own.actor("leader")
    opened = {"actor": leader}
    assert refused(services.open_case, case, on=dt.date(2026, 8, 31), **opened) == "day_before"
    assert refused(services.open_case, case, on=today() + DAY, **opened) == "day_ahead"
    assert Case.objects.get(pk=case.pk).state == "verifying"
    services.open_case(case, on=dt.date(2026, 9, 1), **opened)


@pytest.mark.django_db
def test_orders_and_their_failure_follow_the_act(ecology: Ways):
    case, officer = ecology.registered(), ecology.own.actor("officer")

    def edit(**values: dt.date) -> None:
        services.edit(case, version=case.version, values=values, actor=officer)

    assert refused(edit, ordered_on=today() + DAY) == "day_ahead"
    ordered = {"ordered_on": dt.date(2026, 9, 10), "not_corrected_on": dt.date(2026, 9, 9)}
    assert refused(edit, **ordered) == "day_before"
    edit(**ordered | {"not_corrected_on": dt.date(2026, 9, 20)})


@pytest.mark.django_db
def test_no_period_is_jumped_by_a_day_to_come(ecology: Ways):
    """The defence is over when it is over, whatever day is entered (issue 3 §9)."""
    case, officer = ecology.noticed(), ecology.own.actor("officer")
    assert refused(notices.close_defence, case, on=FAR, actor=officer) == "day_ahead"
    Case.objects.filter(pk=case.pk).update(state="defended")
    case.refresh_from_db()
    decisions.draft(case, words=ecology.draft(case), actor=officer)
    assert refused(decisions.propose, case, on=FAR, actor=officer) == "day_ahead"
    decisions.propose(case, on=DECIDED_ON, actor=officer)
    leader = ecology.own.actor("leader")
    assert refused(decisions.decide, case, on=FAR, actor=leader) == "day_ahead"
    early = NOTICED_ON - DAY
    assert refused(decisions.decide, case, on=early, actor=leader) == "day_before"
    decisions.decide(case, on=DECIDED_ON, actor=leader)


@pytest.mark.django_db
def test_a_notice_is_not_served_before_the_case_was_opened_and_reviewed(ecology: Ways):
    case, officer = ecology.ready(), ecology.own.actor("officer")
    notice = ecology.draft_notice(case)
    papers.number(paper_of(notice), on=NOTICED_ON, actor=ecology.own.actor("chief"))
    give = {"method": "direct", "actor": officer}
    for day in (dt.date(2026, 8, 25), dt.date(2026, 9, 14)):
        assert refused(notices.give_notice, case, served_on=day, **give) == "day_before"
    assert refused(notices.give_notice, case, served_on=FAR, **give) == "day_ahead"


@pytest.mark.django_db
def test_a_notice_by_announcement_waits_for_its_thirty_days(ecology: Ways):
    case, officer = ecology.ready(), ecology.own.actor("officer")
    notice = ecology.draft_notice(case)
    papers.number(paper_of(notice), on=NOTICED_ON, actor=ecology.own.actor("chief"))
    give = {"method": "announced", "actor": officer}
    assert refused(notices.give_notice, case, served_on=NOTICED_ON, **give) == "no_announcement"
    give["announced_on"] = dt.date(2026, 9, 22)
    early = dt.date(2026, 10, 21)
    assert refused(notices.give_notice, case, served_on=early, **give) == "announcement_running"
    notices.give_notice(case, served_on=dt.date(2026, 10, 22), **give)
    told = PriorNotice.objects.get(pk=notice.pk)
    assert (told.announced_on, told.served_on) == (give["announced_on"], dt.date(2026, 10, 22))
    assert told.defence_until == dt.date(2026, 10, 29)


@pytest.mark.django_db
def test_answers_of_the_party_follow_the_notice(ecology: Ways):
    case, officer = ecology.noticed(), ecology.own.actor("officer")
    words = {"text": "没有违法", "actor": officer}
    early = NOTICED_ON - DAY
    assert refused(notices.receive_defence, case, received_on=early, **words) == "day_before"
    assert refused(notices.receive_defence, case, received_on=FAR, **words) == "day_ahead"
    made = notices.receive_defence(case, received_on=NOTICED_ON, **words)
    answer = {"result": "rejected", "answer": "不采纳", "actor": officer}
    assert refused(notices.answer_defence, made, on=early, **answer) == "day_before"
    notices.answer_defence(made, on=DEFENDED_ON, **answer)


@pytest.mark.django_db
def test_reviews_and_inquiry_lie_between_opening_and_today(ecology: Ways):
    case, officer = ecology.with_evidence(), ecology.own.actor("officer")
    early = dt.date(2026, 9, 6)
    pause = {"kind": "expertise", "reason": "送检", "actor": officer}
    assert refused(inquiries.pause, case, on=early, **pause) == "day_before"
    assert refused(inquiries.pause, case, on=FAR, **pause) == "day_ahead"
    finish = {"proposal": ecology.proposal(case), "actor": officer}
    assert refused(inquiries.finish, case, on=FAR, **finish) == "day_ahead"
    inquiries.finish(case, on=dt.date(2026, 9, 14), **finish)
    reviews.submit(case, actor=officer)
    review = {"opinion": "同意", "actor": ecology.own.actor("chief")}
    assert refused(reviews.pass_review, case, on=early, **review) == "day_before"
    assert refused(reviews.pass_review, case, on=FAR, **review) == "day_ahead"
