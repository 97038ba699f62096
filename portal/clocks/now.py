"""The only place that reads the clock. Rules and services are given their day."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """The present instant in Asia/Shanghai, shifted by the demonstration's setting."""
    shift = dt.timedelta(seconds=settings.CLOCK_SHIFT_SECONDS)
    return dt.datetime.now(SHANGHAI) + shift


def today() -> dt.date:
    """The present day in Asia/Shanghai."""
    return now().date()
