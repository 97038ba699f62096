"""What this app does when something happens, and when a clock says so."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from portal.access import job_actor
from portal.clocks.models import Clock
from portal.clocks.services import effect
from portal.events import ROSTER_MATCHED, ROSTER_RETURNED, ROSTER_SUBMITTED, Event, listens
from portal.refs import ref
from sharing.bulletins.services import name_late_agency
from sharing.employments.services import mark_presences, refresh
from sharing.rosters.models import Roster
from sharing.rosters.selectors import NOT_YET
from sharing.rosters.services import remind


@listens(ROSTER_SUBMITTED, "merged_list_submitted")
@listens(ROSTER_RETURNED, "merged_list_returned")
@listens(ROSTER_MATCHED, "merged_list_matched")
def merged_list(event: Event) -> None:
    roster = Roster.objects.select_related("period", "agency__region").get(pk=event.pk)
    refresh(roster.period, roster.agency.region, actor=job_actor(event.name))


@listens(ROSTER_SUBMITTED, "presences_submitted")
@listens(ROSTER_MATCHED, "presences_matched")
def presences(event: Event) -> None:
    roster = Roster.objects.select_related("period", "agency__region").get(pk=event.pk)
    mark_presences(roster, actor=job_actor(event.name))
