"""News from one room to those above: announced with the change, heard once after the commit.

An announced event is a row, with one delivery row for each listener. A job runs the deliveries
right after the commit; beat looks again, so nothing is lost with a worker, Redis or the power.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from kombu.exceptions import OperationalError

from portal.clocks.now import now

if TYPE_CHECKING:
    from portal.access import Actor

log = logging.getLogger(__name__)

# Names of all events.
BATCH_VISITED = "batch.visited"
CALENDAR_CONFIRMED = "calendar.confirmed"
CASE_CLOSED = "case.closed"
CASE_OPENED = "case.opened"
CASE_REGISTERED = "case.registered"
CHALLENGE_CLOSED = "challenge.closed"
CLOCK_TOUCHED = "clock.touched"
DECISION_CHANGED = "decision.changed"
DECISION_MADE = "decision.made"
DECISION_SERVED = "decision.served"
DRAW_EXECUTED = "draw.executed"
DRAW_PUBLISHED = "draw.published"
DRAW_REPLACED = "draw.replaced"
FINDING_RECORDED = "finding.recorded"
INSTITUTION_CHANGED = "institution.changed"
MESSAGE_SENT = "message.sent"
PENALTY_PUBLISHED = "penalty.published"
RESTRICTION_ENDED = "restriction.ended"
RESTRICTION_STARTED = "restriction.started"
INSTITUTION_MERGED = "institution.merged"
ORDER_CLOSED = "order.closed"
ORDER_ISSUED = "order.issued"
ORDER_OVERDUE = "order.overdue"
RESULT_PUBLISHED = "result.published"
ROSTER_MATCHED = "roster.matched"
ROSTER_SUBMITTED = "roster.submitted"
ROSTER_RETURNED = "roster.returned"
POST_ENDED = "post.ended"
VISIT_CLOSED = "visit.closed"
VISIT_OPENED = "visit.opened"


@dataclass(frozen=True, slots=True)
class Event:
    """What a listener is told: the key of the record, by whom (facts of the actor), when."""

    name: str
    pk: int
    by: dict[str, Any]
    at: dt.datetime


Listener = Callable[[Event], None]
_listeners: dict[str, dict[str, Listener]] = defaultdict(dict)


def listens(event: str, name: str) -> Callable[[Listener], Listener]:
    """Register a listener under a lasting name: deliveries in the database refer to it."""

    def register(function: Listener) -> Listener:
        known = _listeners[event].setdefault(name, function)
        if known is not function:
            raise ValueError(f"The listener {name!r} of {event!r} is registered twice.")
        return function

    return register


def announce(event: str, pk: int, *, actor: Actor) -> None:
    """Tell that something happened to the record with this key; commits with the caller."""
    from portal.models import EventDelivery, EventRow

    names = sorted(_listeners[event])
    row = EventRow.objects.create(name=event, record_pk=pk, by=actor.facts(), at=now())
    EventDelivery.objects.bulk_create([EventDelivery(event=row, listener=name) for name in names])
    if names:
        transaction.on_commit(_nudge)


def listener_named(event: str, name: str) -> Listener | None:
    return _listeners[event].get(name)


def _nudge() -> None:
    """Ask a worker to look now. When the broker is away, beat's next look finds the rows."""
    from portal.tasks import dispatch_events

    try:
        dispatch_events.delay()
    except OperationalError as error:
        log.warning("The broker did not take the nudge, beat will look again: %s", error)
