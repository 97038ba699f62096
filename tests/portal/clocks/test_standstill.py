"""When effects or seals stand still, the system administrators hear of it, once a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import translation

from portal.access import Role, job_actor
from portal.audit import record
from portal.clocks import engine, standstill, tasks
from portal.clocks.models import EngineState
from portal.clocks.now import now
from portal.clocks.standstill import raise_alarm
from portal.inbox.models import Message
from portal.inbox.selectors import unread_count
from portal.models import Heartbeat
from portal.tasks import heartbeat
from tests.factories import ActorFactory, AgencyFactory

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def alive(db: None) -> None:
    """A worker that has lived for an hour."""
    Heartbeat.objects.create(queue="celery", at=now(), since=now() - 60 * MINUTE)


@pytest.fixture
def nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standstill, "oldest_unsealed", lambda: None)


def titles() -> list[str]:
    with translation.override("zh-hans"):
        return [each.title.partition("自")[0] for each in Message.objects.order_by("pk")]


@pytest.mark.usefixtures("nothing_waits")
def test_an_engine_that_works_raises_no_alarm() -> None:
    engine.look()
    assert raise_alarm(now() + 9 * MINUTE) == 0
    assert not Message.objects.exists()


@pytest.mark.usefixtures("nothing_waits")
def test_an_engine_that_fails_is_told_to_the_administrator_once_a_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agency = AgencyFactory()
    administrator = ActorFactory(roles=[Role.SYSADMIN], agency=agency)
    officer = ActorFactory(roles=[Role.OFFICER], agency=agency)
    engine.look()
    at = EngineState.objects.get().succeeded_at
    assert at is not None

    def broken(at: dt.datetime) -> None:
        raise OperationalError("no such table")

    monkeypatch.setattr(engine, "plan", broken)
    with pytest.raises(OperationalError):
        engine.look()
    noon = at.replace(hour=4)  # 12:00 in Shanghai: the next minutes are of the same day
    EngineState.objects.update(succeeded_at=noon)
    Heartbeat.objects.update(since=noon - 60 * MINUTE)
    assert raise_alarm(noon + 10 * MINUTE) == 0
    for minutes in (11, 12, 40):
        assert raise_alarm(noon + minutes * MINUTE) == 1
    assert titles() == ["到期任务"]
    assert (unread_count(administrator), unread_count(officer)) == (1, 0)
    raise_alarm(noon + dt.timedelta(days=1))
    assert unread_count(administrator) == 2


@pytest.mark.usefixtures("nothing_waits")
def test_an_engine_that_refuses_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a clock set back the last success lies ahead: the refusal's own instant counts."""
    ActorFactory(roles=[Role.SYSADMIN])
    ahead = now() + 300 * MINUTE
    EngineState.objects.create(
        pk=1, looked_at=ahead, succeeded_at=ahead, refusal="the clock went back", refused_at=now()
    )
    assert raise_alarm(now() + 11 * MINUTE) == 1
    assert "the clock went back" in Message.objects.get().body


def test_an_event_that_nobody_seals_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    administrator = ActorFactory(roles=[Role.SYSADMIN])
    engine.look()
    at = now()
    EngineState.objects.update(succeeded_at=at + 10 * MINUTE)
    record(job_actor("test"), "agency.edit", f"agency:{administrator.agency_id}")
    assert raise_alarm(at + 9 * MINUTE) == 0
    assert raise_alarm(at + 11 * MINUTE) == 1
    assert titles() == ["审计记录"]


@pytest.mark.usefixtures("nothing_waits")
def test_a_night_without_a_worker_is_no_standstill() -> None:
    ActorFactory(roles=[Role.SYSADMIN])
    at = now()
    EngineState.objects.create(pk=1, succeeded_at=at - dt.timedelta(hours=12))
    Heartbeat.objects.update(at=at - dt.timedelta(hours=12))
    heartbeat()
    assert raise_alarm(at + 9 * MINUTE) == 0
    assert raise_alarm(at + 12 * MINUTE) == 1


def test_the_heartbeat_keeps_since_when_it_beats() -> None:
    since = Heartbeat.objects.get().since
    heartbeat()
    assert Heartbeat.objects.get().since == since
    Heartbeat.objects.update(since=now() + 60 * MINUTE)  # the clock was set back
    heartbeat()
    assert Heartbeat.objects.get().since <= now()


@pytest.mark.usefixtures("nothing_waits")
def test_the_job_looks_at_the_present(caplog: Any) -> None:
    EngineState.objects.create(pk=1, succeeded_at=now() - 11 * MINUTE)
    tasks.watch_for_standstill()
    assert "No success of the engine of effects" in caplog.text
