"""What an import is compared with: the batch's scope, the people of its bureaus, recusals."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import Expert, Inspector
from inspections.draws.choices import IMPORT_TONES, ImportState
from inspections.draws.models import DrawImport
from inspections.draws.selectors import KINDS_OF_DEPT
from inspections.imports.permissions import can_confirm
from inspections.plans.models import Batch
from inspections.plans.selectors import candidates
from inspections.recusals.models import Recusal
from inspections.visits import rules
from institutions.models import Institution
from portal.access import Actor
from portal.desk import WorkItem

DEPT_OF_KIND = {kind: dept for dept, kinds in KINDS_OF_DEPT.items() for kind in kinds}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who sits in a seat of an imported team; nobody when the seat was left empty."""

    slot: str
    inspector: int | None = None
    expert: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """A drawn institution with the people that the superior's platform sends."""

    institution: int
    uscc: str
    name: str
    seats: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """An inspector as a workbook is compared with: department, and what stands against going."""

    key: int
    name: str
    dept: str
    fault: str
    notes: str


def surroundings(batch: Batch, actor: Actor, day: dt.date) -> dict[str, Any]:
    """Plain values that the workbook's checks look things up in, as of the first day."""
    scope = {
        each.institution.uscc: (each.institution.pk, each.institution.name, each.excluded_reason)
        for each in candidates(batch, actor, day=day)
    }
    people = known_people(batch, actor, day)
    return {
        "scope": scope,
        "registered": frozenset(
            Institution.objects.visible_to(actor).values_list("uscc", flat=True)
        ),
        "people": people,
        "recused": recused_pairs(actor, day),
        "experts": _experts(batch, actor, day.year),
        "slots": [(each.name, each.dept, str(each)) for each in batch.slots.all()],
        "meta": {_("批次"): str(batch.pk)},
    }


def known_people(batch: Batch, actor: Actor, day: dt.date) -> dict[str, Known]:
    """Inspectors whom the actor sees, by certificate; those of other regions have no department."""
    rows = Inspector.objects.visible_to(actor).select_related("agency__region")
    return {each.certificate_number: _known(each, batch, day) for each in rows}


def _known(person: Inspector, batch: Batch, day: dt.date) -> Known:
    seat = rules.Seat(
        person.name,
        "",
        person.valid_from,
        person.valid_to,
        person.leave_from,
        person.leave_to,
        is_struck_off=person.ended_on is not None,
    )
    here = person.agency.region.path == batch.plan.region.path
    dept = str(DEPT_OF_KIND.get(person.agency.kind, "")) if here else ""  # type: ignore[call-overload]  # a choice's value
    return Known(person.pk, person.name, dept, rules.fault_of(seat, day), person.recusal_notes)


def recused_pairs(actor: Actor, day: dt.date) -> frozenset[tuple[int, str]]:
    """(inspector, credit code) of the declared recusals in force."""
    rows = Recusal.objects.visible_to(actor).in_force(day)
    return frozenset(rows.values_list("inspector_id", "institution__uscc"))


def _experts(batch: Batch, actor: Actor, year: int) -> dict[str, list[int]]:
    rows = Expert.objects.visible_to(actor).filter(
        agency__region__path=batch.plan.region.path, year=year
    )
    found: dict[str, list[int]] = defaultdict(list)
    for name, key in rows.values_list("name", "pk"):
        found[name].append(key)
    return dict(found)


def batch_panel(batch: Batch, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The imports for a batch that are not yet its draw, on the batch's page."""
    rows = DrawImport.objects.visible_to(actor).filter(batch=batch, draw=None)
    found = [(each, IMPORT_TONES[ImportState(each.state)]) for each in rows]
    return ("inspections/imports/part_batch.html", {"imports": found}) if found else None


def work_items(actor: Actor, today: dt.date) -> Iterator[WorkItem]:
    """Imports that wait for a second person, or were returned to the first."""
    if not actor.reads_business or not actor.is_bureau:
        return
    rows = DrawImport.objects.visible_to(actor).select_related("batch__plan", "made_by")
    for each in rows.filter(state=ImportState.SUBMITTED):
        if can_confirm(actor, each):
            yield _item(_("确认上级抽取结果的导入"), each, _("去确认"))
    for each in rows.filter(state=ImportState.DRAFT, made_by=actor.post_id):
        yield _item(_("完成上级抽取结果的导入"), each, _("去办理"))


def _item(title: str, imported: DrawImport, action: str) -> WorkItem:
    return WorkItem(title, str(imported), imported.get_absolute_url(), imported.for_date, action)
