"""The verbs of assignment: visits from a draw or by hand, their facts and their teams."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Agency, Expert, Inspector
from inspections.assignments.permissions import can_recuse
from inspections.draws.choices import ReplacementKind
from inspections.draws.models import Draw, Replacement
from inspections.plans.choices import Dept
from inspections.plans.models import Batch, CheckItem
from inspections.visits import services as visits
from inspections.visits.choices import (
    BEFORE_ARRIVAL,
    OPENED_BY_HAND,
    TEAM_OPEN,
    UNCAPPED_KINDS,
    VisitKind,
    VisitState,
)
from inspections.visits.models import BureauPart, Visit, VisitItem, VisitMember
from inspections.visits.permissions import (
    can_add_member,
    can_change_team,
    can_create,
    can_edit,
)
from inspections.visits.selectors import is_cap_reached, member_fault, vacant_slots
from institutions.models import Institution, Site
from institutions.registry import services as registry
from institutions.registry.choices import StandingKind
from portal.access import Actor, AgencyKind, demand
from portal.audit import record
from portal.clocks import now, today
from portal.errors import Refused
from portal.refs import ref
from portal.workflow.moves import conflict_of

SIDES = {
    AgencyKind.ECOLOGY: AgencyKind.ECOLOGY,
    AgencyKind.ENFORCEMENT_TEAM: AgencyKind.ECOLOGY,
    AgencyKind.MARKET: AgencyKind.MARKET,
}
DEPARTMENTS = {Dept.ECO: AgencyKind.ECOLOGY, Dept.MKT: AgencyKind.MARKET}
Seats = Sequence[tuple[str, int]]  # slot, key of the inspector (of the expert in an expert's slot)


# --- Assignment -------------------------------------------------------------------------------


@transaction.atomic
def create_from_draw(
    batch: Batch, *, teams: Mapping[int, Seats], draw_ref: str = "", actor: Actor
) -> list[Visit]:
    """One visit for each drawn institution (key), with the team that the draw gave it.

    May run twice: an institution that has its visit in the batch keeps it, and one whose visit
    was cancelled gets no other.
    """
    plan = batch.plan
    slots = {slot.name: slot.dept for slot in batch.slots.all()}
    bureaus = _bureaus(plan.initiating, plan.cooperating)
    have = set(batch.visits.values_list("institution", flat=True))
    wanted = Institution.objects.filter(pk__in=set(teams) - have).order_by("uscc")
    items = [row.item for row in plan.plan_items.select_related("item")]
    made = []
    for institution in wanted:
        visit = _create(
            institution,
            bureaus,
            items,
            batch=batch,
            draw_ref=draw_ref,
            kind=VisitKind.DOUBLE_RANDOM,
            region_path=plan.region.path,
            purpose=f"{plan.title}：{batch.name}",
            planned_from=batch.starts_on,
            planned_to=batch.ends_on,
        )
        for slot, key in teams[institution.pk]:
            _seat(visit, slot, key, slots.get(slot, ""), bureaus)
        _keep_teams(visit)
        record(actor, "visit.create", visit, facts={"batch": batch.pk, "draw": draw_ref})
        _state_planned(visit, actor)
        made.append(visit)
    return made


def visit_drawn(draw: Draw, *, actor: Actor) -> list[Visit]:
    """The visits of an executed draw: each drawn institution with those who hold its seats."""
    teams: dict[int, list[tuple[str, int]]] = {}
    for seat in draw.seats.filter(ended_at=None):
        seats = teams.setdefault(seat.institution_id, [])
        if seat.inspector_id or seat.expert_id:
            seats.append((seat.slot, seat.inspector_id or seat.expert_id or 0))
    return create_from_draw(draw.batch, teams=teams, draw_ref=ref(draw), actor=actor)


@transaction.atomic
def follow_replacement(asked: Replacement, *, actor: Actor) -> None:
    """What the draw answered to a replacement, for the visits that it made (IS3, DRAW-1 §6).

    An absent inspector leaves the seat to the reserve. An institution that cannot be visited is
    cancelled, and the reserve institution gets its visit. May run twice.
    """
    draw = asked.draw
    rows = draw.batch.visits.filter(institution=asked.institution_id, state__in=BEFORE_ARRIVAL)
    visit = rows.first()
    if asked.kind == ReplacementKind.SUPPLEMENTARY:
        visit_drawn(draw, actor=actor)
        if visit is not None:
            visits.cancel(visit, reason=asked.reason, actor=actor)
        return
    if visit is None:
        return
    holder = draw.seats.filter(
        institution=asked.institution_id, slot=asked.slot, ended_at=None
    ).first()
    new = holder.inspector if holder is not None else None
    member = visit.members.present().filter(slot=asked.slot).first()
    if member is not None and member.inspector != new:
        _take_seat(member, by=new, reason=asked.reason, actor=actor)


def _seat(visit: Visit, slot: str, key: int, dept: str, bureaus: Mapping[str, Agency]) -> None:
    if dept == Dept.EXP:
        expert = Expert.objects.get(pk=key)
        bureau = bureaus.get(expert.agency.kind, visit.initiating)
        visit.members.create(bureau=bureau, expert=expert, slot=slot, name=expert.name)
        return
    person = Inspector.objects.select_related("agency").get(pk=key)
    side = DEPARTMENTS.get(Dept(dept)) if dept else SIDES.get(AgencyKind(person.agency.kind))
    _add(visit, person, _bureau_of(side, bureaus), slot)


def _bureau_of(side: str | None, bureaus: Mapping[str, Agency]) -> Agency:
    if side is None or side not in bureaus:
        raise Refused(_("检查人员所在部门没有参与本次检查。"), code="stranger")
    return bureaus[side]


def _add(visit: Visit, person: Inspector, bureau: Agency, slot: str) -> VisitMember:
    number = person.certificate_number
    return visit.members.create(
        bureau=bureau, inspector=person, slot=slot, name=person.name, certificate_number=number
    )


@transaction.atomic
def create_visit(
    institution: Institution,
    *,
    kind: str,
    cooperating: Agency | None,
    items: Collection[CheckItem],
    inspectors: Collection[Inspector],
    actor: Actor,
    **facts: Any,
) -> Visit:
    """A visit that no draw made, by the actor's bureau.

    ``facts``: purpose, planned_from, planned_to; site, source_ref when there are any. Refused for
    double-random visits, and over the yearly cap unless the kind knows none.
    """
    demand(can_create(actor))
    if kind not in OPENED_BY_HAND:
        raise Refused(_("双随机检查只能由随机抽取产生。"), code="kind")
    initiating = Agency.objects.select_related("region").get(pk=actor.agency_id or 0)
    bureaus = _bureaus(initiating, cooperating)
    if kind not in UNCAPPED_KINDS and is_cap_reached(institution, facts["planned_from"]):
        message = _("该机构本年度检查次数已达上限，不能再安排此类检查（举报投诉、整改复查除外）。")
        raise Refused(message, code="cap")
    site: Site | None = facts.get("site")
    place = site.region.path if site else initiating.region.path
    visit = _create(institution, bureaus, items, kind=kind, region_path=place, **facts)
    for number, person in enumerate(inspectors, start=1):
        side = SIDES.get(AgencyKind(person.agency.kind))
        _add(visit, person, _bureau_of(side, bureaus), f"member_{number}")
    _keep_teams(visit)
    record(actor, "visit.create", visit, facts={"kind": kind})
    _state_open_check(visit, actor)
    _state_planned(visit, actor)
    return visit


def _state_planned(visit: Visit, actor: Actor) -> None:
    """On its way it counts towards the cap, so that no other batch draws its institution."""
    if visit.kind in UNCAPPED_KINDS:
        return
    registry.set_standing(
        [visit.institution_id],
        kind=StandingKind.PLANNED,
        value=str(visit.planned_from.year),
        source=ref(visit),
        from_on=today(),
        actor=actor,
    )


def _state_open_check(visit: Visit, actor: Actor) -> None:
    """A special check in hand keeps its institution out of the pools (regulation §5.4 step 2)."""
    if visit.kind != VisitKind.SPECIAL:
        return
    registry.set_standing(
        [visit.institution_id],
        kind=StandingKind.OPEN_CHECK,
        value=VisitKind.SPECIAL,
        source=ref(visit),
        from_on=today(),
        actor=actor,
    )


def _bureaus(initiating: Agency, cooperating: Agency | None) -> dict[str, Agency]:
    found = {initiating.kind: initiating}
    if cooperating is not None:
        same = cooperating.region_id == initiating.region_id
        if not same or cooperating.kind == initiating.kind or cooperating.kind not in SIDES:
            raise Refused(_("配合部门应为同一行政区划的另一局。"), code="cooperating")
        found[cooperating.kind] = cooperating
    return found


def _create(
    institution: Institution,
    bureaus: Mapping[str, Agency],
    items: Iterable[CheckItem],
    **facts: Any,
) -> Visit:
    initiating, *others = bureaus.values()
    if facts["planned_to"] < facts["planned_from"]:
        raise Refused(_("结束日期不能早于开始日期。"), code="dates")
    visit = Visit.objects.create(
        institution=institution,
        institution_name=institution.name,
        initiating=initiating,
        cooperating=others[0] if others else None,
        created_at=now(),
        **facts,
    )
    VisitItem.objects.bulk_create(VisitItem(visit=visit, item=item) for item in items)
    BureauPart.objects.bulk_create(
        BureauPart(visit=visit, agency=agency, order=order)
        for order, agency in enumerate(bureaus.values(), start=1)
    )
    return visit


def _keep_teams(visit: Visit) -> None:
    rows = visit.members.filter(inspector__isnull=False)
    visit.teams = sorted(set(rows.values_list("inspector__agency_id", flat=True)))
    visit.save(update_fields=["teams"])


@transaction.atomic
def edit_visit(visit: Visit, *, version: int, actor: Actor, **facts: Any) -> None:
    """Change purpose and days before the submission; Conflict when somebody else did."""
    demand(can_edit(actor, visit))
    if facts["planned_to"] < facts["planned_from"]:
        raise Refused(_("结束日期不能早于开始日期。"), code="dates")
    before = {name: getattr(visit, name) for name in facts}
    rows = Visit.objects.filter(pk=visit.pk, version=version, state=VisitState.PLANNED)
    if not rows.update(version=version + 1, **facts):
        raise conflict_of(visit)
    changes = {name: [before[name], new] for name, new in facts.items() if before[name] != new}
    record(actor, "visit.edit", visit, changes=changes)
    visit.refresh_from_db()


# --- The team ---------------------------------------------------------------------------------


@transaction.atomic
def add_member(visit: Visit, *, inspector: Inspector, actor: Actor) -> VisitMember:
    """One more inspector, before the submission.

    A drawn team is the draw's: the head fills by hand only a seat for which it found no reserve.
    """
    demand(can_add_member(actor, visit))
    _check_free(visit, inspector)
    side = SIDES.get(AgencyKind(inspector.agency.kind))
    bureau = _bureau_of(side, _bureaus(visit.initiating, visit.cooperating))
    slot = f"member_{visit.members.count() + 1}"
    if visit.draw_ref:
        slot = _vacant_slot(visit, side)
    member = _add(visit, inspector, bureau, slot)
    _check_fit(visit, member)
    _keep_teams(visit)
    record(actor, "visit.add_member", visit, facts={"inspector": inspector.pk, "slot": slot})
    return member


def _vacant_slot(visit: Visit, side: str | None) -> str:
    for slot in vacant_slots(visit):
        if DEPARTMENTS.get(Dept(slot.dept)) == side:
            return slot.name
    raise Refused(_("该部门的席位没有空缺，检查组由随机抽取产生。"), code="drawn")


@transaction.atomic
def recuse(member: VisitMember, *, reason: str, actor: Actor) -> None:
    """Note that a member must stand back (行政处罚法 art. 43); the seat must be filled anew."""
    demand(can_recuse(actor, member))
    _need_reason(reason)
    VisitMember.objects.filter(pk=member.pk).update(recused_reason=reason)
    member.recused_reason = reason
    record(actor, "visit.recuse", member.visit, reason=reason, facts={"member": member.pk})


@transaction.atomic
def replace_member(member: VisitMember, *, by: Inspector, reason: str, actor: Actor) -> VisitMember:
    """Fill one seat anew, with the reason; the one who leaves stays on record (IS3).

    The seats of a draw are filled by its own rule: refused here, asked for on the draw's page.
    """
    visit = member.visit
    demand(can_change_team(actor, visit))
    _need_reason(reason)
    if visit.draw_ref:
        message = _("抽取产生的检查组由抽取规则替换，请在抽取页面提出替换。")
        raise Refused(message, code="drawn")
    _check_free(visit, by)
    side = SIDES.get(AgencyKind(by.agency.kind))
    bureau = _bureau_of(side, _bureaus(visit.initiating, visit.cooperating))
    if bureau.pk != member.bureau_id:
        raise Refused(_("应由同一部门的检查人员接替。"), code="bureau")
    new = _take_seat(member, by=by, reason=reason, actor=actor)
    if new is None:
        raise conflict_of(visit)
    _check_fit(visit, new)
    return new


@transaction.atomic
def hand_seat(
    member: VisitMember, *, by: Inspector, reason: str, stream: str, actor: Actor
) -> VisitMember:
    """A seat of a visit that no draw made passes to who takes over an ended post (EV3).

    ``stream`` is the handover's: its transaction writes one. Refused when the receiver sits in
    the team already, or may not go.
    """
    visit = member.visit
    if visit.state not in TEAM_OPEN:
        raise Refused(_("当前状态不能更换检查人员。"), code="wrong_state")
    _check_free(visit, by)
    new = _take_seat(member, by=by, reason=reason, actor=actor, stream=stream)
    if new is None:
        raise conflict_of(visit)
    _check_fit(visit, new)
    return new


def _take_seat(
    member: VisitMember,
    *,
    by: Inspector | None,
    reason: str,
    actor: Actor,
    stream: str | None = None,
) -> VisitMember | None:
    """Somebody leaves a seat; the one who comes, unless nobody does or the seat was left before."""
    visit = member.visit
    leaving = {"left_at": now(), "left_reason": reason}
    if not VisitMember.objects.filter(pk=member.pk, left_at=None).update(**leaving):
        return None
    new = _add(visit, by, member.bureau, member.slot) if by is not None else None
    VisitMember.objects.filter(pk=member.pk).update(replaced_by=new)
    _keep_teams(visit)
    facts = {"seat": member.slot, "left": member.inspector_id, "came": by.pk if by else None}
    record(actor, "visit.replace_member", visit, reason=reason, facts=facts, stream=stream)
    return new


def _check_free(visit: Visit, inspector: Inspector) -> None:
    if visit.members.present().filter(inspector=inspector).exists():
        raise Refused(_("该检查人员已在检查组中。"), code="member")


def _check_fit(visit: Visit, member: VisitMember) -> None:
    sentence = member_fault(visit, member, visit.planned_from)
    if sentence:
        raise Refused(sentence, code="unfit")


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("请写明理由。"), code="reason")
