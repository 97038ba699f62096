"""The credit channel by HTTP to a receiver on this machine, and a penalty to publish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from agencies.models import Agency
from institutions.models import Institution
from penalties.models import PenaltyPublication
from penalties.publication import services
from tests.penalties.conftest import ecology, market, penal_law
from tests.penalties.district import Ways
from tests.portal.outbox.receiver import SECRET, Receiver

__all__ = ["ecology", "market", "penal_law"]
ON = dt.date(2026, 10, 20)


@pytest.fixture
def platform(settings: Any) -> Iterator[Receiver]:
    receiver = Receiver()
    receiver.start()
    settings.OUTBOX_PLAIN_HOSTS = ["127.0.0.1"]
    settings.OUTBOX_CHANNELS = {"credit": {"mode": "http", "url": receiver.url, "secret": SECRET}}
    settings.CLOCK_SHIFT_SECONDS = 0
    yield receiver
    receiver.stop()


@pytest.fixture
def published(ecology: Ways, run_events: Any) -> PenaltyPublication:
    """The credit notice of an ecology decision, published; both bodies are fully known."""
    known(ecology)
    ecology.served()
    run_events()
    row = credit_row()
    publish(ecology, row)
    return credit_row()


def known(way: Ways) -> None:
    Institution.objects.filter(pk=way.institution.pk).update(legal_representative="赵某某")
    Agency.objects.filter(pk=way.own.agency.pk).update(uscc="11310113MB2F00000X")


def credit_row() -> PenaltyPublication:
    related = ("case__agency", "case__institution", "decision__case")
    return PenaltyPublication.objects.select_related(*related).get(kind="credit")


def publish(way: Ways, row: PenaltyPublication, on: dt.date = ON) -> None:
    services.submit(row, actor=way.own.actor("officer"))
    services.approve(row, publish_on=on, on=on, actor=way.own.actor("chief"))


def corrected(way: Ways, words: str = "更正后的事实。") -> None:
    """A second version with other facts."""
    row = credit_row()
    officer = way.own.actor("officer")
    services.move(row, "correct", reason="错字。", on=ON, actor=officer)
    row = credit_row()
    texts = {name: getattr(row, name) for name in services.TEXTS}
    texts |= {"facts": words, "note": "更正错字。"}
    services.edit(row, texts=texts, version=row.version, actor=officer)
    publish(way, credit_row())


def withdrawn(way: Ways) -> None:
    services.withdraw(credit_row(), reason="判决撤销。", on=ON, actor=way.own.actor("leader"))


Later = Callable[..., None]
