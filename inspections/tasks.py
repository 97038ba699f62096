"""Jobs of this app; beat only says "look now"."""

from celery import shared_task

from inspections.ceremonies.services import void_overdue
from portal.access import job_actor


@shared_task
def void_overdue_draws() -> None:
    """Attempts whose reveal deadline has passed end, and the next begin."""
    void_overdue(actor=job_actor("draws"))
