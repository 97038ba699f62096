"""What the party was told, and whether its time to answer is over."""

from __future__ import annotations

import datetime as dt

from penalties.cases.models import Case
from penalties.notices import rules
from penalties.notices.models import PriorNotice


def present_notice(case: Case) -> PriorNotice | None:
    """The notice that counts: the last one since the investigation was last reopened."""
    return PriorNotice.objects.filter(case=case, superseded=False).order_by("-pk").first()


def defence_over(notice: PriorNotice, day: dt.date) -> bool:
    """Whether the party's time to answer is over on a day."""
    return rules.defence_over(
        day,
        defence_until=notice.defence_until,
        hearing_until=notice.hearing_until,
        waived=notice.waived_on is not None,
    )
