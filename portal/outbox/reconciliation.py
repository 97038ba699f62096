"""The daily comparison: what the other side accepted lately, does it still have?"""

from __future__ import annotations

import datetime as dt
import time

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from portal.access import job_actor
from portal.audit.record import record
from portal.clocks.now import SHANGHAI
from portal.outbox import alarms
from portal.outbox.channels import DeliveryError, Query, Receipt, codes_with, transport_of
from portal.outbox.choices import Answer, Difference, MessageState, Mode
from portal.outbox.models import OutboxMessage, OutboxMessageQuerySet

JOB = job_actor("outbox.reconcile")


def reconcile(day: dt.date, *, seconds: float = 240) -> int:
    """Ask for every key accepted in the last days, once this day; how many differ.

    A channel that does not answer is left for the next look.
    """
    end, differing = time.monotonic() + seconds, 0
    for code in codes_with(Mode.HTTP):
        query = transport_of(code).query
        while query is not None and time.monotonic() < end:
            message = _due(code, day).first()
            if message is None:
                break
            try:
                differing += _compare(message, day, query)
            except DeliveryError:
                break
    return differing


def _due(code: str, day: dt.date) -> OutboxMessageQuerySet:
    """Accepted by HTTP within the days of the settings, and not compared today."""
    since = dt.datetime.combine(day, dt.time(), tzinfo=SHANGHAI)
    since -= dt.timedelta(days=settings.OUTBOX_RECONCILE_DAYS)
    rows = OutboxMessage.objects.filter(
        Q(checked_on__isnull=True) | Q(checked_on__lt=day),
        channel=code,
        state=MessageState.ACCEPTED,
        sent_at__gte=since,
    )
    return rows.exclude(lines__answer=Answer.ACCEPTED).order_by("sent_at", "pk")


def _compare(message: OutboxMessage, day: dt.date, query: Query) -> bool:
    """Ask first, then mark: an answer that does not come leaves the message due."""
    difference = difference_of(message, query(message.key))
    with transaction.atomic():
        unseen = OutboxMessage.objects.filter(
            pk=message.pk, state=MessageState.ACCEPTED, checked_on=message.checked_on
        )
        if not unseen.update(checked_on=day, difference=difference):
            return False
        if difference and difference != message.difference:
            before, message.difference = message.difference, difference
            changes = {"difference": [before, difference]}
            record(JOB, "outboxmessage.differ", message, changes=changes)
            alarms.tell_difference(message, actor=JOB)
    return bool(difference)


def difference_of(message: OutboxMessage, known: Receipt | None) -> str:
    """The other side may tell the hash of what it has; without it, knowing the key is enough."""
    if known is None:
        return Difference.UNKNOWN
    theirs = str(known.facts.get("sha256", message.sha256))
    return "" if theirs == message.sha256 else Difference.CONTENT
