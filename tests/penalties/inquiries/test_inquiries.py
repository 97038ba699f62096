"""Evidence by two officers, holds, pauses, extensions, the end of the investigation."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from penalties.cases.services import running_clock
from penalties.inquiries import services
from penalties.models import Case, CaseExtension, Evidence
from penalties.notices import services as notices
from penalties.reviews import services as reviews
from portal.clocks.now import SHANGHAI
from portal.clocks.services import explain
from portal.errors import Conflict, Refused
from portal.models import Clock
from tests.penalties.district import OPENED_ON, Ways, scan

pytestmark = pytest.mark.django_db
FINISHED_ON = dt.date(2026, 9, 14)


def test_evidence_is_numbered_and_keeps_its_hash(ecology: Ways):
    case, officer = ecology.opened(), ecology.own.actor("officer")
    file = scan(officer)
    one = services.add_evidence(case, exhibit=ecology.exhibit(file=file), actor=officer)
    two = services.add_evidence(case, exhibit=ecology.exhibit(), actor=officer)
    assert (one.number, two.number) == (1, 2)
    assert (one.sha256, two.sha256) == (file.sha256, "")


def test_evidence_needs_two_different_officers_of_the_case(ecology: Ways, market: Ways):
    case, officer = ecology.opened(), ecology.own.actor("officer")
    one, _two = ecology.own.inspectors
    stranger = market.own.inspectors[0]
    for officers in ((one, one), (one, stranger)):
        with pytest.raises(Refused):
            services.add_evidence(case, exhibit=ecology.exhibit(officers=officers), actor=officer)
    before = dt.datetime(2026, 8, 1, 9, tzinfo=SHANGHAI)  # nobody was on the case yet
    with pytest.raises(Refused):
        services.add_evidence(case, exhibit=ecology.exhibit(obtained_at=before), actor=officer)
    assert not Evidence.objects.exists()
    services.add_evidence(case, exhibit=ecology.exhibit(), actor=officer)


def test_a_hold_is_decided_within_seven_working_days(ecology: Ways):
    case, officer = ecology.opened(), ecology.own.actor("officer")
    facts = {"items": "监测仪器一台", "place": "机构实验室", "on": dt.date(2026, 9, 22)}
    with pytest.raises(Refused) as refusal:
        services.hold_evidence(case, **facts, approved_by=ecology.own.posts["legal"], actor=officer)
    assert refusal.value.code == "approver"
    hold = services.hold_evidence(
        case, **facts, approved_by=ecology.own.posts["leader"], actor=officer
    )
    clock = Clock.objects.get(pk=hold.clock_id)
    assert clock.due_on == dt.date(2026, 10, 9)  # over Mid-Autumn and the national holiday
    services.add_evidence(case, exhibit=ecology.exhibit(), actor=officer)
    with pytest.raises(Refused) as refusal:
        services.finish(case, proposal=ecology.proposal(case), on=FINISHED_ON, actor=officer)
    assert refusal.value.code == "open_hold"
    services.decide_hold(hold, decision="released", on=dt.date(2026, 9, 28), actor=officer)
    clock.refresh_from_db()
    assert clock.state == "stopped"
    with pytest.raises(Conflict):
        services.decide_hold(hold, decision="copied", on=dt.date(2026, 9, 28), actor=officer)


def test_a_pause_moves_the_last_day_and_says_so(ecology: Ways):
    case, officer = ecology.opened(), ecology.own.actor("officer")
    before = running_clock(case, "D09")
    assert before is not None
    facts = {"kind": "expertise", "reason": "送检", "actor": officer}
    services.pause(case, **facts, on=dt.date(2026, 9, 10))
    with pytest.raises(Refused):
        services.pause(case, **facts, on=dt.date(2026, 9, 11))
    services.resume(case, reason="已出鉴定意见", on=dt.date(2026, 9, 20), actor=officer)
    after = running_clock(case, "D09")
    assert after is not None
    # 90 days end on Sunday 12-06 and roll; ten days later on a Wednesday they do not
    assert (before.due_on, after.due_on) == (dt.date(2026, 12, 7), dt.date(2026, 12, 16))
    assert "suspended" in {day.why for day in explain(after)}
    with pytest.raises(Refused):
        services.resume(case, reason="再次", on=dt.date(2026, 9, 21), actor=officer)


def test_a_hearing_goes_on_uncounted_when_a_pause_ends(ecology: Ways):
    """Paused before the hearing, resumed during it: the hearing's days count no more (D09c)."""
    case, officer = (
        ecology.noticed(proposal={"fine": Decimal(60_000)}),
        ecology.own.actor("officer"),
    )
    pause = {"kind": "expertise", "reason": "送检", "actor": officer}
    services.pause(case, **pause, on=dt.date(2026, 9, 21))
    hearing = notices.request_hearing(case, requested_on=dt.date(2026, 9, 22), actor=officer)
    services.resume(case, reason="已出鉴定意见", on=dt.date(2026, 9, 30), actor=officer)
    clock = running_clock(case, "D09")
    assert clock is not None
    assert clock.state == "suspended"
    held_on = dt.date(2026, 10, 19)
    call = {"place": "会议室", "is_open": True, "chair": ecology.own.posts["legal"]}
    days = {"notified_on": dt.date(2026, 9, 22), "planned_on": held_on}
    notices.call_hearing(hearing, **call, **days, actor=officer)
    hearing.refresh_from_db()
    words = {"minutes": "笔录", "conclusion": "维持"}
    notices.close_hearing(hearing, held_on=held_on, **words, actor=officer)
    clock.refresh_from_db()
    assert clock.state == "running"
    [span] = clock.suspensions.all()
    assert (span.from_on, span.until_on) == (dt.date(2026, 9, 21), held_on)


