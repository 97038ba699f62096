"""Reads of the draw: who the parties are, what would be frozen, what a page shows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import Expert, Inspector
from inspections.draws import rules
from inspections.draws.choices import OPEN_STATES, STEP_LABELS, DrawState, said
from inspections.draws.models import Draw, DrawExclusion, DrawInspector, Seat
from inspections.draws.permissions import parties, party_of
from inspections.plans.choices import BatchState, Dept, Exclusion
from inspections.plans.models import Batch, BatchSlot, Plan
from inspections.plans.selectors import Candidate, candidates
from inspections.recusals.models import Recusal
from portal.access import Actor, AgencyKind
from portal.desk import Hit, WorkItem
from portal.law.selectors import amount_on

KINDS_OF_DEPT = {
    Dept.ECO: (AgencyKind.ECOLOGY, AgencyKind.ENFORCEMENT_TEAM),
    Dept.MKT: (AgencyKind.MARKET,),
}


# --- What would be frozen ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be drawn: an inspector, or an expert, of a department."""

    dept: str
    max_load: int
    prior_load: int
    inspector: Inspector | None = None
    expert: Expert | None = None

    @property
    def key(self) -> tuple[str, int]:
        one = self.inspector or self.expert
        return type(one).__name__, one.pk if one is not None else 0


@dataclass(slots=True)
class Frame:
    """The pool of a draw before it is hashed: institutions in and out, people, conflicts."""

    inside: list[Candidate] = field(default_factory=list)
    outside: list[tuple[str, str, str]] = field(default_factory=list)  # uscc, name, reason
    people: list[Person] = field(default_factory=list)
    conflicts: list[tuple[Person, str]] = field(default_factory=list)

    def by_dept(self) -> dict[str, int]:
        return dict(Counter(each.dept for each in self.people))


def frame_of(draw: Draw, actor: Actor) -> Frame:
    """Whom a freeze at this moment would take, and whom not with the reason."""
    frame = Frame()
    rows = DrawExclusion.objects.visible_to(actor).filter(
        draw=draw.pk
    )  # none while the draw is not stored
    by_hand = dict(rows.values_list("institution_id", "reason"))
    for each in candidates(draw.batch, actor, day=draw.for_date):
        reason = by_hand.get(each.institution.pk) or _out(each)
        if reason:
            frame.outside.append((each.institution.uscc, each.institution.name, reason))
        else:
            frame.inside.append(each)
    frame.people = _people(draw)
    frame.conflicts = _conflicts(frame, draw.for_date)
    return frame


def _out(candidate: Candidate) -> str:
    found = candidate.excluded_reason
    return str(Exclusion(found).label) if found else ""


def _people(draw: Draw) -> list[Person]:
    """Inspectors of the seats' departments who may work on the first day, by certificate."""
    depts = dict.fromkeys(draw.batch.slots.values_list("dept", flat=True))
    most = int(amount_on("draw.inspector.max_load", draw.for_date))
    path = draw.batch.plan.region.path
    found: list[Person] = []
    for dept in depts:
        if dept == Dept.EXP:
            found += _experts(path, draw.for_date.year, most)
        else:
            found += _inspectors(dept, path, draw.for_date, most)
    return found


def _inspectors(dept: str, path: str, day: dt.date, most: int) -> list[Person]:
    rows = Inspector.objects.ready_on(day).filter(
        agency__region__path=path, agency__kind__in=KINDS_OF_DEPT[Dept(dept)], agency__ended_on=None
    )
    ended = Q(seats__ended_at=None, seats__draw__is_rehearsal=False)
    this_year = ended & Q(seats__draw__executed_at__year=day.year)
    rows = rows.annotate(load=Count("seats", filter=this_year)).order_by("certificate_number")
    return [Person(dept, most, getattr(each, "load", 0), inspector=each) for each in rows]


def _experts(path: str, year: int, most: int) -> list[Person]:
    rows = Expert.objects.filter(agency__region__path=path, year=year).order_by("name", "pk")
    return [Person(Dept.EXP, most, 0, expert=each) for each in rows]


def _conflicts(frame: Frame, day: dt.date) -> list[tuple[Person, str]]:
    """Declared recusals between the people and the institutions of the pool."""
    of = {each.inspector.pk: each for each in frame.people if each.inspector is not None}
    uscc = {each.institution.pk: each.institution.uscc for each in frame.inside}
    rows = Recusal.objects.in_force(day).filter(inspector__in=of, institution__in=uscc)
    pairs = rows.order_by("pk").values_list("inspector_id", "institution_id")
    return [(of[inspector], uscc[institution]) for inspector, institution in pairs]


