"""A legal period is a row: started, suspended, extended, handed over, stopped, explained."""

import datetime as dt
from typing import Any

import pytest

from agencies.models import User
from portal.access import Actor, Role
from portal.clocks import services as clocks
from portal.clocks.choices import ClockState
from portal.clocks.models import Clock
from portal.clocks.now import SHANGHAI
from portal.errors import Conflict, Refused
from portal.models import AuditEvent
from tests.factories import ActorFactory, AgencyFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
D = dt.date.fromisoformat


def running(rule: str = "D24", on: str = "2026-09-18", **more: Any) -> tuple[Clock, Actor]:
    actor, agency = ActorFactory(), AgencyFactory()
    facts = {"agency": agency, "on": D(on), "role": Role.OFFICER, "actor": actor, **more}
    return clocks.start(rule, agency, **facts), actor


def test_start_keeps_rule_version_subject_and_due_day_and_says_so_in_the_audit() -> None:
    clock, actor = running()
    assert (clock.due_on, clock.legal_due_on) == (D("2026-10-22"), D("2026-10-22"))
    assert (clock.ref, clock.rule.code, clock.provisional) == (
        f"agency:{clock.agency_id}",
        "D24",
        False,
    )
    event = AuditEvent.objects.get(verb="clock.start")
    assert (event.subject, event.user_id) == (clock.ref, actor.user_id)


def test_the_version_of_the_day_of_the_step_is_chosen() -> None:
    old, _actor = running("D25", "2026-08-14")
    new, _actor = running("D25", "2026-08-15")
    assert (old.rule.version, new.rule.version) == (1, 2)
    assert old.rule.basis_words != new.rule.basis_words


def test_an_internal_target_shortens_and_never_lengthens() -> None:
    clock, _actor = running(due=D("2026-10-10"))
    assert (clock.due_on, clock.legal_due_on) == (D("2026-10-10"), D("2026-10-22"))
    with pytest.raises(Refused, match="2026-10-22"):
        running(due=D("2026-10-23"))


def test_a_fixed_date_may_name_its_year() -> None:
    clock, _actor = running("R01", "2026-01-05", due=D("2027-01-31"))
    assert (clock.due_on, clock.legal_due_on) == (D("2027-01-31"), D("2027-01-31"))
    assert clocks.explain(clock)[-1].on == D("2027-01-31")
    with pytest.raises(Refused):
        clocks.suspend(clock, on=D("2026-02-01"), reason="听证", actor=ActorFactory())


def test_hours_start_at_an_instant_and_are_overdue_from_one() -> None:
    begin = dt.datetime(2026, 9, 30, 17, 30, tzinfo=SHANGHAI)
    actor, agency = ActorFactory(), AgencyFactory()
    clock = clocks.start("C03", agency, agency=agency, on=begin, role=Role.OFFICER, actor=actor)
    assert clock.due_at == begin + dt.timedelta(hours=24)
    assert not Clock.objects.overdue(begin + dt.timedelta(hours=23)).exists()
    assert Clock.objects.overdue(begin + dt.timedelta(hours=25)).get() == clock
    with pytest.raises(Refused):
        running("C03")


def test_a_rule_without_a_period_or_unknown_is_refused() -> None:
    for code in ("D09b", "D12", "D99"):
        with pytest.raises(Refused, match=code if code != "D09b" else "没有固定期限"):
            running(code)


def test_suspension_moves_the_due_day_and_explains_it() -> None:
    clock, actor = running("D09", "2026-03-02")
    clocks.suspend(clock, on=D("2026-03-10"), reason="听证", actor=actor)
    assert clock.state == ClockState.SUSPENDED
    assert not Clock.objects.overdue(dt.datetime(2030, 1, 1, tzinfo=SHANGHAI)).exists()
    with pytest.raises(Conflict):
        clocks.suspend(clock, on=D("2026-03-11"), reason="听证", actor=actor)
    clocks.resume(clock, on=D("2026-03-20"), reason="听证结束", actor=actor)
    assert (clock.state, clock.due_on) == (ClockState.RUNNING, D("2026-06-10"))
    days = clocks.explain(clock)
    assert next(day.on for day in days if day.why == "suspended") == D("2026-03-10")
    assert days[-1].on == clock.due_on


def test_an_extension_needs_another_persons_approval_and_a_later_day() -> None:
    clock, actor = running("D09", "2026-03-02")
    other = UserFactory()
    with pytest.raises(Refused, match="晚于"):
        clocks.extend(clock, until=clock.due_on, reason="复杂", approver=other, actor=actor)
    me = User.objects.get(pk=actor.user_id)
    with pytest.raises(Refused, match="他人"):
        clocks.extend(clock, until=D("2026-07-01"), reason="复杂", approver=me, actor=actor)
    clocks.extend(clock, until=D("2026-07-01"), reason="复杂", approver=other, actor=actor)
    assert (clock.due_on, clock.legal_due_on) == (D("2026-07-01"), D("2026-07-01"))
    assert clocks.explain(clock)[-1].why == "extended"


def test_a_stopped_clock_stays_stopped() -> None:
    clock, actor = running()
    clocks.stop(clock, on=D("2026-09-20"), reason="已公示", actor=actor)
    assert (clock.state, clock.stopped_on) == (ClockState.STOPPED, D("2026-09-20"))
    with pytest.raises(Conflict):
        clocks.stop(clock, on=D("2026-09-21"), actor=actor)
    with pytest.raises(Conflict):
        clocks.reassign(
            clock,
            agency=1,
            role=Role.CHIEF,
            on=D("2026-09-21"),
            reason="交接",
            actor=ActorFactory(),
        )


def test_a_handed_over_clock_keeps_its_due_day() -> None:
    clock, actor = running()
    other = AgencyFactory()
    clocks.reassign(
        clock,
        agency=other,
        role=Role.CHIEF,
        on=D("2026-09-21"),
        reason="交接",
        actor=actor,
    )
    assert (clock.agency_id, clock.role, clock.due_on) == (other.pk, Role.CHIEF, D("2026-10-22"))
    assert AuditEvent.objects.filter(verb="clock.reassign", subject=clock.ref).count() == 1
    assert Clock.objects.visible_to(ActorFactory(agency=other)).get() == clock


def test_strangers_do_not_see_a_clock() -> None:
    clock, _actor = running()
    sibling = ActorFactory(agency__sibling=True)
    assert clock not in Clock.objects.visible_to(sibling)
    assert clock in Clock.objects.visible_to(ActorFactory())  # the district's other bureau
