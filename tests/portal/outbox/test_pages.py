"""What people see of the outbox: envelopes for administrators, payloads for who sees the record."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.access import AgencyKind, Role
from portal.outbox import permissions, services
from portal.outbox.choices import Difference, MessageState
from portal.outbox.delivery import deliver_waiting
from portal.outbox.desk import is_operator
from portal.outbox.models import OutboxMessage
from portal.outbox.selectors import channel_lines, stopped_count
from portal.outbox.tables import BATCHES, OUTBOX
from tests.factories import ActorFactory
from tests.portal.lists.checks import assert_constant_queries, assert_list_and_export_agree
from tests.portal.outbox.conftest import CODE

pytestmark = pytest.mark.django_db
SECRET_WORDS = "上海样本"


@pytest.fixture
def auditor():
    return ActorFactory(agency__kind=AgencyKind.AUDIT, roles=[Role.AUDITOR])


def page_of(client, message):
    answer = client.get(message.get_absolute_url())
    return answer.status_code, answer.content.decode()


def test_the_payload_is_for_who_sees_the_record_and_no_administrator(
    put, browser, officer, credit, sysadmin, auditor
):
    message = put("a/1")
    for actor in (officer, credit, auditor):
        status, text = page_of(browser(actor), message)
        assert (status, SECRET_WORDS in text) == (200, True)
    status, text = page_of(browser(sysadmin), message)
    assert (status, SECRET_WORDS in text) == (200, False)
    assert message.title not in text
    assert message.sha256 in text
    for traits in (
        {"agency__kind": AgencyKind.MARKET},
        {"agency__sibling": True, "roles": [Role.SYSADMIN]},
        {"agency_id": officer.agency_id, "roles": [Role.SECADMIN]},
    ):
        assert page_of(browser(ActorFactory(**traits)), message)[0] == 404


def test_who_does_not_see_the_record_does_not_see_the_payload(put, officer, monkeypatch):
    message = put("a/1")
    monkeypatch.setattr(permissions.refs, "resolve", lambda text, actor: None)
    assert not permissions.can_read_payload(officer, message)


def test_the_list_hides_titles_from_administrators(put, sysadmin, officer):
    put("a/1")
    names = {column.name for column in OUTBOX.columns_for(sysadmin)}
    assert "title" not in names
    assert "title" in {column.name for column in OUTBOX.columns_for(officer)}


def test_list_and_export_agree(put, credit, tmp_path):
    for number in range(9):
        put(f"a/{number}")
    assert len(assert_list_and_export_agree(OUTBOX, credit, tmp_path, size=4)) == 9


def test_the_lists_ask_the_same_number_of_queries(put, credit, browser):
    from portal.outbox.batches import gather

    put("a/1")
    gather(CODE, actor=credit)
    client = browser(credit)

    def grow():
        for number in range(6):
            put(f"b{number}/1")
            gather(CODE, actor=credit)

    for name in ("outbox_list", "outbox_batch_list"):
        grow_once = grow if name == "outbox_list" else lambda: None
        assert_constant_queries(lambda name=name: client.get(reverse(name)), grow_once, 25)
    batch_client = browser(credit)
    for number in range(6):
        put(f"c{number}/1")
    assert_constant_queries(
        lambda: batch_client.get(reverse("outbox_batch_list")),
        lambda: [gather(CODE, actor=credit), put("d/1"), gather(CODE, actor=credit)],
        25,
    )
    assert BATCHES.permission(credit)


def test_the_channels_are_counted_over_what_the_actor_sees(put, platform, credit):
    platform.mode = "refuse"
    put("a/1")
    deliver_waiting()
    put("b/1")
    [line] = [line for line in channel_lines(credit) if line.code == CODE]
    assert (line.waiting, line.dead, line.batched, line.stands_still) == (1, 1, 0, True)
    assert stopped_count(credit) == 1
    stranger = ActorFactory(agency__kind=AgencyKind.MARKET, roles=[Role.CREDIT])
    [line] = [line for line in channel_lines(stranger) if line.code == CODE]
    assert (line.waiting, line.dead, stopped_count(stranger)) == (0, 0, 0)


def test_a_message_that_is_off_waits_and_its_channel_stands_still(put, settings, credit):
    settings.OUTBOX_CHANNELS = {CODE: {"mode": "off"}}
    put("a/1")
    assert deliver_waiting() == 0
    [line] = [line for line in channel_lines(credit) if line.code == CODE]
    assert line.stands_still


def test_the_buttons_ask_for_a_reason_and_move(put, platform, browser, credit, sysadmin, officer):
    platform.mode = "refuse"
    message = put("a/1")
    deliver_waiting()
    retry, abandon = (reverse(f"outbox_{name}", args=[message.pk]) for name in ("retry", "abandon"))
    assert browser(officer).post(retry, {"reason": "x"}).status_code == 403
    operator = browser(sysadmin)
    assert operator.post(abandon, {"reason": "x"}).status_code == 403
    assert "理由" in operator.get(retry).content.decode()
    assert operator.post(retry, {"reason": ""}).status_code == 200
    assert operator.post(retry, {"reason": "地址已改", "seen": "dead"}).status_code == 302
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.WAITING, 0)
    keeper = browser(credit)
    assert keeper.post(abandon, {"reason": "已线下报送", "seen": "dead"}).status_code == 409
    assert keeper.post(abandon, {"reason": "已线下报送", "seen": "waiting"}).status_code == 302
    message.refresh_from_db()
    assert message.state == MessageState.ABANDONED


def test_what_is_being_sent_is_not_given_up(put, platform, credit, browser):
    from portal.clocks import now
    from portal.outbox.delivery import claim

    message = put("a/1")
    assert claim(now()) == message
    page = browser(credit).post(reverse("outbox_abandon", args=[message.pk]), {"reason": "x"})
    assert page.status_code == 200
    assert "正在发送" in page.content.decode()


def test_an_accepted_message_is_sent_again_only_when_it_is_lost(put, platform, credit):
    first = put("a/1")
    deliver_waiting()
    first.refresh_from_db()
    assert not permissions.can_retry(credit, first)
    OutboxMessage.objects.update(difference=Difference.UNKNOWN)
    first.refresh_from_db()
    assert permissions.can_retry(credit, first)
    put("a/2")
    assert not permissions.can_retry(credit, first)


def test_the_menu_is_for_the_operators(officer, credit, sysadmin, auditor):
    assert [is_operator(one) for one in (credit, sysadmin, auditor, officer)] == [
        True, True, True, False,
    ]  # fmt: skip


def test_without_a_broker_the_row_waits_for_beat(put, platform, caplog):
    services.nudge()
    assert "beat will look again" in caplog.text
