"""Jobs of this app; beat only says "look now"."""

from celery import shared_task

from inspections.ceremonies.services import void_overdue
from inspections.reminders.services import remind_without_plan
from portal.access import job_actor
from portal.clocks import today


@shared_task
def void_overdue_draws() -> None:
    """Attempts whose reveal deadline has passed end, and the next begin."""
    void_overdue(actor=job_actor("draws"))


@shared_task
def urge_yearly_plans() -> None:
    """Bureaus without a yearly plan hear of the day by which it must be public."""
    remind_without_plan(today=today(), actor=job_actor("plans"))
