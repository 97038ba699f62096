"""Reading notices and restrictions: who is told, what stands in the way, the desk, panels."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.models import Agency
from institutions.models import Institution, Presence
from penalties.models import PenaltyPublication
from penalties.publication.rules import masked
from portal.access import PUBLIC, Actor, Role
from portal.access.choices import BUREAUS, PARTNERS
from portal.clocks import today
from portal.desk import Figure, Occasion, WorkItem
from sharing.restrictions.choices import (
    NOTICE_TONES,
    RESTRICTION_TONES,
    RestrictionKind,
    RestrictionState,
)
from sharing.restrictions.models import Acknowledgement, PenaltyNotice, Restriction
from sharing.restrictions.permissions import ANSWERERS, can_acknowledge
from sharing.restrictions.rules import meets

MOST_ON_A_DESK = 100
MOST_ON_A_PAGE = 20
SOON = dt.timedelta(days=30)


def receivers_of(institution: Institution, decider: Agency, day: dt.date) -> list[Agency]:
    """Partners of every district in whose scope the institution is, and the other bureau."""
    present = Presence.objects.filter(institution=institution).on(day)
    partner = Q(kind__in=PARTNERS, region__path__in=present.values("region_path"))
    other = Q(kind__in=BUREAUS, region_id=decider.region_id) & ~Q(kind=decider.kind)
    return list(Agency.objects.active().filter(partner | other).order_by("pk"))


def notice_of_clock(subject: str) -> PenaltyNotice:
    """The notice that a running target is about."""
    return PenaltyNotice.objects.get(pk=int(subject.removeprefix("notice:")))


def lines_of(notice: PenaltyNotice) -> list[Acknowledgement]:
    """Who was told and what they answered: the newest telling first."""
    rows = notice.acknowledgements.select_related("agency", "answered_by__user")
    return list(rows.order_by("-version", "agency__kind", "pk"))


def own_line(notice: PenaltyNotice, actor: Actor) -> Acknowledgement | None:
    """The actor's agency's line of the newest telling."""
    rows = Acknowledgement.objects.filter(notice=notice, agency_id=actor.agency_id or 0)
    return rows.filter(version=notice.version).select_related("agency").first()


@dataclass(frozen=True, slots=True)
class Banned:
    """A purchase ban as rosters ask for it: of whom, from when to when, by which decision."""

    uscc: str
    from_on: dt.date
    to_on: dt.date | None
    case_number: str

    def meets(self, start: dt.date, end: dt.date) -> bool:
        return meets((self.from_on, self.to_on), (start, end))


def banned(codes: Iterable[str]) -> dict[str, list[Banned]]:
    """Purchase bans by code, also expired ones: a contract may lie in the past. One query.

    One that a court or a superior took back does not count, not even for the past.
    """
    rows = Restriction.objects.filter(
        kind=RestrictionKind.PURCHASE,
        ended_on=None,
    )
    wanted = set(filter(None, codes))
    rows = rows.filter(
        Q(institution__uscc__in=wanted) | Q(institution__merged_into__uscc__in=wanted)
    )
    found: dict[str, list[Banned]] = defaultdict(list)
    related = ("institution__merged_into", "notice")
    for row in rows.select_related(*related).order_by("from_on", "pk"):
        body = row.institution.merged_into or row.institution
        found[body.uscc].append(Banned(body.uscc, *row.span, row.notice.case_number))
    return dict(found)


@dataclass(frozen=True, slots=True)
class Shown:
    """A restriction with its state of the day."""

    row: Restriction
    label: str
    tone: str


def shown(row: Restriction, day: dt.date) -> Shown:
    state = row.state_on(day)
    return Shown(row, str(RestrictionState(state).label), RESTRICTION_TONES[state])


def notice_tone(notice: PenaltyNotice) -> str:
    return str(NOTICE_TONES[notice.standing])


def work_items(actor: Actor, day: dt.date) -> Iterator[WorkItem]:
    """Notices that the actor's agency has not answered."""
    if not actor.is_staff or not actor.reads_business or not actor.has(*ANSWERERS):
        return
    rows = Acknowledgement.objects.waiting().filter(agency_id=actor.agency_id or 0)
    for row in rows.select_related("notice").order_by("due_on", "pk")[:MOST_ON_A_DESK]:
        title, url = _("确认处罚信息通报"), row.notice.get_absolute_url()
        yield WorkItem(title, str(row.notice), url, row.due_on, _("确认"))


