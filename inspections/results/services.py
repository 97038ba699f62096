"""The verbs of results: enter them, have them reviewed, note next steps, close by bureau."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.delegations.selectors import signature
from agencies.models import Agency
from inspections.results import rules
from inspections.results.choices import NOTED_BY_HAND, Clash, ReviewDecision
from inspections.results.models import ResultCode, ResultReview, ResultStep, VisitResult
from inspections.results.papers import RESULT, result_content
from inspections.results.permissions import side_of
from inspections.results.selectors import owed
from inspections.visits import workflow
from inspections.visits.choices import VisitState
from inspections.visits.models import Visit
from inspections.visits.permissions import can_close, can_follow_up, can_set_results
from inspections.visits.services import end_open_check
from portal.access import Actor, Role, demand
from portal.audit import record
from portal.clocks import now
from portal.errors import Refused
from portal.events import VISIT_CLOSED, announce
from portal.inbox.sentences import Sentence, sentence
from portal.inbox.services import send
from portal.papers import services as papers
from portal.refs import ref

SEEDS = Path(__file__).parent.parent / "seeds"


def seed_result_codes() -> None:
    """The codes of the file: add what is missing, leave what somebody edited since."""
    with (SEEDS / "results.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if not ResultCode.objects.filter(code=row["code"], from_on=None).exists():
                ResultCode.objects.create(**{**row, "is_alone": row["is_alone"] == "1"})


# --- Results and their review -----------------------------------------------------------------


@transaction.atomic
def add_result(visit: Visit, *, code: ResultCode, note: str = "", actor: Actor) -> VisitResult:
    """One code for the bureau that the actor speaks for."""
    agency = _may_enter(visit, actor)
    kinds = dict(Agency.objects.filter(pk__in=visit.bureau_ids).values_list("pk", "kind"))
    own = rules.binds(code.authority, kinds[agency], kinds.values())
    if not own and code.code != visit.outcome:
        raise Refused(_("该结果由另一部门登记。"), code="authority")
    _check_clash(visit, agency, code)
    facts = {"set_at": now(), "set_by_id": actor.post_id}
    result = visit.results.create(agency_id=agency, code=code, note=note, **facts)
    _keep_author(visit, actor)
    record(actor, "visit.add_result", visit, facts={"code": code.code, "agency": agency})
    return result


def _keep_author(visit: Visit, actor: Actor) -> None:
    """Whoever had a hand in the results does not review them."""
    by = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk).results_by
    if actor.user_id is not None and actor.user_id not in by:
        visit.results_by = [*by, actor.user_id]
        Visit.objects.filter(pk=visit.pk).update(results_by=visit.results_by)


def _check_clash(visit: Visit, agency: int, code: ResultCode) -> None:
    others = visit.results.filter(agency=agency).values_list("code__code", "code__is_alone")
    findings = visit.findings.standing().filter(agency=agency).count()
    fault = rules.clash(code.code, code.is_alone, others, findings)
    if fault:
        raise Refused(str(Clash(fault).label), code=fault)


@transaction.atomic
def remove_result(result: VisitResult, *, actor: Actor) -> None:
    """Take a code back before the review."""
    visit = result.visit
    if _may_enter(visit, actor) != result.agency_id:
        raise Refused(_("只能修改本部门登记的结果。"), code="agency")
    facts = {"code": result.code.code, "agency": result.agency_id}
    visit.results.filter(pk=result.pk).delete()
    record(actor, "visit.remove_result", visit, facts=facts)


def _may_enter(visit: Visit, actor: Actor) -> int:
    demand(can_set_results(actor, visit))
    if visit.state != VisitState.SIGNED:
        raise Refused(_("笔录签字后、提交复核前才能登记检查结果。"), code="wrong_state")
    agency = side_of(actor, visit)
    if agency is None:
        raise Refused(_("只有实施部门可以登记检查结果。"), code="agency")
    return agency


@transaction.atomic
def submit_results(visit: Visit, *, actor: Actor) -> None:
    """Hand the results to somebody who was not there; every bureau has entered its own."""
    entered = set(visit.results.values_list("agency", flat=True))
    silent = [pk for pk in visit.bureau_ids if pk not in entered]
    if silent:
        names = _("、").join(agency.short_name for agency in Agency.objects.filter(pk__in=silent))
        raise Refused(_("%(agencies)s尚未登记检查结果。") % {"agencies": names}, code="results")
    workflow.visit.apply("submit_results", visit, actor=actor)
    _keep_author(visit, actor)
    _tell(
        visit,
        visit.initiating_id,
        sentence(gettext_noop("请复核检查结果：%(visit)s"), visit=visit.institution_name),
        "results",
        actor,
    )


@transaction.atomic
def review(visit: Visit, *, opinion: str = "", actor: Actor) -> None:
    """The second person agrees: from now on the result may be published."""
    workflow.visit.apply("review", visit, actor=actor, reason=opinion)
    _keep_review(visit, ReviewDecision.APPROVED, opinion, actor)
    content = result_content(visit)
    papers.draft(RESULT, visit, content=content, agency=visit.initiating, actor=actor)
    for agency in visit.bureau_ids:
        _tell(
            visit,
            agency,
            sentence(
                gettext_noop("检查结果已复核，请办结和公示：%(visit)s"),
                visit=visit.institution_name,
            ),
            "reviewed",
            actor,
        )
    send(
        to_institution=visit.institution_id,
        title=sentence(gettext_noop("行政检查结果告知：%(on)s 的检查结果已复核"), on=_day(visit)),
        url=visit.get_absolute_url(),
        subject_ref=ref(visit),
        key="results told",
        actor=actor,
    )


def _day(visit: Visit) -> dt.date:
    return localtime(visit.ended_at).date() if visit.ended_at else visit.planned_to


@transaction.atomic
def return_results(visit: Visit, *, reason: str, actor: Actor) -> None:
    """The second person sends the results back with a reason."""
    workflow.visit.apply("return_results", visit, actor=actor, reason=reason)
    _keep_review(visit, ReviewDecision.RETURNED, reason, actor)


def _keep_review(visit: Visit, decision: str, opinion: str, actor: Actor) -> None:
    ResultReview.objects.create(
        visit=visit,
        decision=decision,
        opinion=opinion,
        reviewer_id=actor.post_id,
        signature=signature(actor),
        reviewed_at=now(),
    )


# --- Next steps and closing -------------------------------------------------------------------


@transaction.atomic
def note_step(
    result: VisitResult,
    *,
    step: str,
    reference: str,
    taken_on: dt.date,
    note: str = "",
    actor: Actor,
) -> ResultStep:
    """A next step taken in another system, with its number there (EV15)."""
    visit = result.visit
    demand(can_follow_up(actor, visit))
    if side_of(actor, visit) != result.agency_id:
        raise Refused(_("只能登记本部门结果的后续处理。"), code="agency")
    if step not in NOTED_BY_HAND:
        raise Refused(_("该后续处理须在本系统内办理。"), code="step")
    if not any(step in group for group in rules.open_steps(result.code.steps, ())):
        raise Refused(_("该检查结果不需要这项后续处理。"), code="step")
    if not reference.strip():
        raise Refused(_("请填写文号或编号。"), code="reference")
    taken = result.taken.create(
        step=step,
        reference=reference.strip(),
        taken_on=taken_on,
        note=note,
        noted_by_id=actor.post_id,
    )
    facts = {"code": result.code.code, "step": step, "reference": reference.strip()}
    record(actor, "visit.note_step", visit, facts=facts)
    return taken


@transaction.atomic
def close_part(visit: Visit, *, actor: Actor) -> None:
    """A bureau closes its part; with the last part the visit is closed (IS9)."""
    fresh = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    visit.state = fresh.state
    demand(can_close(actor, visit))
    if visit.state != VisitState.REVIEWED:
        raise Refused(_("检查结果复核通过后才能办结。"), code="wrong_state")
    agency = actor.agency_id or 0
    missing = owed(visit, agency)
    if missing:
        raise Refused("".join(missing), code="steps", details=missing)
    others_open = visit.parts.filter(closed_at=None).exclude(agency=agency).exists()
    if others_open:
        record(actor, "visit.close_part", visit, facts={"agency": agency})
    else:
        workflow.visit.apply("close", visit, actor=actor)
        Visit.objects.filter(pk=visit.pk).update(closed_at=now())
    done = {"closed_at": now(), "closed_by": actor.post_id}
    visit.parts.filter(agency=agency, closed_at=None).update(**done)
    if others_open:
        return
    end_open_check(visit, actor=actor)
    announce(VISIT_CLOSED, visit.pk, actor=actor)


def _tell(visit: Visit, agency: int, title: Sentence, event: str, actor: Actor) -> None:
    key = f"{event}:{visit.reviews.count()}"
    send(
        to_agency=agency,
        role=Role.OFFICER,
        title=title,
        url=visit.get_absolute_url(),
        subject_ref=ref(visit),
        key=key,
        actor=actor,
    )
