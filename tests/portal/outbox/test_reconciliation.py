"""Once a day every key accepted lately is asked for; what differs is shown and told."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from portal.clocks import today
from portal.inbox.models import Message
from portal.models import AuditEvent
from portal.outbox.batches import Answered, gather, settle
from portal.outbox.choices import Answer, Difference
from portal.outbox.delivery import deliver_waiting
from portal.outbox.models import OutboxMessage
from portal.outbox.reconciliation import reconcile
from portal.outbox.services import retry
from portal.refs import ref
from tests.portal.outbox.conftest import CODE

pytestmark = pytest.mark.django_db


@pytest.fixture
def accepted(put, platform) -> list[OutboxMessage]:
    for key in ("a/1", "b/1", "c/1"):
        put(key)
    assert deliver_waiting() == 3
    return list(OutboxMessage.objects.order_by("pk"))


def differences() -> dict[str, str]:
    return dict(OutboxMessage.objects.order_by("pk").values_list("key", "difference"))


def test_all_is_well_and_each_key_is_asked_for_once_a_day(accepted, platform):
    assert reconcile(today()) == 0
    assert reconcile(today()) == 0
    assert platform.asked == ["a/1", "b/1", "c/1"]
    assert reconcile(today() + dt.timedelta(days=1)) == 0
    assert len(platform.asked) == 6


def test_what_the_other_side_lost_is_told_once_and_can_be_sent_again(accepted, platform, credit):
    lost = accepted[1]
    del platform.records["b/1"]
    assert reconcile(today()) == 1
    assert differences() == {"a/1": "", "b/1": Difference.UNKNOWN, "c/1": ""}
    assert Message.objects.filter(subject_ref=ref(lost)).count() == 2
    assert reconcile(today() + dt.timedelta(days=1)) == 1
    assert Message.objects.filter(subject_ref=ref(lost)).count() == 2
    event = AuditEvent.objects.get(subject=ref(lost), verb="outboxmessage.differ")
    assert json.loads(event.body)["changes"]["difference"] == ["", "unknown"]
    retry(lost, reason="对方遗失", actor=credit)
    assert deliver_waiting() == 1
    assert "b/1" in platform.records
    assert differences()["b/1"] == ""


def test_another_content_is_a_difference(accepted, platform, monkeypatch):
    from portal.outbox import channels
    from portal.outbox.channels import Channel, Receipt

    def told(key: str) -> Receipt:
        return Receipt("P", {"sha256": "0" * 64} if key == "a/1" else {})

    def never(parcel: object) -> Receipt:
        raise AssertionError

    monkeypatch.setitem(channels._channels, CODE, Channel(CODE, "x", never, told))
    assert reconcile(today()) == 1
    assert differences()["a/1"] == Difference.CONTENT


def test_a_platform_that_is_away_is_asked_later(accepted, platform):
    platform.mode = "fault"
    assert reconcile(today()) == 0
    assert set(OutboxMessage.objects.values_list("checked_on", flat=True)) == {None}
    platform.mode = "ok"
    reconcile(today())
    assert set(OutboxMessage.objects.values_list("checked_on", flat=True)) == {today()}


def test_old_ones_and_those_carried_by_file_are_not_asked_for(
    accepted, put, platform, credit, settings
):
    channels = settings.OUTBOX_CHANNELS
    settings.OUTBOX_CHANNELS = {}
    put("f/1")
    batch = gather(CODE, actor=credit)
    settle(batch, [Answered(1, Answer.ACCEPTED)], actor=credit)
    settings.OUTBOX_CHANNELS = channels
    OutboxMessage.objects.filter(key="a/1").update(sent_at=accepted[0].sent_at - dt.timedelta(40))
    reconcile(today())
    assert platform.asked == ["b/1", "c/1"]
