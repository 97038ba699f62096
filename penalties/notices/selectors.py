"""What the party was told, and whether its time to answer is over."""

from __future__ import annotations

import datetime as dt

from penalties.cases.models import Case
from penalties.discretion.selectors import Grounds
from penalties.notices import rules
from penalties.notices.choices import NOTICE
from penalties.notices.models import PriorNotice
from portal.papers.models import Paper
from portal.refs import ref


def present_notice(case: Case) -> PriorNotice | None:
    """The notice that counts: the last one served since the investigation was last reopened."""
    rows = PriorNotice.objects.served().filter(case=case, superseded=False)
    return rows.order_by("-pk").first()


def drafted_notice(case: Case) -> PriorNotice | None:
    """The notice that was written and not yet served."""
    rows = PriorNotice.objects.filter(case=case, superseded=False, served_on=None)
    return rows.order_by("-pk").first()


def paper_of(notice: PriorNotice) -> Paper:
    """The notice's paper, drafted with it."""
    return Paper.objects.of(ref(notice)).get(kind=NOTICE)


def grounds_of(notice: PriorNotice) -> Grounds:
    """The provisions that the notice names, as they were chosen."""
    return Grounds(
        list(notice.bases.all()),
        list(notice.violated.all()),
        notice.basis_words,
        notice.violation_words,
    )


def defence_over(notice: PriorNotice, day: dt.date) -> bool:
    """Whether the party's time to answer is over on a day; never before it was told."""
    if notice.defence_until is None:
        return False
    return rules.defence_over(
        day,
        defence_until=notice.defence_until,
        hearing_until=notice.hearing_until,
        waived=notice.waived_on is not None,
    )