def waiting_count(actor: Actor) -> int:
    """The number in the menu."""
    if not can_acknowledge_any(actor):
        return 0
    return Acknowledgement.objects.waiting().filter(agency_id=actor.agency_id or 0).count()


def can_acknowledge_any(actor: Actor) -> bool:
    return actor.is_staff and actor.reads_business and actor.has(*ANSWERERS)


def figures(actor: Actor, day: dt.date) -> Iterator[Figure]:
    """Restrictions in force."""
    if actor.reads_business and (actor.is_bureau or actor.is_partner or actor.has(Role.AUDITOR)):
        count = Restriction.objects.visible_to(actor).in_force(day).count()
        if count:
            yield Figure(_("生效中的限制"), count, "/sharing/restrictions/?state=in_force")


def panel(institution: Any, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The institution's page: restrictions in force, and the notices that the actor may read."""
    if actor.is_public:
        return None
    day = today()
    restrictions = Restriction.objects.visible_to(actor).filter(institution=institution)
    notices = PenaltyNotice.objects.visible_to(actor).filter(institution=institution)
    rows = [shown(row, day) for row in restrictions[:MOST_ON_A_PAGE]]
    told = [(row, notice_tone(row)) for row in notices.select_related("agency")[:MOST_ON_A_PAGE]]
    if not rows and not told:
        return None
    return "sharing/restrictions/part_panel.html", {"restrictions": rows, "notices": told}


def case_panel(case: Any, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The case's page: who was told of its decision, and what they answered."""
    if not actor.is_staff:
        return None
    rows = PenaltyNotice.objects.visible_to(actor).filter(decision__case=case)
    told = [(row, notice_tone(row), lines_of(row)) for row in rows]
    return ("sharing/restrictions/part_case.html", {"notices": told}) if told else None


def occasions(institution: Any, actor: Actor) -> Iterator[Occasion]:
    """Notices told, restrictions begun and over; for the public those of a penalty in public."""
    day = today()
    if actor.is_public:
        for row in _public_bans(institution, day):
            yield Occasion(row.from_on, _("限制开始"), row.measure)
        return
    notices = PenaltyNotice.objects.visible_to(actor).filter(institution=institution)
    for notice in notices.order_by("-pk")[:MOST_ON_A_PAGE]:
        words, url = notice.penalties, notice.get_absolute_url()
        yield Occasion(notice.decided_on, _("处罚信息通报"), words, url)
        if notice.changed_on:
            yield Occasion(notice.changed_on, _("决定变更后重新通报"), words, url)
    rows = Restriction.objects.visible_to(actor).filter(institution=institution)
    for row in rows.order_by("-pk")[:MOST_ON_A_PAGE]:
        url = row.get_absolute_url()
        yield Occasion(row.from_on, _("限制开始"), row.measure, url)
        over = row.ended_on or row.to_on
        if over and over < day:
            yield Occasion(over, _("限制结束"), row.measure, url)


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A notice with who was told, its restrictions, and whether the actor may answer."""

    notice: PenaltyNotice
    tone: str
    lines: list[Acknowledgement]
    restrictions: list[Shown]
    own: Acknowledgement | None
    can_acknowledge: Any


def notice_page(notice: PenaltyNotice, actor: Actor, day: dt.date) -> NoticePage:
    """The parts of a notice's page; the institution sees no department's answer."""
    own = own_line(notice, actor)
    return NoticePage(
        notice=notice,
        tone=notice_tone(notice),
        lines=lines_of(notice) if actor.is_staff else [],
        restrictions=[shown(row, day) for row in notice.restrictions.all()],
        own=own,
        can_acknowledge=can_acknowledge(actor, own),
    )


@dataclass(frozen=True, slots=True)
class PublicBan:
    """A restriction as the public reads it: a person unnamed."""

    kind: str
    whom: str
    measure: str
    basis: str
    from_on: dt.date
    to_on: dt.date | None


def _public_bans(institution: Any, day: dt.date) -> Any:
    out = PenaltyPublication.objects.visible_to(PUBLIC).values("decision")
    rows = Restriction.objects.in_force(day)
    return rows.filter(institution=institution, notice__decision__in=out)


def public_panel(institution: Any, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The public page of an institution: restrictions in force whose decision is in public."""
    rows = _public_bans(institution, today())
    bans = [
        PublicBan(
            kind=str(row.get_kind_display()),
            whom=masked(row.person_name) if row.person_name else "",
            measure=row.measure,
            basis=row.basis,
            from_on=row.from_on,
            to_on=row.to_on,
        )
        for row in rows
    ]
    return ("sharing/restrictions/part_public.html", {"bans": bans}) if bans else None
