"""The verbs on site: item results, findings, evidence; and the links of what follows."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from agencies.models import Agency, Matter
from inspections.findings.choices import EvidenceKind, ItemValue
from inspections.findings.models import (
    ChecklistPoint,
    ChecklistVersion,
    Evidence,
    EvidenceQuerySet,
    Finding,
    ItemResult,
)
from inspections.findings.permissions import can_edit, can_link
from inspections.findings.rules import competent, due_points
from inspections.visits import services as visits
from inspections.visits.models import Visit
from inspections.visits.permissions import can_inspect
from portal.access import Actor, demand
from portal.audit import record
from portal.clocks import now, today
from portal.errors import Refused
from portal.files import services as files
from portal.refs import ref
from portal.workflow.moves import conflict_of

SEEDS = Path(__file__).parent.parent / "seeds"
PURPOSE = "visit_evidence"


@transaction.atomic
def seed_checklist() -> None:
    """The joint checklist of the file, as the first version; later ones are data."""
    version, created = ChecklistVersion.objects.get_or_create(
        from_on=None, defaults={"name": "生态环境监测机构联合检查表"}
    )
    if not created:
        return
    with (SEEDS / "checklist.csv").open(encoding="utf-8", newline="") as lines:
        ChecklistPoint.objects.bulk_create(
            ChecklistPoint(version=version, **row) for row in csv.DictReader(lines)
        )


@transaction.atomic
def arrive(visit: Visit, *, actor: Actor, **facts: Any) -> None:
    """Check in, and lay out the points of the checklist in force today.

    ``facts``: code, place, credentials_shown; nobody_there at a closed door.
    """
    visits.check_in(visit, **facts, actor=actor)
    version = ChecklistVersion.objects.in_force(today()).first()
    if version is None or visit.item_results.exists():
        return
    kinds = frozenset(Agency.objects.filter(pk__in=visit.bureau_ids).values_list("kind", flat=True))
    due = due_points(dict(version.points.values_list("pk", "authority")), kinds)
    ItemResult.objects.bulk_create([ItemResult(visit=visit, point_id=key) for key in due])
    record(actor, "visit.checklist", visit, facts={"version": version.pk, "points": len(due)})


@transaction.atomic
def set_item(
    visit: Visit, point: ChecklistPoint, *, value: str, remark: str = "", actor: Actor
) -> ItemResult:
    """Say what was found at one point; saved by itself, so nothing else can be lost with it."""
    demand(can_inspect(actor, visit))
    row = ItemResult.objects.select_for_update().filter(visit=visit, point=point).first()
    if row is None:
        raise Refused(_("该检查项不属于本次检查适用的检查表。"), code="point")
    if value == ItemValue.FAILS and not remark.strip():
        raise Refused(_("“不符合”须写明情况。"), code="remark")
    before, said = [row.value, row.remark], [value, remark.strip()]
    row.value, row.remark = said
    row.set_at, row.set_by_id = now(), actor.post_id
    row.save()
    if before != said:
        changes = {str(point): [_in_words(*before), _in_words(*said)]}
        told = {"point": point.number, "said": said}
        record(actor, "visit.check_item", visit, changes=changes, facts=told)
    return row


def _in_words(value: str, remark: str) -> str:
    """An answer as the history keeps it: in Chinese, whatever the language of the screen."""
    with override(settings.LANGUAGE_CODE):
        answer = str(ItemValue(value).label) if value else ""
    return f"{answer}（{remark}）" if remark else answer


@transaction.atomic
def add_finding(visit: Visit, *, matter: Matter, actor: Actor, **facts: Any) -> Finding:
    """Record a finding; its bureau follows from the matter (AG5).

    ``facts``: facts, severity; basis (the matter's when empty), point when there is one. The same
    words of the same person again are the same finding: a phone sends anew what got no answer.
    """
    demand(can_inspect(actor, visit))
    said = {"matter": matter, "facts": facts["facts"], "point": facts.get("point")}
    same = visit.findings.standing().filter(**said, found_by_id=actor.post_id).first()
    if same is not None:
        return same
    facts["basis"] = facts.get("basis") or matter.basis
    finding = Finding.objects.create(
        visit=visit,
        matter=matter,
        agency=_competent(visit, matter),
        found_at=now(),
        found_by_id=actor.post_id,
        **facts,
    )
    told = {"finding": finding.pk, "matter": matter.code, "agency": finding.agency_id}
    record(actor, "finding.add", finding, facts=told)
    return finding


def _competent(visit: Visit, matter: Matter) -> Agency:
    agencies = Agency.objects.filter(pk__in=visit.bureau_ids)
    key = competent(matter.authority, {agency.kind: agency.pk for agency in agencies})
    if key is not None:
        return agencies.get(pk=key)
    place = visit.initiating.region_id
    other = Agency.objects.active().filter(kind=matter.authority, region=place).first()
    if other is None:
        message = _("本区没有该事项的主办部门，请改选监管事项或先登记主办部门。")
        raise Refused(message, code="competent")
    return other


@transaction.atomic
def edit_finding(finding: Finding, *, version: int, actor: Actor, **facts: Any) -> None:
    """Change a finding before the record is written; Conflict when a colleague did."""
    demand(can_edit(actor, finding))
    if "matter" in facts:
        facts["agency"] = _competent(finding.visit, facts["matter"])
    before = {name: getattr(finding, name) for name in facts}
    rows = Finding.objects.filter(pk=finding.pk, version=version)
    if not rows.update(version=version + 1, **facts):
        raise conflict_of(finding)
    changed = {name: new for name, new in facts.items() if before[name] != new}
    changes = {name: [_plain(before[name]), _plain(new)] for name, new in changed.items()}
    record(actor, "finding.edit", finding, changes=changes, facts={"finding": finding.pk})
    finding.refresh_from_db()


def _plain(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value


@transaction.atomic
def drop_finding(finding: Finding, *, reason: str, actor: Actor) -> None:
    """A finding that turned out wrong on site stays readable with the reason."""
    demand(can_edit(actor, finding))
    if not reason.strip():
        raise Refused(_("请写明理由。"), code="reason")
    if not Finding.objects.filter(pk=finding.pk, dropped_reason="").update(dropped_reason=reason):
        raise conflict_of(finding)
    finding.dropped_reason = reason
    record(actor, "finding.drop", finding, reason=reason, facts={"finding": finding.pk})


@transaction.atomic
def add_evidence(
    visit: Visit,
    *,
    upload: UploadedFile,
    place: str,
    actor: Actor,
    kind: str = EvidenceKind.PHOTO,
    taken_at: dt.datetime | None = None,
    finding: Finding | None = None,
    point: ChecklistPoint | None = None,
    note: str = "",
) -> Evidence:
    """Keep a file as evidence: its hash, when and where it was taken (IS5, 行政处罚法 art. 46).

    The same file for the same point and finding again changes nothing.
    """
    demand(can_inspect(actor, visit))
    same = _same_file(visit, upload).filter(finding=finding, point=point).first()
    if same is not None:
        return same
    taken = _taken(visit, taken_at)
    if finding is not None and finding.visit_id != visit.pk:
        raise Refused(_("该问题不属于本次检查。"), code="finding")
    stored = files.store_upload(upload, purpose=PURPOSE, actor=actor)
    evidence = Evidence.objects.create(
        visit=visit,
        finding=finding,
        point=point,
        file=stored,
        kind=kind,
        taken_at=taken,
        place=place,
        note=note,
        made_by_id=actor.post_id,
    )
    files.attach(stored, subject_ref=ref(evidence), actor=actor)
    told = {"evidence": evidence.pk, "sha256": stored.sha256, "taken_at": taken}
    record(actor, "evidence.add", evidence, facts=told)
    return evidence


def _taken(visit: Visit, at: dt.datetime | None) -> dt.datetime:
    moment = now()
    taken = at or moment
    if taken > moment or (visit.opened_at and taken < visit.opened_at - dt.timedelta(days=1)):
        raise Refused(_("取得时间应在本次检查期间。"), code="taken_at")
    return taken


def _same_file(visit: Visit, upload: UploadedFile) -> EvidenceQuerySet:
    """The visit's evidence with these very bytes."""
    upload.seek(0)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return Evidence.objects.filter(visit=visit, file__sha256=digest.hexdigest())


@transaction.atomic
def link_case(finding: Finding, case_ref: str, actor: Actor) -> None:
    """The competent bureau opened a case upon this finding; Refused when another one did."""
    _link(finding, "case_ref", case_ref, actor)


@transaction.atomic
def link_lead(finding: Finding, lead_ref: str, actor: Actor) -> None:
    """The finding went on as a lead to a bureau that was not on the visit."""
    _link(finding, "lead_ref", lead_ref, actor)


def _link(finding: Finding, field: str, value: str, actor: Actor) -> None:
    demand(can_link(actor, finding))
    if not finding.stands:
        raise Refused(_("该问题已撤销。"), code="dropped")
    free = Finding.objects.filter(pk=finding.pk, **{f"{field}__in": ["", value]})
    if not free.update(**{field: value}):
        raise Refused(_("该问题已关联其他案件或线索。"), code="linked")
    before = getattr(finding, field)
    setattr(finding, field, value)
    if before != value:
        changes = {field: [before, value]}
        record(actor, "finding.link", finding, changes=changes, facts={"finding": finding.pk})
