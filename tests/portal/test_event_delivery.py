"""A failing listener is tried again over minutes, and a poison one stays visible."""

import datetime as dt

import pytest

from portal import events, tasks
from portal.models import EventDelivery
from tests.factories import ActorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def listener(monkeypatch):
    """A listener that always fails, and the portal's time in minutes from noon."""
    calls: list[int] = []

    def broken(event: events.Event) -> None:
        calls.append(event.pk)
        raise RuntimeError("no")

    monkeypatch.setitem(events._listeners, "test.news", {"broken": broken})
    noon = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)

    def at(minutes: float) -> list[int]:
        monkeypatch.setattr(tasks, "now", lambda: noon + dt.timedelta(minutes=minutes))
        tasks.dispatch_events()
        return calls

    return at


def test_a_failing_listener_rests_between_attempts_and_stops_after_five(listener):
    events.announce("test.news", 7, actor=ActorFactory())
    assert len(listener(0)) == 1
    assert len(listener(0.5)) == 1
    assert len(listener(1.1)) == 2
    assert len(listener(5)) == 2
    assert len(listener(6.2)) == 3
    assert len(listener(22)) == 4
    assert len(listener(83)) == 5
    assert len(listener(5000)) == 5
    delivery = EventDelivery.objects.get()
    assert (delivery.attempts, delivery.done_at) == (5, None)
    assert "RuntimeError" in delivery.error
