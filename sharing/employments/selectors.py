"""Rows that wait for their institution, and what the merged list is made from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import Region
from portal.access import Actor, AgencyKind, Role
from portal.clocks import today
from portal.desk import Occasion, WorkItem
from sharing.employments.models import Employment
from sharing.rosters.models import Period, Roster, RosterRow

MOST_OCCASIONS = 20


@dataclass
class Merged:
    """One institution's rows of all reporters of a district and period, added up."""

    rows: int = 0
    agencies: set[str] = field(default_factory=set)
    media: set[str] = field(default_factory=set)
    starts: list[dt.date] = field(default_factory=list)
    ends: list[dt.date] = field(default_factory=list)
    says_no: bool = False

    def add(self, row: RosterRow, agency: str) -> None:
        self.rows += 1
        self.agencies.add(agency)
        self.media.update(row.media)
        self.starts += [row.contract_from] if row.contract_from else []
        self.ends += [row.contract_to] if row.contract_to else []
        self.says_no = self.says_no or not row.in_double_random


def merged(period: Period, region: Region) -> dict[int, Merged]:
    """What the rows in force of a district say of each institution, by its key."""
    rows = (
        RosterRow.objects.in_force()
        .filter(
            version__roster__period=period,
            version__roster__agency__region=region,
            institution__isnull=False,
        )
        .select_related("version__roster__agency")
    )
    found: dict[int, Merged] = defaultdict(Merged)
    for row in rows.iterator(chunk_size=2000):
        found[row.institution_id or 0].add(row, row.version.roster.agency.short_name)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A name and code that the registry does not know, with how often they were reported."""

    row_pk: int
    institution_name: str
    uscc: str
    rows: int
    agencies: int
    may_match: bool


def unmatched(actor: Actor) -> list[Unmatched]:
    """The matching queue: rows in force without an institution, grouped; its receiver may match."""
    own = Q(version__roster__receiver_id=actor.agency_id or 0)
    matches = actor.has(Role.OFFICER, Role.CHIEF)
    groups = (
        unmatched_rows(actor)
        .order_by()
        .values("institution_name", "uscc")
        .annotate(
            row_pk=Min("pk"),
            own_pk=Min("pk", filter=own),
            rows=Count("pk"),
            agencies=Count("version__roster__agency", distinct=True),
            latest=Max("version__submitted_at"),
        )
        .order_by("latest", "row_pk")
    )
    return [
        Unmatched(
            row_pk=g["own_pk"] or g["row_pk"],
            institution_name=g["institution_name"],
            uscc=g["uscc"],
            rows=g["rows"],
            agencies=g["agencies"],
            may_match=matches and g["own_pk"] is not None,
        )
        for g in groups
    ]


def unmatched_rows(actor: Actor) -> QuerySet[RosterRow]:
    """Rows in force without an institution, of rosters that the actor may see."""
    rosters = Roster.objects.visible_to(actor)
    return RosterRow.objects.in_force().filter(institution=None, version__roster__in=rosters)


def alike(row: RosterRow) -> Sequence[RosterRow]:
    """The unmatched rows in force that name the same body in the same district and period."""
    roster = row.version.roster
    rows = RosterRow.objects.in_force().filter(
        institution=None,
        uscc=row.uscc,
        institution_name=row.institution_name,
        version__roster__period_id=roster.period_id,
        version__roster__agency__region_id=roster.agency.region_id,
    )
    return list(rows.select_related("version__roster"))


def rows_of(employment: Employment) -> Sequence[RosterRow]:
    """The rows in force behind a merged line."""
    rows = RosterRow.objects.in_force().filter(
        institution_id=employment.institution_id,
        version__roster__period_id=employment.period_id,
        version__roster__agency__region_id=employment.region_id,
    )
    return list(rows.select_related("version__roster__agency"))


def vote_of(employment: Employment, actor: Actor) -> str:
    """The vote that the actor's bureau has given so far."""
    if actor.agency_kind == AgencyKind.MARKET:
        return employment.market_vote
    return employment.ecology_vote


def unmatched_count(actor: Actor) -> int:
    """How many names wait for the actor's matching."""
    if actor.agency_kind != AgencyKind.MARKET or not actor.has(Role.OFFICER, Role.CHIEF):
        return 0
    names = unmatched_rows(actor).filter(version__roster__receiver_id=actor.agency_id or 0)
    return names.order_by().values("uscc", "institution_name").distinct().count()


def occasions(institution: Any, actor: Actor) -> Iterator[Occasion]:
    """In which periods departments named the institution, for its timeline."""
    rows = Employment.objects.visible_to(actor).current().filter(institution=institution)
    day = today()
    for row in rows.select_related("period").order_by("-pk")[:MOST_OCCASIONS]:
        on, words = min(row.period.due_on, day), f"{row.period.code} {row.agencies_text}"
        yield Occasion(on, _("列入名单"), words, row.get_absolute_url())


def work_items(actor: Actor, today: dt.date) -> Iterator[WorkItem]:
    """The matching queue of the receiver, and the votes that the bureau still owes."""
    count = unmatched_count(actor)
    if count:
        subject = _("%(n)s 个名称") % {"n": count}
        yield WorkItem(_("核对名单中的机构"), subject, reverse("match_list"), None, _("核对"))
    if not (actor.is_bureau and actor.has(Role.CHIEF)):
        return
    owed = Employment.objects.visible_to(actor).current().filter(region__path=actor.region)
    mine = "market_vote" if actor.agency_kind == AgencyKind.MARKET else "ecology_vote"
    owed = owed.filter(reporter_says_no=True, **{mine: ""})
    for each in owed.select_related("institution", "period")[:20]:
        yield WorkItem(_("决定是否纳入双随机"), str(each), each.get_absolute_url(), None, _("决定"))