def public_of(draw: Draw, frame: Frame) -> dict[str, Any]:
    """The public part, as DRAW-1 §1 writes it."""
    plan: Plan = draw.batch.plan
    bureaus = [each for each in (plan.initiating, plan.cooperating) if each is not None]
    strata = draw.batch.strata.all()
    slots: Iterable[BatchSlot] = draw.batch.slots.all()
    return {
        "ruleset": "DRAW-1",
        "alg": "sha256",
        "draw_id": draw.draw_id,
        "authority": "、".join(each.name for each in bureaus),
        "for_date": draw.for_date.isoformat(),
        "strata": [
            {"name": each.name, "ratio_bp": each.ratio_bp, "floor": each.floor} for each in strata
        ],
        "institutions": [
            {"id": each.institution.uscc, "stratum": each.stratum, "weight": each.weight}
            for each in frame.inside
        ],
        "excluded": [{"id": uscc, "reason": reason} for uscc, _name, reason in frame.outside],
        "slots": [{"name": each.name, "dept": each.dept} for each in slots],
        "beacon": draw.beacon,
    }


def annex_of(frame: Frame, pseudonyms: Mapping[tuple[str, int], str], salt: str) -> dict[str, Any]:
    """The closed part: people by pseudonym, and who must not visit whom; no reasons."""
    return {
        "salt": salt,
        "inspectors": [
            {
                "id": pseudonyms[each.key],
                "dept": each.dept,
                "max_load": each.max_load,
                "prior_load": each.prior_load,
            }
            for each in frame.people
        ],
        "conflicts": [[pseudonyms[person.key], uscc] for person, uscc in frame.conflicts],
    }


# --- What pages show --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Visit:
    """One institution that was drawn, with who holds each seat now."""

    order: int
    name: str
    uscc: str
    url: str
    seats: list[tuple[str, str]]


def drawn(draw: Draw, actor: Actor) -> list[Visit]:
    """The drawn institutions in draw order; nothing for those who may not see names yet."""
    rows = Seat.objects.visible_to(actor).filter(draw=draw, ended_at=None)
    labels = {each.name: str(each) for each in draw.batch.slots.all()}
    found: dict[int, Visit] = {}
    for seat in rows.select_related("institution", "inspector", "expert"):
        one = seat.institution
        visit = found.setdefault(
            one.pk, Visit(seat.order, one.name, one.uscc, one.get_absolute_url(), [])
        )
        person = seat.inspector or seat.expert
        label = labels.get(seat.slot, seat.slot)
        visit.seats.append((label, person.name if person else _("空缺")))
    return list(found.values())


def shown_names(draw: Draw) -> list[tuple[str, str]]:
    """(name, credit code) of a superior's picks for everybody, after the batch's last visit."""
    if not draw.is_superior or draw.state != DrawState.PUBLISHED:
        return []
    rows = draw.seats.filter(ended_at=None).order_by("institution__uscc")
    return list(rows.values_list("institution__name", "institution__uscc").distinct())


def counts(draw: Draw) -> dict[str, int]:
    """What the public learns at once: how many, never who.

    Of a superior's draw no pool is known.
    """
    if draw.is_superior:
        return {"institutions": 0, "excluded": 0, "picked": draw.imported.picked_count}
    public, record = draw.public, draw.record
    strata = record.get("strata", [])
    return {
        "institutions": len(public.get("institutions", [])),
        "excluded": len(public.get("excluded", [])),
        "picked": sum(len(each["picked"]) for each in strata),
    }


@dataclass(frozen=True, slots=True)
class Verified:
    """One step of a record computed again, for a reader."""

    name: str
    label: str
    ok: bool
    sentence: str


LARGEST_VERIFIED = 5000  # institutions that a page computes again while its reader waits


