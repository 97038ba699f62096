"""The record on the visit's page, with whose signature is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import Agency
from inspections.signing.models import Signature, VisitRecord
from inspections.signing.permissions import can_enter_institution, can_sign
from inspections.signing.rules import bureaus_missing
from inspections.visits.choices import VisitState
from inspections.visits.models import Visit
from portal.access import Actor


def record_of(visit: Visit, actor: Actor) -> VisitRecord | None:
    return VisitRecord.objects.visible_to(actor).filter(visit=visit).first()


def signatures_of(written: VisitRecord) -> list[Signature]:
    """The valid ones."""
    rows = written.signatures.valid().prefetch_related("witnesses")
    return list(rows.select_related("member__bureau"))


def missing(visit: Visit, signatures: list[Signature]) -> list[str]:
    """Whose signatures the record still needs, in words."""
    signed_for = [each.member.bureau_id for each in signatures if each.member is not None]
    short = bureaus_missing(visit.bureau_ids, signed_for)
    names = [agency.short_name for agency in Agency.objects.filter(pk__in=short)]
    found = [_("%(agency)s的检查人员（每部门至少两人）") % {"agency": name} for name in names]
    if not visit.outcome and not any(each.member_id is None for each in signatures):
        found.append(_("被检查机构（或注明拒绝签字）"))
    return found


def panel(visit: Visit, actor: Actor) -> tuple[str, Mapping[str, Any]] | None:
    written = record_of(visit, actor)
    if written is None:
        return None
    signatures = signatures_of(written)
    waiting = visit.state == VisitState.RECORDED
    context = {
        "visit": visit,
        "record": written,
        "signatures": signatures,
        "missing": missing(visit, signatures) if waiting else [],
        "can": {
            "sign": can_sign(actor, visit),
            "institution": can_enter_institution(actor, visit),
        },
    }
    return "inspections/signing/part_record.html", context
