"""From the default to the court: what is owed in any form, in the law's days, each act once."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from penalties.cases.services import running_clock
from penalties.decisions import services as decisions
from penalties.models import Case, Payment
from penalties.notices import services as notices
from penalties.performance import selectors, services
from portal.clocks import engine
from portal.clocks.now import SHANGHAI
from portal.errors import Refused
from tests.penalties.district import DECIDED_ON, DEFENDED_ON, Ways, decision_of

FINE = Decimal(40_000)
LAPSED = dt.date(2027, 4, 20)  # six months after the service
LAST = dt.date(2027, 7, 20)  # three months after that
D = dt.date
db = pytest.mark.django_db


def engine_at(day: dt.date) -> None:
    at = dt.datetime.combine(day, dt.time(10), SHANGHAI)
    engine.plan(at)
    engine.run(at)


def challenged(way: Ways, case: Case, channel: str, result: str, on: dt.date) -> None:
    officer = way.own.actor("officer")
    made = decisions.file_challenge(
        decision_of(case), channel=channel, body="某机关", filed_on=on, actor=officer
    )
    words = {"result": result, "result_on": on, "document": "1号", "reason": "合法"}
    who = "leader" if channel == "own" else "officer"
    decisions.close_challenge(made, **words, actor=way.own.actor(who))


def asked(way: Ways, case: Case, on: dt.date, **more: Any) -> Any:
    officer = way.own.actor("officer")
    return services.apply_to_court(case, court="某法院", applied_on=on, **more, actor=officer)


@db
def test_three_months_to_ask_the_court_begin_when_the_remedies_lapse(ecology: Ways):
    case = ecology.served()
    engine_at(LAPSED)
    assert running_clock(case, "D15") is None
    for _twice in range(2):
        engine_at(LAPSED + dt.timedelta(days=1))
    clock = running_clock(case, "D15")
    assert clock is not None
    assert (clock.started_on, clock.due_on) == (LAPSED, LAST)


@db
def test_who_paid_has_nothing_to_be_taken_to_the_court_for(ecology: Ways):
    case = ecology.served()
    ecology.pay(case, FINE, D(2026, 10, 30))
    engine_at(LAPSED + dt.timedelta(days=1))
    assert running_clock(case, "D15") is None


@db
@pytest.mark.parametrize(("channel", "result"), [("litigation", "upheld"), ("review", "upheld")])
def test_a_complaint_that_failed_begins_the_three_months(ecology, run_events, channel, result):
    case = ecology.served()
    challenged(ecology, case, channel, result, D(2026, 11, 10))
    run_events()
    clock = running_clock(case, "D15")
    assert clock is not None
    assert (clock.started_on, clock.due_on) == (D(2026, 11, 10), D(2027, 2, 10))


@db
@pytest.mark.parametrize(("channel", "result"), [("own", "upheld"), ("review", "withdrawn")])
def test_what_was_no_complaint_leaves_the_six_months(ecology, run_events, channel, result):
    case = ecology.served()
    challenged(ecology, case, channel, result, D(2026, 11, 10))
    run_events()
    assert running_clock(case, "D15") is None
    ecology.remind(case, D(2026, 12, 7))
    with pytest.raises(Refused) as refusal:
        asked(ecology, case, D(2026, 12, 28))
    assert refusal.value.code == "may_sue"
    assert selectors.remedies_end(case) == LAPSED


@db
def test_after_three_months_the_court_is_asked_only_with_a_reason(ecology: Ways):
    case = ecology.served()
    ecology.remind(case, D(2026, 12, 7))
    with pytest.raises(Refused, match="2027-07-20") as refusal:
        asked(ecology, case, LAST + dt.timedelta(days=1))
    assert refusal.value.code == "too_late"
    made = asked(ecology, case, LAST + dt.timedelta(days=1), late_reason="不可抗力。")
    assert made.late_reason == "不可抗力。"


@db
def test_the_court_is_asked_once_until_it_has_answered(ecology: Ways):
    case = ecology.served()
    ecology.remind(case, D(2026, 12, 7))
    made = asked(ecology, case, D(2027, 5, 20))
    with pytest.raises(Refused) as refusal:
        asked(ecology, case, D(2027, 5, 20))
    assert refusal.value.code == "applied"
    facts = {"result": "refused", "on": D(2027, 6, 1), "document": "1号"}
    services.note_court_result(made, **facts, actor=ecology.own.actor("officer"))
    asked(ecology, case, D(2027, 6, 2))


@db
def test_a_reminder_is_served_once(ecology: Ways):
    case, officer = ecology.served(), ecology.own.actor("officer")
    ecology.remind(case, D(2026, 12, 7))
    with pytest.raises(Refused) as refusal:
        services.remind(case, served_on=D(2026, 12, 7), actor=officer)
    assert refusal.value.code == "no_draft"
    with pytest.raises(Refused) as refusal:
        services.draft_reminder(case, on=D(2026, 12, 8), actor=officer)
    assert refusal.value.code == "reminded"
    assert case.reminders.count() == 1


@db
def test_a_surcharge_that_is_left_is_collected_too(ecology: Ways):
    """The fine was paid late; thirty days after the first late day its surcharge is reminded of."""
    case, officer = ecology.served(), ecology.own.actor("officer")
    engine_at(D(2026, 11, 5))
    ecology.pay(case, FINE, D(2026, 11, 6))
    assert running_clock(case, "D13") is not None
    with pytest.raises(Refused) as refusal:
        ecology.remind(case, D(2026, 12, 5))
    assert refusal.value.code == "too_soon"
    made = ecology.remind(case, D(2026, 12, 7))
    assert (made.fine, made.surcharge) == (0, Decimal(2_400))
    application = asked(ecology, case, D(2027, 5, 20))
    assert application.amount == Decimal(2_400)
    facts = {"result": "enforced", "on": D(2027, 8, 2), "document": "1号"}
    services.note_court_result(application, **facts, actor=officer)
    leader = ecology.own.actor("leader")
    services.close(case, ground="court", words="执行完毕", on=D(2027, 8, 3), actor=leader)


@db
def test_what_is_confiscated_and_not_handed_over_is_collected_too(market: Ways):
    proposal = {"confiscation": Decimal(5_000), "kinds": ("fine", "confiscation")}
    case = market.ready(proposal=proposal, illegal_gain=Decimal(5_000))
    market.give_notice(case)
    officer = market.own.actor("officer")
    notices.close_defence(case, on=DEFENDED_ON, actor=officer)
    lines = (
        decisions.Line("fine", "罚款", case.proposed_fine),
        decisions.Line("confiscation", "没收违法所得", Decimal(5_000)),
    )
    decisions.draft(case, words=market.draft(case, lines=lines), actor=officer)
    decisions.propose(case, on=DECIDED_ON, actor=officer)
    decisions.decide(case, on=DECIDED_ON, actor=market.own.actor("leader"))
    market.serve(case)
    market.pay(case, case.proposed_fine, D(2026, 10, 30))
    with pytest.raises(Refused) as refusal:
        market.remind(case, D(2026, 11, 4))
    assert refusal.value.code == "not_late"
    made = market.remind(case, D(2026, 11, 5))
    assert (made.fine, made.surcharge, made.confiscation) == (0, 0, Decimal(5_000))


@pytest.mark.django_db(transaction=True)
def test_payments_at_the_same_time_never_exceed_what_is_owed(ecology: Ways):
    case, officer = ecology.served(), ecology.own.actor("officer")
    gate, refused = threading.Barrier(2), []

    def pay(number: int) -> None:
        mine = Case.objects.get(pk=case.pk)
        facts = {"kind": "fine", "amount": FINE, "paid_on": D(2026, 10, 30)}
        gate.wait()
        try:
            services.pay(mine, **facts, receipt_number=str(number), actor=officer)
        except Refused as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=pay, args=(number,)) for number in (1, 2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert refused == ["too_much"]
    assert Payment.objects.count() == 1
