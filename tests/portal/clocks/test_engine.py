"""Effects run once, in legal order, after any downtime, by any number of workers."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from portal.access import Actor, Role
from portal.clocks import effects, engine, operations
from portal.clocks import services as clocks
from portal.clocks.choices import RunState
from portal.clocks.models import Clock, EffectRun, EngineState
from portal.clocks.now import SHANGHAI, real_now
from portal.errors import Refused
from portal.models import AuditEvent
from tests.factories import ActorFactory, AgencyFactory, UserFactory

D = dt.date.fromisoformat
At = Callable[..., dt.datetime]
CALLS: list[tuple[str, int, dt.date, dt.datetime]] = []
FAULTS: dict[str, int] = {}


def heard(name: str) -> effects.Effect:
    def act(clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor) -> None:
        if FAULTS.get(name, 0):
            FAULTS[name] -= 1
            raise RuntimeError(f"{name} is broken")
        assert actor.is_job
        CALLS.append((name, clock.pk, legal_on, now))

    act.__name__ = name
    return act


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Sets the portal's time (the host and the database stay as they are)."""

    def set_time(day: str, hour: int = 9) -> dt.datetime:
        moment = dt.datetime.combine(D(day), dt.time(hour), SHANGHAI)
        monkeypatch.setattr(engine, "now", lambda: moment)
        return moment

    return set_time


