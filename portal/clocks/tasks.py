"""Jobs of the clocks."""

from celery import shared_task

from portal.clocks import engine
from portal.clocks.breaks import tell_before_break
from portal.clocks.now import now, today
from portal.clocks.standstill import raise_alarm


@shared_task
def run_effects() -> None:
    """Look at every clock now; beat says so each minute, and nothing depends on it."""
    engine.look()


@shared_task
def tell_before_breaks() -> None:
    """Before public holidays, what falls due until work begins again; each post hears it once."""
    tell_before_break(today())


@shared_task
def watch_for_standstill() -> None:
    """Tell the system administrators when effects or seals have not succeeded for ten minutes."""
    raise_alarm(now())
