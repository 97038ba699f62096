"""What this app does when something happens, and when a clock says so."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from penalties.models import Decision, PenaltyPublication, PublicationVersion
from portal.access import Actor, job_actor
from portal.clocks import today
from portal.clocks.effects import LAST_WORKING_DAY, effect
from portal.clocks.models import Clock
from portal.events import (
    DECISION_CHANGED,
    DECISION_MADE,
    DECISION_SERVED,
    INSTITUTION_MERGED,
    PENALTY_PUBLISHED,
    ROSTER_MATCHED,
    ROSTER_RETURNED,
    ROSTER_SUBMITTED,
    Event,
    listens,
)
from sharing.bulletins.services import name_late_agency
from sharing.employments.services import alert_banned, follow_merge, mark_presences, refresh
from sharing.platforms.services import forward
from sharing.restrictions.selectors import notice_of_clock
from sharing.restrictions.services import follow_change, notify, urge
from sharing.rosters.models import Period, Roster
from sharing.rosters.selectors import roster_of_clock
from sharing.rosters.services import remind


def _roster(pk: int) -> Roster:
    return Roster.objects.select_related("period", "agency__region", "receiver").get(pk=pk)


def late_title(period: Period) -> str:
    """The title of the bulletin that names who has not reported for the period."""
    words = {"period": period.code}
    return _("关于 %(period)s 生态环境监测机构名单逾期未报的通报") % words


@listens(ROSTER_SUBMITTED, "merged_list_submitted")
@listens(ROSTER_RETURNED, "merged_list_returned")
@listens(ROSTER_MATCHED, "merged_list_matched")
def merged_list(event: Event) -> None:
    roster = _roster(event.pk)
    refresh(roster.period, roster.agency.region, actor=job_actor(event.name))


@listens(ROSTER_SUBMITTED, "presences_submitted")
@listens(ROSTER_MATCHED, "presences_matched")
def presences(event: Event) -> None:
    mark_presences(_roster(event.pk), actor=job_actor(event.name))


@listens(ROSTER_SUBMITTED, "banned_institutions")
def banned_institutions(event: Event) -> None:
    alert_banned(_roster(event.pk), actor=job_actor(event.name))


def _decision(pk: int) -> Decision:
    related = ("case__agency", "case__institution", "case__matter")
    rows = Decision.objects.select_related(*related).prefetch_related("lines")
    found: Decision = rows.get(pk=pk)
    return found


@listens(DECISION_MADE, "penalty_notices")
def penalty_notices(event: Event) -> None:
    notify(_decision(event.pk), on=today(), actor=job_actor(event.name))


@listens(DECISION_CHANGED, "penalty_notices_changed")
def penalty_notices_changed(event: Event) -> None:
    follow_change(_decision(event.pk), on=today(), actor=job_actor(event.name))


@listens(PENALTY_PUBLISHED, "credit_record")
def credit_record(event: Event) -> None:
    version = PublicationVersion.objects.select_related("publication").get(pk=event.pk)
    forward(version.publication, actor=job_actor(event.name))


@listens(DECISION_SERVED, "credit_record_numbered")
def credit_record_numbered(event: Event) -> None:
    """Served, the decision has its number, for which its record may have waited."""
    for row in PenaltyPublication.objects.filter(decision=event.pk).order_by("pk"):
        forward(row, actor=job_actor(event.name))


@listens(INSTITUTION_MERGED, "rows_of_the_duplicate")
def rows_of_the_duplicate(event: Event) -> None:
    follow_merge(event.pk, actor=job_actor(event.name))


@effect("R01", before=15)
@effect("R01", before=7)
@effect("R01", before=3)
@effect("R01", before=LAST_WORKING_DAY)
@effect("R02", before=15)
@effect("R02", before=7)
@effect("R02", before=3)
@effect("R02", before=LAST_WORKING_DAY)
def roster_reminder(clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor) -> None:
    """Remind the reporter at T−15, −7, −3 and on the last working day before."""
    roster = roster_of_clock(clock.ref)
    if roster.is_waiting:
        left = (roster.period.due_on - now.date()).days
        remind(roster, key=f"remind:{legal_on}", days_left=left, actor=actor)


@effect("R01", after=1)
@effect("R02", after=1)
def roster_late(clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor) -> None:
    """Name the agency in the receiver's draft of the late bulletin on the day after."""
    roster = roster_of_clock(clock.ref)
    if not roster.is_waiting:
        return
    name_late_agency(
        issuer=roster.receiver,
        about=roster.period,
        title=late_title(roster.period),
        agency=roster.agency,
        subject=roster,
        due_on=roster.period.due_on,
        actor=actor,
    )


@effect("N01", before=LAST_WORKING_DAY)
@effect("N01", after=1)
def notice_unanswered(clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor) -> None:
    """Remind a department that has not answered a penalty notice."""
    urge(notice_of_clock(clock.ref), clock.agency_id, key=f"urge:{legal_on}", actor=actor)
