"""Jobs of the rosters."""

from celery import shared_task
from django.conf import settings

from portal.access import job_actor
from portal.clocks import today
from sharing.rosters.services import open_due_periods


@shared_task
def open_periods() -> None:
    """Open the periods whose last day is near; running late or twice changes nothing."""
    actor = job_actor("rosters.open_periods")
    open_due_periods(today(), days_ahead=settings.ROSTER_OPENS_DAYS_AHEAD, actor=actor)
