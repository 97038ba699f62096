"""Jobs of the clocks."""

from celery import shared_task

from portal.clocks import engine


@shared_task
def run_effects() -> None:
    """Look at every clock now; beat says so each minute, and nothing depends on it."""
    engine.look()
