"""When the defence is over. Pure."""

from __future__ import annotations

import datetime as dt


def defence_over(
    today: dt.date, *, defence_until: dt.date, hearing_until: dt.date | None, waived: bool
) -> bool:
    """A period ends with its last day; a written waiver ends it at once."""
    if waived:
        return True
    last = max(defence_until, hearing_until) if hearing_until else defence_until
    return today > last


def asked_in_time(requested_on: dt.date, hearing_until: dt.date | None) -> bool:
    """行政处罚法 art. 64(1): within five working days after the notice."""
    return hearing_until is not None and requested_on <= hearing_until
