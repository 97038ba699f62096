"""What a bureau still owes before it may close its part."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from inspections.findings.models import Finding
from inspections.rectifications.choices import OrderState
from inspections.results import rules
from inspections.results.choices import NOTED_BY_HAND, Step
from inspections.results.models import ResultCode, VisitResult
from inspections.results.permissions import side_of
from inspections.visits.choices import SIGNED_STATES, VisitState
from inspections.visits.models import Visit
from inspections.visits.permissions import can_follow_up, can_set_results, sees_inside
from portal.access import Actor


def steps_done(result: VisitResult, visit: Visit) -> set[str]:
    """Which next steps exist for a result of a bureau: its own, not those of the other one."""
    agency = result.agency_id
    done = {each.step for each in result.taken.all()}
    findings = visit.findings.standing().exclude(case_ref="", lead_ref="")
    if visit.orders.filter(agency=agency).exclude(state=OrderState.REVOKED).exists():
        done.add(Step.ORDER)
    if any(_is_mine(each, visit, agency) for each in findings):
        done.add(Step.CASE)
    if visit.institution.status in result.code.registry_status.split(rules.OR):
        done.add(Step.REGISTRY)
    return done


def owed(visit: Visit, agency_id: int) -> list[str]:
    """What a bureau must still do, as sentences; empty when its part may be closed."""
    rows = visit.results.filter(agency=agency_id).select_related("code", "agency")
    sentences = []
    for result in rows.prefetch_related("taken"):
        for group in open_groups(result, visit):
            words = {"code": result.code, "steps": _alternatives(group)}
            sentences.append(_("结果“%(code)s”尚未%(steps)s。") % words)
    return sentences + _findings_owed(visit, agency_id)


def open_groups(result: VisitResult, visit: Visit) -> list[list[str]]:
    """The steps that a result still asks of its bureau, as groups of alternatives."""
    kinds = list(visit.parts.values_list("agency__kind", flat=True))
    if not rules.binds(result.code.authority, result.agency.kind, kinds):
        return []
    return rules.open_steps(result.code.steps, steps_done(result, visit))


def _alternatives(group: Collection[str]) -> str:
    return _("或").join(str(Step(each).label) for each in group)


def steps_in_words(code: ResultCode) -> str:
    """What a code asks for: the next step of regulation §5.2; publication alone where none is."""
    groups = [_alternatives(group) for group in rules.open_steps(code.steps, ())]
    return _("；").join(groups) or _("公示检查结果")


def _findings_owed(visit: Visit, agency_id: int) -> list[str]:
    """Every finding is ordered, a case or a lead; one of an absent bureau goes to it as a lead."""
    answered = visit.orders.exclude(state=OrderState.REVOKED).values("findings")
    left = visit.findings.standing().filter(case_ref="", lead_ref="").exclude(pk__in=answered)
    own = [f for f in left.select_related("matter", "agency") if _is_mine(f, visit, agency_id)]
    message = _("问题“%(finding)s”尚未责令改正、立案或转线索。")
    return [message % {"finding": finding} for finding in own]


def _is_mine(finding: Finding, visit: Visit, agency_id: int) -> bool:
    competent = finding.agency_id
    return competent == agency_id or (
        competent not in visit.bureau_ids and agency_id == visit.initiating_id
    )


def panel(visit: Visit, actor: Actor) -> tuple[str, Mapping[str, Any]] | None:
    """The results with their next steps, what is still owed, and the reviews.

    From the outcome at a closed door on, its code with what it asks for (EV17).
    """
    if visit.state not in SIGNED_STATES and not visit.outcome:
        return None
    rows = VisitResult.objects.visible_to(actor).filter(visit=visit)
    results = list(rows.select_related("code", "agency").prefetch_related("taken"))
    staff = actor.is_staff and sees_inside(actor, visit)
    if not results and not staff:
        return None
    entering = visit.state == VisitState.SIGNED and bool(can_set_results(actor, visit))
    context = {
        "visit": visit,
        "results": [_line(each, visit) for each in results] if staff else results,
        "outcome": outcome_code(visit),
        "owed": [(part.agency, owed(visit, part.agency_id)) for part in _open_parts(visit, staff)],
        "reviews": visit.reviews.all() if staff else [],
        "side": side_of(actor, visit),
        "can_enter": entering,
        "can_follow_up": can_follow_up(actor, visit),
    }
    return "inspections/results/part_results.html", context


def _line(result: VisitResult, visit: Visit) -> VisitResult:
    """A result with its steps in words, what is open of them, and what is noted by hand."""
    groups = open_groups(result, visit)
    result.next_steps = steps_in_words(result.code) if result.code.steps else ""  # type: ignore[attr-defined]  # for the page
    result.open_steps = {step for group in groups for step in group}  # type: ignore[attr-defined]  # for the page
    result.by_hand = bool(result.open_steps & set(NOTED_BY_HAND))  # type: ignore[attr-defined]  # for the page
    return result


def outcome_code(visit: Visit) -> tuple[ResultCode, str] | None:
    """The result code of what was met at the door, and its next step in words."""
    if not visit.outcome:
        return None
    day = localtime(visit.ended_at).date() if visit.ended_at else visit.planned_to
    code = ResultCode.objects.in_force(day).filter(code=visit.outcome).first()
    return (code, steps_in_words(code)) if code is not None else None


def _open_parts(visit: Visit, staff: bool) -> list[Any]:
    if not staff:
        return []
    return list(visit.parts.filter(closed_at=None).select_related("agency"))
