"""Where Celery looks for this app's jobs."""

from sharing.restrictions.tasks import release
from sharing.rosters.tasks import open_periods

__all__ = ["open_periods", "release"]
