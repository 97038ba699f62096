"""The fitness of a team, the cap of an institution, and what visits put on desks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from inspections.draws.models import Draw
from inspections.plans.choices import Dept
from inspections.plans.models import Batch, BatchSlot, CheckItem
from inspections.plans.rules import GRADES, strictest
from inspections.plans.selectors import caps_on
from inspections.recusals.models import Recusal
from inspections.visits import rules
from inspections.visits.choices import (
    BEFORE_ARRIVAL,
    STILL_TO_MAKE,
    VISIT_TONES,
    TeamFault,
    VisitState,
)
from inspections.visits.models import BureauPart, Visit, VisitMember
from inspections.visits.permissions import MAKERS, can_create
from institutions.models import Institution
from institutions.registry.choices import StandingKind
from portal.access import Actor, Role
from portal.desk import Hit, WorkItem
from portal.lists.search import BigramSearch, Searchable
from portal.papers.selectors import papers_of

SEARCH = BigramSearch(Searchable("institution_name", "inspection_code"))
MOST_ON_A_DESK = 50


# --- The team ---------------------------------------------------------------------------------


def team_faults(visit: Visit, day: dt.date) -> list[str]:
    """Why the present team may not go on a day, as sentences; empty when it may."""
    names = {str(part.agency_id): part.agency.short_name for part in parts_of(visit)}
    recused = _recused(visit, day)
    seats = [_seat(member, visit, recused) for member in inspectors_of(visit)]
    faults = rules.team_faults(seats, [str(pk) for pk in visit.bureau_ids], day)
    return [str(TeamFault(fault).label) % {"name": names.get(who, who)} for fault, who in faults]


def member_fault(visit: Visit, member: VisitMember, day: dt.date) -> str:
    """The sentence for one member who may not go; empty when nothing is against it."""
    fault = rules.fault_of(_seat(member, visit, _recused(visit, day)), day)
    return str(TeamFault(fault).label) % {"name": member.name} if fault else ""


def _recused(visit: Visit, day: dt.date) -> set[int]:
    """Inspectors who declared that they must not visit this institution, whoever asks."""
    rows = Recusal.objects.in_force(day).filter(institution=visit.institution_id)
    return set(rows.values_list("inspector", flat=True))


def _seat(member: VisitMember, visit: Visit, recused: Collection[int]) -> rules.Seat:
    person = member.inspector
    if person is None:
        raise ValueError("An expert has no seat among the inspectors.")
    institution = visit.institution
    noted = rules.is_recused(person.recusal_notes, name=institution.name, uscc=institution.uscc)
    return rules.Seat(
        member.name,
        str(member.bureau_id),
        person.valid_from,
        person.valid_to,
        person.leave_from,
        person.leave_to,
        is_struck_off=person.ended_on is not None,
        is_recused=bool(member.recused_reason) or noted or person.pk in recused,
    )


def inspectors_of(visit: Visit) -> list[VisitMember]:
    """The present inspectors, without experts."""
    rows = visit.members.present().filter(inspector__isnull=False)
    return list(rows.select_related("inspector", "bureau"))


def members_of(visit: Visit) -> list[VisitMember]:
    """Everybody who is or was in the team."""
    return list(visit.members.select_related("bureau", "replaced_by"))


def draw_of(visit: Visit) -> Draw | None:
    """The draw that gave the visit its team."""
    name, _colon, key = visit.draw_ref.partition(":")
    rows = Draw.objects.select_related("batch__plan")
    return rows.filter(pk=int(key)).first() if name == "draw" else None


def vacant_slots(visit: Visit) -> list[BatchSlot]:
    """Seats of a drawn visit that nobody holds: the draw found no reserve for them."""
    if not visit.draw_ref or visit.batch is None or visit.state not in BEFORE_ARRIVAL:
        return []
    held = set(visit.members.present().values_list("slot", flat=True))
    slots = visit.batch.slots.exclude(dept=Dept.EXP)
    return [slot for slot in slots if slot.name not in held]


def items_of(visit: Visit) -> list[CheckItem]:
    return [row.item for row in visit.visit_items.select_related("item")]


def parts_of(visit: Visit) -> list[BureauPart]:
    return list(visit.parts.select_related("agency", "approved_by__user", "closed_by__user"))


# --- The cap ----------------------------------------------------------------------------------


def is_cap_reached(institution: Institution, day: dt.date) -> bool:
    """Whether the institution was inspected as often as its grade allows, city-wide (IS4).

    Visits that are on their way count as those made.
    """
    rows = institution.standings.filter(from_on__lte=day)
    visits = list(rows.filter(kind=StandingKind.VISIT).values_list("from_on__year", flat=True))
    holding = rows.filter(Q(to_on=None) | Q(to_on__gte=day))
    visits += map(int, holding.filter(kind=StandingKind.PLANNED).values_list("value", flat=True))
    graded = holding.filter(kind=StandingKind.GRADE)
    grade = strictest(value for value in graded.values_list("value", flat=True) if value in GRADES)
    return caps_on(day).reached(grade, visits, day.year)


# --- Desk, search, the institution's page -----------------------------------------------------


def work_items(actor: Actor, today: dt.date) -> Iterator[WorkItem]:
    """Each role's next step on the visits of its bureau, and the inspectors' own visits."""
    if not actor.reads_business or actor.agency_id is None:
        return
    rows = Visit.objects.visible_to(actor)
    if actor.is_bureau and actor.has(Role.LEADER):
        waiting = Q(parts__agency=actor.agency_id, parts__approved_at=None)
        yield from _items(rows.filter(waiting, state=VisitState.SUBMITTED), _("审批检查任务"))
    own = rows.of_bureau(actor.agency_id)
    if actor.is_bureau and actor.has(*MAKERS):
        yield from _items(own.filter(state=VisitState.PLANNED), _("提交检查任务审批"))
        yield from _items(own.filter(state=VisitState.APPROVED), _("通知被检查机构"))
        reviewing = own.filter(state=VisitState.REVIEWING)
        others = reviewing.exclude(members__inspector__user=actor.user_id or 0)
        yield from _items(others, _("复核检查结果"))
        mine = Q(parts__agency=actor.agency_id, parts__closed_at=None)
        yield from _items(own.filter(mine, state=VisitState.REVIEWED), _("办结检查"))
    yield from _of_inspectors(rows, actor)


def _of_inspectors(rows: Any, actor: Actor) -> Iterator[WorkItem]:
    steps = {
        VisitState.NOTICED: _("到场检查"),
        VisitState.UNANNOUNCED: _("到场检查"),
        VisitState.OPEN: _("完成检查和笔录"),
        VisitState.RECORDED: _("笔录签字"),
        VisitState.SIGNED: _("登记检查结果"),
    }
    present = Q(members__inspector__user=actor.user_id or 0, members__left_at=None)
    mine = rows.filter(present, state__in=list(steps)).distinct()
    for visit in mine.order_by("planned_to", "pk")[:MOST_ON_A_DESK]:
        title = steps[VisitState(visit.state)]
        due = visit.planned_to if visit.opened_at is None else None
        yield WorkItem(title, str(visit), visit.get_absolute_url(), due, _("去办理"))


def _items(rows: Any, title: str) -> Iterator[WorkItem]:
    for visit in rows.distinct().order_by("planned_to", "pk")[:MOST_ON_A_DESK]:
        due = visit.planned_to if visit.state in BEFORE_ARRIVAL else None
        yield WorkItem(title, str(visit), visit.get_absolute_url(), due, _("去办理"))


def find_visits(actor: Actor, text: str, limit: int) -> list[Hit]:
    """The global search over visits, by the institution's name of the day or the code."""
    if not actor.reads_business:
        return []
    rows = SEARCH.filter(Visit.objects.visible_to(actor), text)
    return [
        Hit(_("检查"), str(row), str(row.get_state_display()), row.get_absolute_url())
        for row in rows[:limit]
    ]


def panel(institution: Institution, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The latest visits on the institution's page, as far as the reader may know of them."""
    found = list(Visit.objects.visible_to(actor).filter(institution=institution)[:10])
    may = bool(can_create(actor))
    if not found and not may:
        return None
    return "inspections/visits/part_visits.html", {"visits": found, "can_create": may}


def batch_panel(batch: Batch, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """How far the visits of a batch are, on the batch's page; nothing for who sees none."""
    rows = Visit.objects.visible_to(actor).filter(batch=batch)
    found = list(rows.order_by("institution_name", "pk")[: MOST_ON_A_DESK * 4])
    if not found:
        return None
    lines = [(row, VISIT_TONES[VisitState(row.state)]) for row in found]
    over = sum(row.state not in STILL_TO_MAKE for row in found)
    context = {"visits": lines, "over": over, "number": len(found)}
    return "inspections/visits/part_batch.html", context


def papers_panel(visit: Visit, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The papers of a visit that the actor sees."""
    found = papers_of(visit, actor)
    return ("inspections/visits/part_papers.html", {"papers": found}) if found else None
