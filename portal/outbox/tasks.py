"""Jobs of the outbox: each looks at rows and may run late, twice, or on two workers."""

from celery import shared_task

from portal.clocks import today
from portal.outbox import delivery, reconciliation


@shared_task
def deliver_outbox() -> None:
    """Deliver what is ready, right after a commit and whenever beat says so."""
    delivery.deliver_waiting()


@shared_task
def reconcile_outbox() -> None:
    """Ask for today's share of the keys that were accepted lately; done once a day for each."""
    reconciliation.reconcile(today())