def verified(draw: Draw) -> list[Verified]:
    """The record and the annex of a draw computed again; nothing when it is too large for a page.

    Its hash is compared with the one that the public page lists.
    """
    if len(draw.public.get("institutions", [])) > LARGEST_VERIFIED:
        return []
    annex = None if draw.state == DrawState.VOID else draw.annex_text.encode()
    steps = rules.verify(draw.record_text.encode(), annex, draw.record_hash)
    return [
        Verified(each.name, str(STEP_LABELS[each.name]), each.ok, said(each.code, each.words))
        for each in steps
    ]


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody has to do now, or has done in the present step."""

    who: str
    what: str
    done_at: dt.datetime | None = None


def turns(draw: Draw) -> list[Turn]:
    """Who must do what in the present step; a party that has done its part stands with its time."""
    bureau = draw.batch.plan.initiating.short_name
    if draw.state == DrawState.DRAFT:
        return [Turn(bureau, _("核对名录并冻结"))]
    if draw.state == DrawState.REVEALED:
        what = _("等待公共随机源公布，再执行抽取") if draw.beacon else _("执行抽取")
        return [Turn(_("任何一方"), what)]
    if draw.state == DrawState.EXECUTED:
        return [Turn(bureau, _("组织检查；最后一家检查完成后公开记录"))]
    if draw.state not in (DrawState.FROZEN, DrawState.COMMITTED):
        return []
    rows = {each.party: each for each in draw.commitments.all()}
    revealing = draw.state == DrawState.COMMITTED
    what = _("揭示随机数") if revealing else _("承诺随机数")
    found = []
    for party, agency in parties(draw).items():
        one = rows.get(party)
        done = (one.revealed_at if revealing else one.committed_at) if one else None
        found.append(Turn(agency.short_name, what, done))
    return found


def inspector_of(draw: Draw) -> dict[str, DrawInspector]:
    rows = draw.inspectors.select_related("inspector", "expert")
    return {each.pseudonym: each for each in rows}


def next_attempt(batch: Batch, *, is_rehearsal: bool) -> int:
    return Draw.objects.filter(batch=batch, is_rehearsal=is_rehearsal).count() + 1


def work_items(actor: Actor, today: dt.date) -> Iterable[WorkItem]:
    """Draws that wait for the actor's agency, and published batches that are due to be drawn."""
    if not actor.reads_business:
        return
    rows = Draw.objects.visible_to(actor).visible_inside(actor).filter(state__in=OPEN_STATES)
    for draw in rows.select_related(
        "batch__plan__region",
        "batch__plan__initiating__superior",
        "batch__plan__cooperating__superior",
    ).prefetch_related("commitments"):
        waiting = _waits_for(draw, actor)
        if waiting:
            due = draw.reveal_due_at.date() if draw.reveal_due_at else draw.for_date
            yield WorkItem(
                title=waiting,
                subject=str(draw),
                url=draw.get_absolute_url(),
                due_on=due,
                action=_("办理"),
            )


def _waits_for(draw: Draw, actor: Actor) -> str:
    party = party_of(draw, actor.agency_id)
    if not party:
        return ""
    mine = next((each for each in draw.commitments.all() if each.party == party), None)
    if draw.state == DrawState.FROZEN and mine is None:
        return _("双随机抽取：请承诺随机数")
    if draw.state == DrawState.COMMITTED and mine is not None and not mine.secret:
        return _("双随机抽取：请揭示随机数")
    if draw.state == DrawState.REVEALED:
        return _("双随机抽取：双方已揭示，请执行抽取")
    if draw.state == DrawState.DRAFT and actor.agency_id == draw.batch.plan.initiating_id:
        return _("双随机抽取：请冻结名录")
    return ""


def batch_panel(batch: Batch, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The attempts at the draw of a batch, on the batch's page."""
    rows = list(Draw.objects.visible_to(actor).filter(batch=batch).select_related("batch"))
    return ("inspections/draws/part_batch.html", {"draws": rows}) if rows else None


def find_draws(actor: Actor, text: str, limit: int) -> list[Hit]:
    rows = Draw.objects.visible_to(actor).visible_inside(actor)
    rows = rows.filter(batch__name__contains=text)
    rows = rows.select_related("batch__plan")[:limit]
    return [
        Hit(_("抽取"), str(each), each.get_state_display(), each.get_absolute_url())
        for each in rows
    ]


def record_url(draw: Draw) -> str | None:
    """The address of the record for everybody: nothing until the batch's last visit.

    The file of a void attempt waits as well: it names the pool and who is struck from it.
    """
    if draw.is_superior:
        return None  # there is none that could be computed again
    void = draw.state == DrawState.VOID and draw.batch.state == BatchState.CLOSED
    if void or draw.state == DrawState.PUBLISHED:
        return reverse("public_draw_record", args=[draw.pk])
    return None
