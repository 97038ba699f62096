"""The only place that reads the clock. Rules and services are given their day."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")


def real_now() -> dt.datetime:
    """The host's instant, unshifted: only for comparing it with the database's."""
    return dt.datetime.now(SHANGHAI)


def now() -> dt.datetime:
    """The present instant in Asia/Shanghai, shifted by the demonstration's setting."""
    return real_now() + dt.timedelta(seconds=settings.CLOCK_SHIFT_SECONDS)


def today() -> dt.date:
    """The present day in Asia/Shanghai."""
    return now().date()
