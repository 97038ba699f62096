"""What clocks do by themselves: reminders, the overdue message, the default of a payer."""

from __future__ import annotations

import datetime as dt

import pytest

from penalties.cases.services import running_clock
from penalties.inquiries import services as inquiries
from penalties.models import Case
from portal.clocks import engine
from portal.clocks.now import SHANGHAI
from portal.models import Clock, Message
from tests.penalties.district import Ways

pytestmark = pytest.mark.django_db


def engine_at(day: dt.date) -> None:
    """Plan and run what is due at ten in the morning of a day."""
    at = dt.datetime.combine(day, dt.time(10), SHANGHAI)
    engine.plan(at)
    engine.run(at)


def told(role: str) -> int:
    return Message.objects.filter(role=role).count()


def test_the_handler_is_reminded_and_the_heads_hear_of_lateness(ecology: Ways):
    """The verification of 2026-09-01 ends on Wednesday the 16th."""
    ecology.registered()
    engine_at(dt.date(2026, 9, 8))
    assert told("officer") == 0
    engine_at(dt.date(2026, 9, 9))
    assert told("officer") == 1
    engine_at(dt.date(2026, 9, 16))
    assert told("officer") >= 2
    assert told("chief") == told("leader") == 0
    for _twice in range(2):
        engine_at(dt.date(2026, 9, 17))
    assert told("chief") == told("leader") == 1


def test_what_was_done_in_time_is_no_news(ecology: Ways):
    ecology.opened()
    engine_at(dt.date(2026, 9, 17))
    assert told("chief") == 0


def test_the_first_late_day_begins_the_thirty_days(ecology: Ways):
    case = ecology.served()
    engine_at(dt.date(2026, 11, 4))
    assert running_clock(case, "D13") is None
    engine_at(dt.date(2026, 11, 5))
    clock = running_clock(Case.objects.get(pk=case.pk), "D13")
    assert clock is not None
    assert clock.started_on == dt.date(2026, 11, 5)


def test_who_paid_in_time_gets_no_default(ecology: Ways):
    case = ecology.closed()
    engine_at(dt.date(2026, 11, 5))
    assert running_clock(case, "D13") is None


def test_evidence_held_too_long_is_heard_of_by_the_heads(ecology: Ways):
    """D03: seven working days over two holidays, from the 22nd of September to the 9th."""
    case = ecology.opened()
    hold = inquiries.hold_evidence(
        case,
        items="监测仪器一台",
        place="机构实验室",
        on=dt.date(2026, 9, 22),
        approved_by=ecology.own.posts["leader"],
        actor=ecology.own.actor("officer"),
    )
    engine_at(dt.date(2026, 10, 9))
    assert told("chief") == told("leader") == 0
    for _twice in range(2):
        engine_at(dt.date(2026, 10, 10))
    assert told("chief") == told("leader") == 1
    assert "D03" in {clock.rule_code for clock in Clock.objects.open().of(f"case:{case.pk}")}
    late = dt.date(2026, 10, 12)
    inquiries.decide_hold(hold, decision="released", on=late, actor=ecology.own.actor("officer"))
    clock = Clock.objects.get(pk=hold.clock_id)
    assert (clock.due_on, clock.stopped_on) == (dt.date(2026, 10, 9), late)
