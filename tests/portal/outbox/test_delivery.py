"""Down, slow, 500, cut after accept: each message arrives once, in order."""

from __future__ import annotations

import json
import threading
import time

import pytest
from django.db import connection, transaction

from portal.access import Role
from portal.clocks import now
from portal.inbox.models import Message
from portal.models import AuditEvent
from portal.outbox import delivery, http, services
from portal.outbox.choices import MessageState
from portal.outbox.delivery import LEASE, claim, deliver_waiting
from portal.outbox.models import OutboxMessage
from portal.refs import ref
from tests.portal.outbox.conftest import CODE

pytestmark = pytest.mark.django_db


def states() -> dict[str, str]:
    return dict(OutboxMessage.objects.order_by("pk").values_list("key", "state"))


def fresh(message: OutboxMessage) -> OutboxMessage:
    return OutboxMessage.objects.get(pk=message.pk)


# --- Writing ---------------------------------------------------------------------------------


def test_a_message_is_written_with_the_change_or_not_at_all(put, platform):
    with transaction.atomic():
        put("a/1")
        transaction.set_rollback(True)  # the change failed
    assert not OutboxMessage.objects.exists()
    put("a/1")
    assert OutboxMessage.objects.get().state == MessageState.WAITING
    assert platform.posts == []


def test_the_same_key_gives_the_message_that_stands(put):
    first = put("a/1")
    assert put("a/1") == first
    with pytest.raises(ValueError, match="another payload"):
        put("a/1", amount="11.00")
    verbs = AuditEvent.objects.filter(subject=ref(first)).values_list("verb", flat=True)
    assert list(verbs) == ["outboxmessage.send"]


def test_a_message_needs_a_known_channel_and_a_sender(subject, channel, officer):
    from portal.access import job_actor

    with pytest.raises(KeyError):
        services.send("nowhere", "k", subject, {}, order_by="k", actor=officer)
    with pytest.raises(ValueError, match="agency"):
        services.send(CODE, "k", subject, {}, order_by="k", actor=job_actor("t"))
    made = services.send(
        CODE, "k", subject, {}, order_by="k", actor=job_actor("t"), agency=officer.agency_id
    )
    assert made.agency_id == officer.agency_id


# --- The platform's moods --------------------------------------------------------------------


def test_it_arrives_signed_with_its_key_and_the_receipt_is_kept(put, platform):
    message = put("罚 1/1")
    assert deliver_waiting() == 1
    assert platform.bad_signatures == 0
    assert json.loads(platform.records["罚 1/1"])["name"] == "上海样本"
    assert platform.records["罚 1/1"] == message.payload
    done = fresh(message)
    assert (done.state, done.receipt["number"]) == (MessageState.ACCEPTED, "P1")
    assert done.sent_at is not None
    assert (done.claimed_until, done.in_doubt, done.last_error) == (None, False, "")


def test_cut_after_accept_is_asked_for_and_not_sent_again(put, platform, later):
    platform.mode = "cut"
    message = put("a/1")
    assert deliver_waiting() == 0
    assert (fresh(message).in_doubt, platform.arrived) == (True, ["a/1"])
    platform.mode = "ok"
    assert deliver_waiting() == 0  # its pause is not over
    later(minutes=1)
    assert deliver_waiting() == 1
    assert (platform.posts, platform.asked) == (["a/1"], ["a/1"])
    assert fresh(message).receipt["number"] == "P1"


def test_cut_before_accept_is_asked_for_and_sent_again(put, platform, later):
    platform.mode = "cut_before"
    put("a/1")
    deliver_waiting()
    later(minutes=1)
    deliver_waiting()  # the question fails too: nothing is sent in doubt
    assert platform.posts == ["a/1"]
    platform.mode = "ok"
    later(minutes=2)
    assert deliver_waiting() == 1
    assert (platform.posts, platform.arrived) == (["a/1", "a/1"], ["a/1"])


def test_a_slow_answer_is_waited_for_and_a_too_slow_one_is_in_doubt(
    put, platform, later, monkeypatch
):
    monkeypatch.setattr(http, "READ_SECONDS", 0.4)
    platform.mode, platform.seconds = "slow", 0.1
    put("a/1")
    assert deliver_waiting() == 1
    platform.seconds = 0.8
    slow = put("b/1")
    assert deliver_waiting() == 0
    assert fresh(slow).in_doubt
    threading.Event().wait(0.6)  # meanwhile the platform finishes and keeps it
    platform.mode = "ok"
    later(minutes=1)
    assert deliver_waiting() == 1
    assert platform.posts.count("b/1") == platform.arrived.count("b/1") == 1


