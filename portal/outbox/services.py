"""The verbs of the outbox: send with the change, settle, retry, give up."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from portal.access import Actor
from portal.audit.canonical import canonical
from portal.audit.record import record
from portal.clocks import now
from portal.errors import Refused
from portal.outbox import alarms, workflow
from portal.outbox.channels import DeliveryError, Receipt, channel_named, mode_of
from portal.outbox.choices import MessageState, Mode
from portal.outbox.models import LONGEST_ERROR, OutboxMessage
from portal.refs import ref

log = logging.getLogger(__name__)

MINUTES = (1, 2, 5, 15, 60, 120, 240, 480, 720)  # the last one repeats: twelve attempts, two days
LONGEST_TITLE = 200


@transaction.atomic
def send(
    channel: str,
    key: str,
    subject: models.Model,
    payload: Mapping[str, Any],
    *,
    order_by: str,
    actor: Actor,
    agency: models.Model | int | None = None,
) -> OutboxMessage:
    """Write a message with the caller's change; it leaves after the commit, or not at all.

    Messages of one ``order_by`` arrive in the order of their commits. The same key gives the
    message that stands. ValueError: the key stands for another payload, or nobody's agency sends
    it (a job names it by ``agency``). KeyError: no such channel.
    """
    channel_named(channel)
    text = canonical(payload)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    sender = _sender(agency, actor)
    _take_turn(channel, order_by)
    known = _standing(channel, key, sha256)
    if known is not None:
        return known
    message = OutboxMessage.objects.create(
        channel=channel,
        key=key,
        order_by=order_by,
        payload=text,
        sha256=sha256,
        agency_id=sender,
        next_at=now(),
        created_at=now(),
        **_about(subject),
    )
    record(actor, "outboxmessage.send", message, facts=_facts(message))
    if mode_of(channel) == Mode.HTTP:
        transaction.on_commit(nudge)
    return message


@transaction.atomic
def accept(message: OutboxMessage, *, receipt: Receipt, actor: Actor) -> None:
    """Note that the other side has it. A second receipt changes nothing."""
    row = _locked(message)
    if row.state == MessageState.ACCEPTED:
        return
    facts = {**_facts(row), "receipt": receipt.number, "attempts": row.attempts}
    workflow.message.apply("accept", row, actor=actor, facts=facts)
    OutboxMessage.objects.filter(pk=row.pk).update(
        receipt={"number": receipt.number, **receipt.facts},
        sent_at=now(),
        claimed_until=None,
        in_doubt=False,
        last_error="",
        difference="",
    )


@transaction.atomic
def put_off(message: OutboxMessage, *, error: DeliveryError, actor: Actor) -> None:
    """Note a failed attempt and when to try again; after the last one, or a refusal, stop.

    ``message`` carries the lease of the attempt; whoever lost it has nothing to say any more.
    """
    row = _locked(message)
    if row.state != MessageState.WAITING or row.claimed_until != message.claimed_until:
        return
    OutboxMessage.objects.filter(pk=row.pk).update(
        claimed_until=None,
        in_doubt=error.in_doubt,
        last_error=str(error)[:LONGEST_ERROR],
        next_at=now() + pause_after(row.attempts),
    )
    if error.permanent or row.attempts >= settings.OUTBOX_MOST_ATTEMPTS:
        bury(row, error=str(error), actor=actor)


@transaction.atomic
def bury(message: OutboxMessage, *, error: str, actor: Actor) -> None:
    """Stop sending: it blocks its order until people retry it or give it up, and they are told."""
    error = error[:LONGEST_ERROR]
    workflow.message.apply("bury", message, actor=actor, facts={**_facts(message), "error": error})
    OutboxMessage.objects.filter(pk=message.pk).update(claimed_until=None, last_error=error)
    alarms.tell_stopped(message, error=error, actor=actor)


@transaction.atomic
def retry(message: OutboxMessage, *, reason: str, actor: Actor) -> None:
    """Send again from the first attempt, under the same key."""
    row = _locked(message)
    was_accepted = row.state == MessageState.ACCEPTED
    workflow.message.apply("retry", row, actor=actor, reason=reason)
    OutboxMessage.objects.filter(pk=row.pk).update(
        attempts=0,
        next_at=now(),
        claimed_until=None,
        in_doubt=row.in_doubt or was_accepted,
        difference="",
    )
    if mode_of(row.channel) == Mode.HTTP:
        transaction.on_commit(nudge)


@transaction.atomic
def abandon(message: OutboxMessage, *, reason: str, actor: Actor) -> None:
    """Give it up for good: the next of its order goes on. Refused while it is being sent."""
    row = _locked(message)
    if row.is_held(now()):
        raise Refused(_("正在发送，请几分钟后刷新再处理。"), code="held")
    workflow.message.apply("abandon", row, actor=actor, reason=reason)
    if mode_of(row.channel) == Mode.HTTP:
        transaction.on_commit(nudge)


def pause_after(attempts: int) -> dt.timedelta:
    """How long to wait after this many attempts: 1, 2, 5, 15 minutes, … 12 hours."""
    return dt.timedelta(minutes=MINUTES[min(max(attempts, 1), len(MINUTES)) - 1])


def nudge() -> None:
    """Ask a worker to look now. When the broker is away, beat's next look finds the rows."""
    from portal.outbox.tasks import deliver_outbox

    try:
        deliver_outbox.delay()
    except OperationalError as error:
        log.warning("The broker did not take the nudge, beat will look again: %s", error)


def _standing(channel: str, key: str, sha256: str) -> OutboxMessage | None:
    """The message of this key; ValueError when it says something else."""
    known = OutboxMessage.objects.filter(channel=channel, key=key).first()
    if known is not None and known.sha256 != sha256:
        raise ValueError(f"The key {key!r} stands for another payload: a change needs its own.")
    return known


def _take_turn(channel: str, order_by: str) -> None:
    """Senders of one order wait for each other, so that keys grow in the order of commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"outbox {channel} {order_by}"],
        )


def _locked(message: OutboxMessage) -> OutboxMessage:
    return OutboxMessage.objects.select_for_update(of=("self",)).get(pk=message.pk)


def _facts(message: OutboxMessage) -> dict[str, Any]:
    return {"channel": message.channel, "key": message.key, "sha256": message.sha256}


def _about(subject: models.Model) -> dict[str, str]:
    """What a message keeps of the record it is about."""
    name, root = ref(subject), getattr(subject, "audit_root", None)
    stream = (root() if callable(root) else None) or name
    return {"subject_ref": name, "audit_stream": stream, "title": str(subject)[:LONGEST_TITLE]}


def _sender(agency: models.Model | int | None, actor: Actor) -> int:
    key = agency.pk if isinstance(agency, models.Model) else agency or actor.agency_id
    if key is None:
        raise ValueError("A message needs the agency that sends it.")
    return int(key)