def test_a_pause_during_a_hearing_outlasts_it(ecology: Ways):
    case, officer = (
        ecology.noticed(proposal={"fine": Decimal(60_000)}),
        ecology.own.actor("officer"),
    )
    notices.request_hearing(case, requested_on=dt.date(2026, 9, 22), actor=officer)
    pause = {"kind": "expertise", "reason": "送检", "actor": officer}
    services.pause(case, **pause, on=dt.date(2026, 9, 24))
    clock = running_clock(case, "D09")
    assert clock is not None
    assert clock.suspensions.count() == 1


def ask(case: Case, way: Ways, kind: str, until: dt.date) -> CaseExtension:
    return services.ask_extension(
        case, kind=kind, until=until, reason="案情复杂", actor=way.own.actor("officer")
    )


def test_the_head_extends_by_thirty_days_once(ecology: Ways):
    case, leader = ecology.opened(), ecology.own.actor("leader")
    clock = running_clock(case, "D09")
    assert clock is not None
    latest = services.latest_until(case, "first", clock)
    assert latest is not None
    with pytest.raises(Refused) as refusal:
        ask(case, ecology, "first", latest + dt.timedelta(days=1))
    assert refusal.value.code == "too_long"
    asked = ask(case, ecology, "first", latest)
    with pytest.raises(PermissionDenied):
        services.answer_extension(
            asked, grants=True, on=OPENED_ON, actor=ecology.own.actor("chief")
        )
    services.answer_extension(asked, grants=True, on=dt.date(2026, 11, 20), actor=leader)
    after = running_clock(case, "D09")
    assert after is not None
    assert after.legal_due_on == latest
    with pytest.raises(Refused) as refusal:
        ask(case, ecology, "first", latest)
    assert refusal.value.code == "once"


def test_a_refused_request_moves_nothing(ecology: Ways):
    case = ecology.opened()
    clock = running_clock(case, "D09")
    assert clock is not None
    asked = ask(case, ecology, "first", clock.due_on + dt.timedelta(days=5))
    services.answer_extension(asked, grants=False, on=OPENED_ON, actor=ecology.own.actor("leader"))
    after = running_clock(case, "D09")
    assert after is not None
    assert after.due_on == clock.due_on