def test_an_answer_that_drips_is_cut_off(put, platform, monkeypatch):
    monkeypatch.setattr(http, "WHOLE_SECONDS", 0.3)
    platform.mode = "drip"
    message, begun = put("a/1"), time.monotonic()
    assert deliver_waiting() == 0
    assert time.monotonic() - begun < 3
    assert fresh(message).in_doubt


@pytest.mark.parametrize(
    ("mode", "in_doubt"),
    [("fault", True), ("page", True), ("endless", True), ("busy", False), ("redirect", False),
     ("forbid", False)],
)  # fmt: skip
def test_no_receipt_is_no_acceptance_and_is_tried_again(put, platform, later, mode, in_doubt):
    platform.mode = mode
    message = put("a/1")
    assert deliver_waiting() == 0
    row = fresh(message)
    assert (row.state, row.attempts, row.in_doubt) == (MessageState.WAITING, 1, in_doubt)
    assert row.last_error
    platform.mode = "ok"
    later(minutes=1)
    assert deliver_waiting() == 1
    assert platform.arrived == ["a/1"]


def test_a_platform_that_is_down_costs_one_attempt_a_look(put, platform, later):
    messages = [put(f"{order}/1") for order in "abc"]
    platform.stop()
    assert deliver_waiting() == 0
    assert [fresh(one).attempts for one in messages] == [1, 0, 0]
    assert not fresh(messages[0]).in_doubt
    platform.start()  # on another port
    assert deliver_waiting() == 0


def test_a_plain_address_is_not_used_unless_its_host_is_named(put, platform, settings):
    settings.OUTBOX_PLAIN_HOSTS = []
    message = put("a/1")
    assert deliver_waiting() == 0
    assert "https" in fresh(message).last_error
    assert platform.posts == []


def test_a_refusal_stops_at_once_and_tells(put, platform, sysadmin, agency):
    platform.mode = "refuse"
    message = put("a/1")
    deliver_waiting()
    row = fresh(message)
    assert (row.state, row.attempts) == (MessageState.DEAD, 1)
    assert "CF_XZXDR is missing" in row.last_error
    told = Message.objects.filter(subject_ref=ref(message)).values_list("role", flat=True)
    assert set(told) == {Role.CREDIT, Role.CHIEF, Role.SYSADMIN}


def test_a_fault_in_a_channels_own_code_is_kept_and_tried_again(put, channel, monkeypatch):
    from portal.outbox import channels
    from portal.outbox.channels import Channel

    def broken(parcel):
        raise RuntimeError("no")

    monkeypatch.setitem(channels._channels, CODE, Channel(CODE, "x", deliver=broken))
    message = put("a/1")
    assert deliver_waiting() == 0
    assert "RuntimeError" in fresh(message).last_error


# --- Attempts --------------------------------------------------------------------------------


def test_pauses_grow_and_the_last_attempt_is_a_dead_letter(put, platform, later, settings):
    settings.OUTBOX_MOST_ATTEMPTS = 12
    platform.mode = "fault"
    message, waited = put("a/1"), []
    for _attempt in range(11):
        before = now()
        deliver_waiting()
        pause = fresh(message).next_at - before
        waited.append(round(pause.total_seconds() / 60))
        later(minutes=waited[-1] - 0.5)
        assert deliver_waiting() == 0
        later(minutes=0.6)
    assert waited == [1, 2, 5, 15, 60, 120, 240, 480, 720, 720, 720]
    assert fresh(message).attempts == 11
    deliver_waiting()
    assert (fresh(message).state, fresh(message).attempts) == (MessageState.DEAD, 12)
    assert platform.posts == ["a/1"]  # in doubt: only asked for, twelve times


def test_a_worker_that_dies_each_time_stops_too(put, platform, later, settings):
    settings.OUTBOX_MOST_ATTEMPTS = 3
    message = put("a/1")
    for _attempt in range(3):
        assert claim(now()) == message
        assert claim(now()) is None
        later(seconds=LEASE.total_seconds() + 1)
    assert claim(now()) is None
    assert fresh(message).state == MessageState.DEAD


