"""Jobs of the kernel: each looks at rows and may run late, twice, or on two workers."""

import datetime as dt
import logging

from celery import shared_task
from django.db import transaction
from django.db.models import F, Q

from portal.audit.tasks import mail_audit_heads, seal_audit
from portal.clocks import now
from portal.clocks.tasks import run_effects, tell_before_breaks, watch_for_standstill
from portal.events import Event, listener_named
from portal.files.tasks import rescan_waiting_files
from portal.models import EventDelivery, Heartbeat
from portal.outbox.tasks import deliver_outbox, reconcile_outbox

# The worker finds the rooms' jobs here.
__all__ = [
    "deliver_outbox",
    "dispatch_events",
    "heartbeat",
    "mail_audit_heads",
    "reconcile_outbox",
    "rescan_waiting_files",
    "run_effects",
    "seal_audit",
    "tell_before_breaks",
    "watch_for_standstill",
]

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
GIVE_UP_CLAIM_AFTER = dt.timedelta(minutes=15)  # longer than the hard time limit of a job
LONGEST_GAP = dt.timedelta(minutes=3)  # after more, the worker was away
RETRY_AFTER = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]


@shared_task
def dispatch_events() -> None:
    """Run every open delivery once, oldest first; a poison one stops after five attempts."""
    stale = now() - GIVE_UP_CLAIM_AFTER
    waiting = EventDelivery.objects.filter(
        Q(claimed_at__isnull=True) | Q(claimed_at__lt=stale),
        Q(retry_at__isnull=True) | Q(retry_at__lte=now()),
        done_at__isnull=True,
        attempts__lt=MOST_ATTEMPTS,
    )
    for key in waiting.values_list("pk", flat=True)[:500]:
        claimed = waiting.filter(pk=key).update(claimed_at=now(), attempts=F("attempts") + 1)
        if claimed:
            deliver(key)


def deliver(key: int) -> None:
    """Run one claimed delivery; its effect and its mark commit together."""
    delivery = EventDelivery.objects.select_related("event").get(pk=key)
    row = delivery.event
    listener = listener_named(row.name, delivery.listener)
    try:
        with transaction.atomic():
            if listener is not None:
                listener(Event(row.name, row.record_pk, row.by, row.at))
            EventDelivery.objects.filter(pk=key).update(done_at=now(), error="")
    except Exception as error:  # a listener's fault must not stop the others; it is kept and seen
        log.exception("Listener %s of event %s failed", delivery.listener, row.pk)
        pause = RETRY_AFTER[min(delivery.attempts, len(RETRY_AFTER)) - 1]
        EventDelivery.objects.filter(pk=key).update(
            claimed_at=None, retry_at=now() + pause, error=repr(error)[:2000]
        )


@shared_task
def heartbeat(queue: str = "celery") -> None:
    """Mark that a worker of this queue lives; /readyz reads the mark."""
    at = now()
    alive = Heartbeat.objects.filter(queue=queue, at__gte=at - LONGEST_GAP, since__lte=at)
    if not alive.update(at=at):
        Heartbeat.objects.update_or_create(queue=queue, defaults={"at": at, "since": at})