def test_the_second_extension_needs_the_first_and_a_discussion(ecology: Ways):
    case, leader = ecology.opened(), ecology.own.actor("leader")
    until = dt.date(2027, 2, 26)
    with pytest.raises(Refused) as refusal:
        ask(case, ecology, "second", until)
    assert refusal.value.code == "not_discussed"
    posts = [ecology.own.posts[who] for who in ("leader", "chief", "legal")]
    voices = [reviews.Voice(post, "agree", "同意延长") for post in posts]
    minutes = reviews.Minutes(dt.date(2026, 11, 18), "会议室", "同意延长", voices, until)
    reviews.discuss_extension(case, minutes=minutes, actor=leader)
    with pytest.raises(Refused) as refusal:
        ask(case, ecology, "second", until)
    assert refusal.value.code == "first"
    clock = running_clock(case, "D09")
    assert clock is not None
    first = services.latest_until(case, "first", clock)
    assert first is not None
    day = dt.date(2026, 11, 19)
    services.answer_extension(ask(case, ecology, "first", first), grants=True, on=day, actor=leader)
    services.answer_extension(
        ask(case, ecology, "second", until), grants=True, on=day, actor=leader
    )
    after = running_clock(case, "D09")
    assert after is not None
    assert after.legal_due_on == until


def test_verification_is_extended_by_fifteen_more(ecology: Ways):
    case = ecology.registered()
    until = dt.date(2026, 10, 8)  # 15 days after 09-16 end on 10-01, a holiday
    asked = ask(case, ecology, "verification", until)
    services.answer_extension(
        asked, grants=True, on=dt.date(2026, 9, 15), actor=ecology.own.actor("leader")
    )
    clock = running_clock(case, "D02")
    assert clock is not None
    assert clock.due_on == until


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"report": " "}, "no_report"),
        ({"kinds": ()}, "no_kind"),
        ({"kinds": ("warning",)}, "fine_kind"),
        ({"kinds": ("fine", "confiscation")}, "confiscation_kind"),
        ({"discretion_reason": ""}, "no_reason"),
        ({"fine": Decimal(200_001)}, "fine_above"),
        ({"fine": Decimal(19_999)}, "fine_below"),
        ({"kinds": ("fine", "closure")}, "kind_without_basis"),
        ({"outcome": "no_penalty"}, "no_penalty"),
    ],
)
def test_a_proposal_is_complete_and_within_its_bounds(
    ecology: Ways, changed: dict[str, Any], code: str
):
    case, officer = ecology.with_evidence(), ecology.own.actor("officer")
    proposal = ecology.proposal(case, **changed)
    with pytest.raises(Refused) as refusal:
        services.finish(case, proposal=proposal, on=FINISHED_ON, actor=officer)
    assert refusal.value.code == code
    assert Case.objects.get(pk=case.pk).state == "investigating"


def test_a_lighter_fine_needs_a_mitigating_factor(ecology: Ways):
    case, officer = ecology.with_evidence(), ecology.own.actor("officer")
    proposal = ecology.proposal(case, fine=Decimal(10_000), factors=("removed_harm",))
    services.finish(case, proposal=proposal, on=FINISHED_ON, actor=officer)
    assert Case.objects.get(pk=case.pk).state == "investigated"


def test_no_evidence_no_end(ecology: Ways):
    case, officer = ecology.opened(), ecology.own.actor("officer")
    with pytest.raises(Refused) as refusal:
        services.finish(case, proposal=ecology.proposal(case), on=FINISHED_ON, actor=officer)
    assert refusal.value.code == "no_evidence"


def test_the_handler_may_go_on_investigating(ecology: Ways):
    case, officer = ecology.with_evidence(), ecology.own.actor("officer")
    services.finish(case, proposal=ecology.proposal(case), on=FINISHED_ON, actor=officer)
    services.reopen_investigation(case, actor=officer)
    assert Case.objects.get(pk=case.pk).state == "investigating"
