"""Jobs of publication."""

from celery import shared_task

from penalties.publication.services import note_expired, publish_due
from portal.access import job_actor
from portal.clocks import today


@shared_task
def publish_planned() -> None:
    """Publish what is planned for today or was missed, and note the terms that are over."""
    actor = job_actor("publication.publish_planned")
    publish_due(today(), actor=actor)
    note_expired(today(), actor=actor)
