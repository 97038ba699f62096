"""What clocks do when the calendar changes."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop

from portal.access import job_actor
from portal.clocks import services
from portal.clocks.models import Clock
from portal.events import CALENDAR_CONFIRMED, CLOCK_TOUCHED, Event, announce, listens
from portal.inbox import services as inbox
from portal.inbox.sentences import sentence
from portal.law.models import CalendarYear
from portal.law.selectors import working_calendar


@listens(CALENDAR_CONFIRMED, "clocks.touched")
def touched(event: Event) -> None:
    """Name every open clock that the year may touch: each is counted again by itself."""
    edition = CalendarYear.objects.get(pk=event.pk)
    clocks = Clock.objects.open().filter(legal_due_on__gte=dt.date(edition.year, 1, 1))
    for key in clocks.order_by("pk").values_list("pk", flat=True).iterator():
        announce(CLOCK_TOUCHED, key, actor=job_actor(CALENDAR_CONFIRMED))


@listens(CLOCK_TOUCHED, "clocks.count_again")
def count_again(event: Event) -> None:
    """Recompute one clock in its own transaction, and tell its owner when the date moved."""
    clock = Clock.objects.open().select_related("rule").filter(pk=event.pk).first()
    if clock is None:
        return
    before = clock.due_on
    services.recompute(clock, calendar=working_calendar(), actor=job_actor(CALENDAR_CONFIRMED))
    if clock.due_on != before:
        _tell(clock, before)


def _tell(clock: Clock, before: dt.date) -> None:
    inbox.send(
        to_agency=clock.agency_id,
        role=clock.role,
        title=sentence(
            gettext_noop("工作日历已公布，期限由 %(before)s 调整为 %(after)s"),
            before=before,
            after=clock.due_on,
        ),
        body=[
            sentence(
                gettext_noop("事项：%(step)s。原为暂定日期，已按正式日历重新计算。"),
                step=clock.rule.step,
            )
        ],
        url=clock.get_absolute_url(),
        subject_ref=clock.ref,
        key=f"clock {clock.pk} moved from {before}",
        actor=job_actor("calendar.confirmed"),
    )
