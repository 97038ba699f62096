"""What clocks do when the calendar changes."""

from __future__ import annotations

import datetime as dt
import logging

from django.utils.translation import gettext as _

from portal.access import job_actor
from portal.clocks import services
from portal.clocks.models import Clock
from portal.events import CALENDAR_CONFIRMED, Event, listens
from portal.inbox import services as inbox
from portal.law.models import CalendarYear
from portal.law.selectors import working_calendar

log = logging.getLogger(__name__)


@listens(CALENDAR_CONFIRMED, "clocks.count_again")
def count_again(event: Event) -> None:
    """Recompute every open clock that the year may touch, and tell those whose date moved."""
    edition = CalendarYear.objects.get(pk=event.pk)
    calendar, actor = working_calendar(), job_actor("calendar.confirmed")
    touched = Clock.objects.open().filter(legal_due_on__gte=dt.date(edition.year, 1, 1))
    moved = 0
    for clock in touched.select_related("rule").order_by("pk").iterator():
        before = clock.due_on
        services.recompute(clock, calendar=calendar, actor=actor)
        if clock.due_on != before:
            moved += 1
            _tell(clock, before, edition)
    log.info("Calendar %s: %s clocks moved", edition.year, moved)


def _tell(clock: Clock, before: dt.date, edition: CalendarYear) -> None:
    words = {
        "step": clock.rule.step,
        "before": before.isoformat(),
        "after": clock.due_on.isoformat(),
        "year": edition.year,
    }
    inbox.send(
        to_agency=clock.agency_id,
        role=clock.role,
        title=_("%(year)s年工作日历已公布,期限由 %(before)s 调整为 %(after)s") % words,
        body=_("事项:%(step)s。原为暂定日期,已按正式日历重新计算。") % words,
        url=clock.get_absolute_url(),
        subject_ref=clock.ref,
        key=f"calendar {edition.pk} clock {clock.pk}",
        actor=job_actor("calendar.confirmed"),
    )
