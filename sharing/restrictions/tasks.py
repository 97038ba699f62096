"""Jobs of restrictions."""

from celery import shared_task

from portal.access import job_actor
from portal.clocks import today
from sharing.restrictions.services import release_expired


@shared_task
def release() -> None:
    """Announce restrictions whose term is over; they ended by date in any case."""
    release_expired(today(), actor=job_actor("restrictions.release"))
