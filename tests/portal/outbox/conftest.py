"""A channel of the tests, the platform behind it, and records to tell it of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from agencies.models import Agency
from institutions.models import Institution
from portal.access import Actor, AgencyKind, Role
from portal.clocks.now import real_now
from portal.outbox import channels
from portal.outbox.channels import Channel
from portal.outbox.models import OutboxMessage
from portal.outbox.services import send
from tests.factories import ActorFactory, AgencyFactory, InstitutionFactory, PostFactory
from tests.portal.outbox.receiver import SECRET, Receiver

CODE = "test_credit"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Channel:
    """A channel that the environment does not mention: it delivers by file."""
    made = Channel(CODE, "测试信用平台", columns=(("name", "名称"), ("amount", "金额(万元)")))
    monkeypatch.setitem(channels._channels, CODE, made)
    return made


@pytest.fixture
def platform(channel: Channel, settings: Any) -> Iterator[Receiver]:
    """The channel by HTTP, to a receiver on this machine."""
    receiver = Receiver()
    receiver.start()
    settings.OUTBOX_PLAIN_HOSTS = ["127.0.0.1"]
    settings.OUTBOX_CHANNELS = {CODE: {"mode": "http", "url": receiver.url, "secret": SECRET}}
    yield receiver
    receiver.stop()


@pytest.fixture
def agency(db: None) -> Agency:
    return AgencyFactory(kind=AgencyKind.ECOLOGY)


@pytest.fixture
def officer(agency: Agency) -> Actor:
    return ActorFactory(agency=agency, roles=[Role.OFFICER])


@pytest.fixture
def credit(agency: Agency) -> Actor:
    return ActorFactory(agency=agency, roles=[Role.CREDIT])


@pytest.fixture
def sysadmin(agency: Agency) -> Actor:
    return ActorFactory(agency=agency, roles=[Role.SYSADMIN])


@pytest.fixture
def subject(db: None) -> Institution:
    return InstitutionFactory()


Put = Callable[..., OutboxMessage]


@pytest.fixture
def put(channel: Channel, officer: Actor, subject: Institution) -> Put:
    """``put("case-1/1")``: a message; the order is what stands before the slash."""

    def make(key: str, **payload: Any) -> OutboxMessage:
        facts = {"name": "上海样本", "amount": "10.00", **payload}
        order = key.partition("/")[0]
        return send(CODE, key, subject, facts, order_by=order, actor=officer)

    return make


@pytest.fixture
def later(settings: Any) -> Callable[..., None]:
    """``later(minutes=5)``: the portal's clock goes on."""

    def shift(**by: float) -> None:
        settings.CLOCK_SHIFT_SECONDS += dt.timedelta(**by).total_seconds()

    settings.CLOCK_SHIFT_SECONDS = 0
    assert real_now().tzinfo is not None
    return shift


@pytest.fixture
def browser() -> Callable[[Actor], Client]:
    def sign_in(actor: Actor) -> Client:
        client = Client()
        from agencies.models import User

        client.force_login(User.objects.get(pk=actor.user_id), backend=BACKEND)
        return client

    return sign_in


__all__ = ["PostFactory"]
