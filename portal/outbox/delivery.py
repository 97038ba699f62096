"""The job that delivers: claims one message at a time, so that n workers share the work."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable

from django.conf import settings

from portal.access import job_actor
from portal.clocks import now
from portal.outbox import services
from portal.outbox.channels import DeliveryError, Receipt, Unclear, codes_with, transport_of
from portal.outbox.choices import MessageState, Mode
from portal.outbox.models import OutboxMessage

log = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)  # longer than asking and sending together may take
LOOKED_AT = 20
JOB = job_actor("outbox")


def deliver_waiting(*, seconds: float = 50) -> int:
    """Deliver what is ready until nothing is left or the time is up; how many were accepted.

    A channel that does not answer rests for this run: one time-out, not one for each message.
    """
    end, accepted = time.monotonic() + seconds, 0
    resting: set[str] = set()
    while time.monotonic() < end:
        message = claim(now(), resting=resting)
        if message is None:
            break
        error = attempt(message)
        if error is None:
            accepted += 1
        elif not error.permanent:
            resting.add(message.channel)
    return accepted


def claim(at: dt.datetime, *, resting: Iterable[str] = ()) -> OutboxMessage | None:
    """Take the next message by compare-and-swap, counted and marked before it is sent.

    The message says what was known before this attempt (``in_doubt``), and carries its lease.
    """
    channels = [code for code in codes_with(Mode.HTTP) if code not in resting]
    rows = OutboxMessage.objects.ready(at).filter(channel__in=channels)
    while True:
        found = list(rows.order_by("next_at", "pk")[:LOOKED_AT])
        for message in found:
            if message.attempts >= settings.OUTBOX_MOST_ATTEMPTS:
                _stop(message)  # its worker died each time
            elif _take(message, at):
                return message
        if len(found) < LOOKED_AT:
            return None


def attempt(message: OutboxMessage) -> DeliveryError | None:
    """Send one claimed message and note the outcome; None when it is accepted."""
    try:
        receipt = _handed_over(message)
    except DeliveryError as error:
        failure: DeliveryError = error
    except Exception as error:  # a channel's fault must not stop the others; it is kept and seen
        log.exception("Channel %s failed with message %s", message.channel, message.pk)
        failure = Unclear(repr(error))
    else:
        services.accept(message, receipt=receipt, actor=JOB)
        return None
    services.put_off(message, error=failure, actor=JOB)
    return failure


def _handed_over(message: OutboxMessage) -> Receipt:
    """What the other side already has is not sent again, where it can be asked."""
    transport = transport_of(message.channel)
    if message.in_doubt and transport.query is not None:
        known = transport.query(message.key)
        if known is not None:
            return known
    return transport.deliver(message.parcel)


def _take(message: OutboxMessage, at: dt.datetime) -> bool:
    untouched = OutboxMessage.objects.filter(
        pk=message.pk,
        state=MessageState.WAITING,
        attempts=message.attempts,
        claimed_until=message.claimed_until,
        next_at=message.next_at,
    )
    until, attempts = at + LEASE, message.attempts + 1
    if untouched.update(claimed_until=until, attempts=attempts, in_doubt=True) != 1:
        return False
    message.claimed_until, message.attempts = until, attempts
    return True


def _stop(message: OutboxMessage) -> None:
    reason = message.last_error or "the worker ended during every attempt"
    error = Unclear(reason)
    services.put_off(message, error=error, actor=JOB)
