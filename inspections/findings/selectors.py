"""The checklist of a visit as cards, and what was found, for the visit's page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inspections.findings.choices import SEVERITY_TONES, ItemValue, Severity
from inspections.findings.models import Evidence, Finding, ItemResult
from inspections.visits.models import Visit
from inspections.visits.permissions import can_inspect, sees_inside
from portal.access import Actor


@dataclass(slots=True)
class Card:
    """One point of the checklist on the phone: what was said, what was entered, what is wrong."""

    row: ItemResult
    value: str
    remark: str
    error: str = ""
    evidence: list[Evidence] = field(default_factory=list)


def cards(visit: Visit, actor: Actor) -> list[Card]:
    """All points of the visit with their photos. Two queries."""
    rows = ItemResult.objects.visible_to(actor).filter(visit=visit).select_related("point")
    files: dict[int | None, list[Evidence]] = defaultdict(list)
    for each in evidence_of(visit, actor):
        files[each.point_id].append(each)
    return [Card(row, row.value, row.remark, "", files[row.point_id]) for row in rows]


def evidence_of(visit: Visit, actor: Actor) -> list[Evidence]:
    rows = Evidence.objects.visible_to(actor).filter(visit=visit)
    return list(rows.select_related("file", "finding__matter", "point"))


def findings_of(visit: Visit, actor: Actor) -> list[Finding]:
    rows = Finding.objects.visible_to(actor).filter(visit=visit)
    return list(rows.select_related("matter", "agency", "point"))


def panel(visit: Visit, actor: Actor) -> tuple[str, Mapping[str, Any]] | None:
    """Checklist figures, findings and evidence on the visit's page."""
    if not sees_inside(actor, visit):
        return None
    items = cards(visit, actor)
    count = Counter(card.value for card in items)
    findings = findings_of(visit, actor)
    for finding in findings:
        finding.tone = SEVERITY_TONES[Severity(finding.severity)]  # type: ignore[attr-defined]  # for the badge
    context = {
        "visit": visit,
        "cards": items,
        "figures": [(label, count[value]) for value, label in ItemValue.choices],
        "findings": findings,
        "evidence": evidence_of(visit, actor),
        "can_inspect": can_inspect(actor, visit),
    }
    return "inspections/findings/part_findings.html", context