# --- Order -----------------------------------------------------------------------------------


def test_an_order_waits_for_its_first_and_others_go_on(put, platform, later):
    platform.mode = "refuse"
    put("a/1")
    deliver_waiting()
    platform.mode = "ok"
    for key in ("a/2", "a/3", "b/1", "b/2"):
        put(key)
    assert deliver_waiting() == 2
    assert platform.arrived == ["b/1", "b/2"]
    assert states()["a/2"] == MessageState.WAITING


def test_retry_and_abandon_go_on_with_the_order(put, platform, credit):
    platform.mode = "refuse"
    first = put("a/1")
    second, third = put("a/2"), put("a/3")
    deliver_waiting()
    platform.mode = "ok"
    services.retry(first, reason="字段已补", actor=credit)
    assert deliver_waiting() == 3
    assert platform.arrived == ["a/1", "a/2", "a/3"]
    assert {fresh(one).state for one in (second, third)} == {MessageState.ACCEPTED}
    platform.mode = "refuse"
    bad = put("c/1")
    put("c/2")
    deliver_waiting()
    platform.mode = "ok"
    services.abandon(bad, reason="已线下更正", actor=credit)
    assert deliver_waiting() == 1
    assert platform.arrived[-1] == "c/2"
    event = AuditEvent.objects.get(subject=ref(bad), verb="outboxmessage.abandon")
    assert json.loads(event.body)["reason"] == "已线下更正"


def test_a_receipt_that_comes_late_counts_although_it_was_given_up(put, platform, credit):
    put("a/1")
    message = claim(now())
    assert message is not None
    OutboxMessage.objects.update(claimed_until=None)  # the lease ran out
    services.abandon(message, reason="试", actor=credit)
    assert delivery.attempt(message) is None
    assert fresh(message).state == MessageState.ACCEPTED


def test_who_lost_its_lease_does_not_undo_what_its_successor_did(put, platform, later):
    put("a/1")
    slow = claim(now())
    later(minutes=6)
    second = claim(now())
    assert slow is not None
    assert second is not None
    platform.mode = "fault"
    delivery.attempt(slow)
    row = fresh(slow)
    assert row.claimed_until == second.claimed_until
    platform.mode = "ok"
    assert delivery.attempt(second) is None
    assert fresh(slow).state == MessageState.ACCEPTED
    assert platform.arrived == ["a/1"]


# --- Workers ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_each_message_once_and_in_order(put, platform):
    platform.mode, platform.seconds = "slow", 0.01
    keys = [f"{order}/{step}" for step in range(4) for order in "abcde"]
    for key in keys:
        put(key)
    ready, problems = threading.Barrier(4), []

    def work() -> None:
        try:
            ready.wait(10)
            deliver_waiting(seconds=20)
        except BaseException as error:  # noqa: BLE001  # handed to the test below
            problems.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert problems == []
    deliver_waiting()  # what was held back while another worker had the earlier one
    assert sorted(platform.posts) == sorted(keys)
    for order in "abcde":
        mine = [key for key in platform.arrived if key.startswith(order)]
        assert mine == sorted(mine)
    assert set(states().values()) == {MessageState.ACCEPTED}


@pytest.mark.django_db(transaction=True)
def test_two_senders_of_one_order_wait_for_each_other(put, platform):
    """Otherwise the later number could be seen, and sent, before the earlier one commits."""
    begun, may_commit = threading.Event(), threading.Event()

    def slow_sender() -> None:
        try:
            with transaction.atomic():
                put("a/1")
                begun.set()
                may_commit.wait(10)
        finally:
            connection.close()

    def quick_sender() -> None:
        try:
            put("a/2")
        finally:
            connection.close()

    slow, quick = (threading.Thread(target=each) for each in (slow_sender, quick_sender))
    slow.start()
    assert begun.wait(10)
    quick.start()
    quick.join(0.3)
    assert quick.is_alive()
    assert not OutboxMessage.objects.exists()
    may_commit.set()
    slow.join(10)
    quick.join(10)
    assert deliver_waiting() == 2
    assert platform.arrived == ["a/1", "a/2"]
