"""What a finding's page says about its case."""

from __future__ import annotations

from typing import Any

from agencies.matters.choices import MatterKind
from inspections.findings.models import Finding
from inspections.findings.permissions import can_link
from penalties.cases.choices import Source
from penalties.cases.models import Case
from penalties.cases.permissions import can_begin
from portal.access import Actor
from portal.clocks.now import SHANGHAI


def finding_panel(finding: Finding, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The finding's case for those who may see it; for the competent bureau the way to one."""
    if not actor.is_staff:
        return None
    _name, _colon, key = finding.case_ref.partition(":")
    case = Case.objects.visible_to(actor).filter(pk=int(key)).first() if key else None
    may = finding.agency_id == actor.agency_id and finding.stands and not key
    begin = may and bool(can_begin(actor)) and bool(can_link(actor, finding))
    if case is None and not begin:
        return None
    return "penalties/origins/part_finding.html", {"case": case, "finding": finding}


def allegation_of(finding: Finding) -> dict[str, Any]:
    """What the register's form knows already from a finding."""
    visit = finding.visit
    found_on = finding.found_at.astimezone(SHANGHAI).date()
    is_violation = finding.matter.kind == MatterKind.VIOLATION
    return {
        "institution": visit.institution.uscc,
        "matter": finding.matter_id if is_violation else None,
        "source": Source.INSPECTION,
        "found_on": found_on,
        "act_on": found_on,
        "facts": finding.facts,
    }