@pytest.fixture(autouse=True)
def registered(law: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The effects of a roster period, as the room of rosters registers them."""
    monkeypatch.setattr(effects, "_specs", {})
    CALLS.clear()
    FAULTS.clear()
    effects.effect("R01", before=3)(heard("remind"))
    effects.effect("R01", before="last_working_day")(heard("last_call"))
    effects.effect("R01", after=1)(heard("late_bulletin"))


def roster_clock(on: str = "2026-12-31") -> Clock:
    agency = AgencyFactory()
    return clocks.start(
        "R01", agency, agency=agency, on=D(on), role=Role.REPORTER, actor=ActorFactory()
    )


@pytest.mark.django_db
def test_nothing_runs_before_its_day_and_each_runs_on_it(at: At) -> None:
    clock = roster_clock()
    at("2027-01-27")
    assert engine.look() == 0
    at("2027-01-28")
    assert engine.look() == 1
    assert engine.look() == 0
    assert [("remind", clock.pk, D("2027-01-28"), at("2027-01-28"))] == CALLS
    assert not EffectRun.objects.get().late


@pytest.mark.django_db
def test_after_three_days_down_every_effect_runs_once_in_legal_order_with_legal_dates(
    at: At,
) -> None:
    """T−3 is the 28th, the last working day the 29th, T+1 the 1st; back on the 2nd."""
    clocks_ = [roster_clock(), roster_clock()]
    at("2027-01-27")
    engine.look()
    back = at("2027-02-02", 14)
    for _tick in range(3):
        engine.look()
    legal = ["2027-01-28", "2027-01-28", "2027-01-29", "2027-01-29", "2027-02-01", "2027-02-01"]
    assert [call[2].isoformat() for call in CALLS] == legal
    for clock in clocks_:
        mine = [call[0] for call in CALLS if call[1] == clock.pk]
        assert mine == ["remind", "last_call", "late_bulletin"]
    runs = EffectRun.objects.all()
    assert {(run.state, run.late, run.executed_at) for run in runs} == {(RunState.DONE, True, back)}


@pytest.mark.django_db
def test_a_stopped_clock_owes_nothing_any_more(at: At) -> None:
    clock = roster_clock()
    clocks.stop(clock, on=D("2027-01-28"), reason="已报送", actor=ActorFactory())
    at("2027-02-02")
    engine.look()
    assert (CALLS, EffectRun.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_a_clock_that_stops_between_planning_and_running_voids_the_effect(
    at: At,
) -> None:
    clock = roster_clock()
    moment = at("2027-01-28")
    engine.plan(moment)
    clocks.stop(clock, on=D("2027-01-28"), reason="已报送", actor=ActorFactory())
    engine.run(moment)
    assert (CALLS, EffectRun.objects.get().state) == ([], RunState.VOID)


@pytest.mark.django_db
def test_effects_whose_day_had_passed_before_the_start_are_not_owed(
    at: At,
) -> None:
    roster_clock("2027-01-29")
    at("2027-02-02")
    engine.look()
    assert [call[0] for call in CALLS] == ["last_call", "late_bulletin"]


@pytest.mark.django_db
def test_an_extension_before_the_effect_moves_it(at: At) -> None:
    effects.effect("D09", before=3)(heard("case_soon"))
    agency, actor = AgencyFactory(), ActorFactory()
    start = {"agency": agency, "on": D("2026-03-02"), "role": Role.OFFICER, "actor": actor}
    clock = clocks.start("D09", agency, **start)
    assert clock.due_on == D("2026-06-01")  # the 90th day is Sunday 05-31
    clocks.extend(clock, until=D("2026-07-01"), reason="复杂", approver=UserFactory(), actor=actor)
    at("2026-06-10")
    assert engine.look() == 0
    at("2026-06-28")
    assert engine.look() == 1
    assert CALLS[0][2] == D("2026-06-28")


@pytest.mark.django_db
def test_a_poison_effect_stops_after_five_attempts_is_seen_and_lets_the_others_run(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = roster_clock()
    FAULTS["remind"] = 5
    moment = at("2027-01-28", 0)
    for minutes in (0, 2, 8, 24, 85, 400):
        later = moment + dt.timedelta(minutes=minutes)
        monkeypatch.setattr(engine, "now", lambda later=later: later)
        engine.look()
    run = EffectRun.objects.get(clock=broken)
    assert (run.state, run.attempts) == (RunState.POISON, 5)
    assert "remind is broken" in run.error
    sound = roster_clock()
    engine.look()
    assert [call[:2] for call in CALLS] == [("remind", sound.pk)]

    sysadmin = ActorFactory(roles=[Role.SYSADMIN])
    operations.retry_effect(run, actor=sysadmin)
    engine.look()
    assert [call[:2] for call in CALLS] == [("remind", sound.pk), ("remind", broken.pk)]
    assert AuditEvent.objects.filter(verb="effect.retry", user_id=sysadmin.user_id).exists()
    with pytest.raises(Refused):
        operations.retry_effect(run, actor=sysadmin)


@pytest.mark.django_db
def test_a_failing_effect_waits_before_it_is_tried_again_and_holds_back_the_next(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster_clock()
    FAULTS["remind"] = 1
    moment = at("2027-02-02")
    engine.look()
    assert CALLS == []
    assert EffectRun.objects.filter(attempts=1).count() == 1
    monkeypatch.setattr(engine, "now", lambda: moment + dt.timedelta(seconds=61))
    engine.look()
    assert [call[0] for call in CALLS] == ["remind", "last_call", "late_bulletin"]


@pytest.mark.django_db
def test_the_engine_stands_still_when_the_clock_went_back_until_a_person_confirms(
    at: At,
) -> None:
    roster_clock()
    at("2027-01-28", 12)
    engine.look()
    at("2027-01-28", 9)
    roster_clock()
    assert engine.look() == 0
    assert "went back" in EngineState.objects.get().refusal
    operations.trust_time(actor=ActorFactory(roles=[Role.SYSADMIN]))
    assert engine.look() == 1
    assert EngineState.objects.get().refusal == ""


@pytest.mark.django_db
def test_the_engine_stands_still_when_host_and_database_disagree(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster_clock()
    at("2027-01-28")
    monkeypatch.setattr(engine, "real_now", lambda: real_now() + dt.timedelta(seconds=90))
    assert engine.look() == 0
    assert "differ" in EngineState.objects.get().refusal
    assert CALLS == []


@pytest.mark.django_db
def test_hour_rules_are_late_from_the_instant(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    effects.effect("C03", after=0)(heard("referral_late"))
    agency = AgencyFactory()
    begin = dt.datetime(2026, 9, 30, 17, 30, tzinfo=SHANGHAI)
    clocks.start("C03", agency, agency=agency, on=begin, role=Role.OFFICER, actor=ActorFactory())
    at("2026-10-01", 17)
    assert engine.look() == 0
    at("2026-10-01", 18)
    assert engine.look() == 1


@pytest.mark.django_db(transaction=True)
def test_two_runners_at_once_have_one_effect_each_in_order(at: At) -> None:
    """Real threads, real connections, one start line."""
    for _each in range(6):
        roster_clock()
    at("2027-02-02")
    ready = threading.Barrier(4)
    problems: list[BaseException] = []

    def look() -> None:
        try:
            ready.wait(10)
            engine.look()
        except BaseException as error:  # noqa: BLE001  # handed to the test below
            problems.append(error)
        finally:
            connection.close()

    runners = [threading.Thread(target=look) for _runner in range(4)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(60)
    assert problems == []
    engine.look()  # what was held back while another runner had the clock's earlier effect
    assert len(CALLS) == len({call[:2] for call in CALLS}) == 18
    for pk in {call[1] for call in CALLS}:
        mine = [call[0] for call in CALLS if call[1] == pk]
        assert mine == ["remind", "last_call", "late_bulletin"]
    assert set(EffectRun.objects.values_list("state", "attempts")) == {(RunState.DONE, 1)}
