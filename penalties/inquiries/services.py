"""Evidence, holds, pauses, extensions, and the end of the investigation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.accounts.models import Post, User
from agencies.models import Inspector
from penalties.cases import selectors, workflow
from penalties.cases.choices import OPEN_INQUIRY, CaseState, Outcome, Procedure
from penalties.cases.models import Case, Investigator
from penalties.cases.permissions import can_approve, can_handle
from penalties.cases.services import (
    FOUND,
    VERIFICATION,
    check_investigators,
    running_clock,
    start_clock,
)
from penalties.discretion.choices import MITIGATING, PenaltyKind
from penalties.discretion.selectors import demand_fine, demand_kinds
from penalties.inquiries.choices import ExtensionKind, RequestState
from penalties.inquiries.models import CaseExtension, Evidence, EvidenceHold, Pause
from penalties.reviews.selectors import discussed_until
from portal.access import Actor, Role, demand, job_actor
from portal.audit import record
from portal.clocks import services as clocks
from portal.clocks.choices import ClockState
from portal.clocks.days import demand_happened, demand_meant
from portal.clocks.models import Clock
from portal.clocks.now import SHANGHAI
from portal.clocks.rules import Term, count
from portal.errors import Conflict, Refused
from portal.files.models import StoredFile
from portal.law.selectors import rule_on, working_calendar

OPENED = gettext_lazy("立案日期")
GRANTED_BY = job_actor("case.extension")


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One piece of evidence as it was obtained."""

    kind: str
    title: str
    obtained_at: dt.datetime
    place: str
    officers: tuple[Inspector, Inspector]
    proves: str = ""
    file: StoredFile | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the investigators propose at the end. Sums in yuan."""

    report: str
    outcome: str
    fine: Decimal = Decimal(0)
    confiscation: Decimal = Decimal(0)
    kinds: Sequence[str] = ()
    factors: Sequence[str] = ()
    discretion_reason: str = ""


@transaction.atomic
def add_evidence(case: Case, *, exhibit: Exhibit, actor: Actor) -> Evidence:
    """Register evidence that two investigators of the case obtained (处罚法 arts. 42, 46)."""
    demand(can_handle(actor, case))
    if case.state not in {CaseState.VERIFYING, CaseState.INVESTIGATING}:
        raise Refused(_("只有在核查和调查阶段可以登记证据。"), code="too_late")
    first, second = exhibit.officers
    on = exhibit.obtained_at.astimezone(SHANGHAI).date()
    demand_happened(on, _("取得日期"), (FOUND, case.found_on))
    if first.pk == second.pk:
        raise Refused(_("取证须由两名执法人员进行。"), code="one_officer")
    team = Investigator.objects.filter(case=case, from_on__lte=on)
    known = set(team.values_list("inspector_id", flat=True))
    if not {first.pk, second.pk} <= known:
        raise Refused(_("取证人员须是取证时本案的办案人员。"), code="not_on_case")
    check_investigators([each for each in team if each.inspector_id in {first.pk, second.pk}], on)
    workflow.hold(case)
    sha256 = exhibit.file.sha256 if exhibit.file else ""
    same = {"kind": exhibit.kind, "title": exhibit.title, "obtained_at": exhibit.obtained_at}
    if case.evidence.filter(**same, place=exhibit.place, sha256=sha256).exists():
        raise Refused(_("该证据已经登记，无需重复登记。"), code="known")
    last = case.evidence.aggregate(last=Max("number"))["last"] or 0
    made = Evidence.objects.create(
        case=case,
        number=last + 1,
        kind=exhibit.kind,
        title=exhibit.title,
        proves=exhibit.proves,
        obtained_at=exhibit.obtained_at,
        place=exhibit.place,
        first_officer=first,
        second_officer=second,
        file=exhibit.file,
        sha256=sha256,
    )
    facts = {"number": made.number, "title": made.title, "sha256": made.sha256}
    record(actor, "case.add_evidence", case, facts=facts)
    return made


@transaction.atomic
def hold_evidence(
    case: Case, *, items: str, place: str, approved_by: Post, on: dt.date, actor: Actor
) -> EvidenceHold:
    """先行登记保存, approved by a head; a decision within seven working days (D03)."""
    demand(can_handle(actor, case))
    if case.state not in {CaseState.VERIFYING, CaseState.INVESTIGATING}:
        raise Refused(_("只有在核查和调查阶段可以先行登记保存证据。"), code="too_late")
    demand_happened(on, _("保存日期"), (FOUND, case.found_on))
    own = approved_by.agency_id == case.agency_id
    if not own or not {Role.LEADER, Role.CHIEF} & set(approved_by.roles):
        raise Refused(_("先行登记保存须经本单位负责人批准。"), code="approver")
    if approved_by.user_id == actor.user_id:
        raise Refused(_("不能自己批准自己的申请。"), code="own_approval")
    workflow.hold(case)
    if case.holds.filter(items=items, place=place, held_on=on).exists():
        raise Refused(_("该批物品已经登记保存，无需重复登记。"), code="known")
    clock = start_clock(case, "D03", on=on, actor=actor)
    made = EvidenceHold.objects.create(
        case=case, items=items, place=place, held_on=on, approved_by=approved_by, clock=clock
    )
    record(actor, "case.hold_evidence", case, facts={"hold": made.pk, "due": clock.due_on})
    return made


@transaction.atomic
def decide_hold(hold: EvidenceHold, *, decision: str, on: dt.date, actor: Actor) -> None:
    """Say what becomes of what was kept."""
    demand(can_handle(actor, hold.case))
    demand_happened(on, _("处理日期"), (_("保存日期"), hold.held_on))
    rows = EvidenceHold.objects.filter(pk=hold.pk, decision="")
    if rows.update(decision=decision, decided_on=on) != 1:
        raise Conflict(_("先行登记保存的证据已处理"))
    clocks.stop(Clock.objects.select_related("rule").get(pk=hold.clock_id), on=on, actor=actor)
    facts = {"hold": hold.pk, "decision": decision}
    record(actor, "case.decide_hold", hold.case, facts=facts)


@transaction.atomic
def pause(case: Case, *, kind: str, reason: str, on: dt.date, actor: Actor) -> Pause:
    """Stop counting the 90 days: notice by announcement, expertise, suspension (D09c)."""
    demand(can_handle(actor, case))
    clock = running_clock(case, "D09")
    if case.state not in OPEN_INQUIRY or clock is None:
        raise Refused(_("办案期限没有在计算，不能中止。"), code="not_running")
    demand_happened(on, _("中止日期"), (OPENED, case.opened_on))
    try:
        with transaction.atomic():
            made = Pause.objects.create(case=case, kind=kind, from_on=on, reason=reason)
    except IntegrityError as error:
        raise Refused(_("案件已在中止期间。"), code="paused") from error
    if clock.state == ClockState.RUNNING:  # a hearing may have stopped it already
        clocks.suspend(clock, on=on, reason=reason, actor=actor)
    record(actor, "case.pause", case, reason=reason, facts={"kind": kind, "on": on})
    return made


@transaction.atomic
def resume(case: Case, *, reason: str, on: dt.date, actor: Actor) -> None:
    """Count on; the last day moves by what was lost.

    While a hearing goes on the ninety days stand still whatever else ended (D09c): its end
    resumes them.
    """
    demand(can_handle(actor, case))
    rows = Pause.objects.select_for_update().filter(case=case, until_on=None)
    span = rows.first()
    if span is None:
        raise Refused(_("案件没有中止。"), code="not_paused")
    demand_happened(on, _("恢复日期"), (_("中止日期"), span.from_on))
    rows.update(until_on=on)
    clock = running_clock(case, "D09")
    heard = Case.objects.filter(pk=case.pk, state=CaseState.HEARING).exists()
    if clock is not None and not heard:
        clocks.resume(clock, on=on, reason=reason, actor=actor)
    record(actor, "case.unpause", case, reason=reason, facts={"on": on})


@transaction.atomic
def ask_extension(
    case: Case, *, kind: str, until: dt.date, reason: str, actor: Actor
) -> CaseExtension:
    """Ask the leader for more time, within what the law allows for this kind."""
    demand(can_handle(actor, case))
    clock = _clock_of(case, kind)
    latest = latest_until(case, kind, clock)
    if latest is None:
        raise Refused(_("请先由集体讨论决定第二次延长的期限。"), code="not_discussed")
    demand_meant(until, _("延长至"))
    if until > latest:
        words = {"until": until.isoformat(), "latest": latest.isoformat()}
        raise Refused(
            _("最多只能延长到 %(latest)s，不能延长到 %(until)s。") % words, code="too_long"
        )
    _check_order(case, kind)
    made = _request(case, kind, until, reason, actor)
    facts = {"kind": kind, "until": until}
    record(actor, "case.ask_extension", case, reason=reason, facts=facts)
    return made


def _request(case: Case, kind: str, until: dt.date, reason: str, actor: Actor) -> CaseExtension:
    post = actor.post_id or case.handler_id
    facts = {"kind": kind, "until": until, "reason": reason, "asked_by_id": post}
    try:
        with transaction.atomic():
            return CaseExtension.objects.create(case=case, **facts)
    except IntegrityError as error:
        raise Refused(_("已有待批准的延期申请。"), code="open_request") from error


def latest_until(case: Case, kind: str, clock: Clock) -> dt.date | None:
    """The last day that this extension may reach; None while the discussion is missing."""
    if kind == ExtensionKind.SECOND:
        return discussed_until(case)
    if kind == ExtensionKind.VERIFICATION:
        term = Term(length=clock.rule.extension_length or 0, unit=clock.rule.unit)
    else:
        term = rule_on("D09a", clock.started_on).term()
    return count(term, clock.legal_due_on, working_calendar()).due_on


def _clock_of(case: Case, kind: str) -> Clock:
    verifying = kind == ExtensionKind.VERIFICATION
    code = VERIFICATION[Procedure(case.procedure)] if verifying else "D09"
    clock = running_clock(case, code)
    if clock is None:
        raise Refused(_("该期限没有在计算，不能延长。"), code="not_running")
    return clock


def _check_order(case: Case, kind: str) -> None:
    granted = case.extensions.filter(answer=RequestState.GRANTED)
    if granted.filter(kind=kind).exists():
        raise Refused(_("该类延期只能批准一次。"), code="once")
    if kind == ExtensionKind.SECOND and not granted.filter(kind=ExtensionKind.FIRST).exists():
        raise Refused(_("须先经负责人批准第一次延长，才能第二次延长。"), code="first")


@transaction.atomic
def answer_extension(extension: CaseExtension, *, grants: bool, on: dt.date, actor: Actor) -> None:
    """The leader grants or refuses; granted, the clock moves."""
    case = extension.case
    demand(can_approve(actor, case))
    demand_happened(on, _("批准日期"), (FOUND, case.found_on))
    answer = RequestState.GRANTED if grants else RequestState.REFUSED
    rows = CaseExtension.objects.filter(pk=extension.pk, answer=RequestState.ASKED)
    if rows.update(answer=answer, answered_by_id=actor.post_id, answered_on=on) != 1:
        raise Conflict(_("延期申请已答复"))
    facts = {"kind": extension.kind, "until": extension.until, "granted": grants}
    record(actor, "case.answer_extension", case, facts=facts)
    if grants:
        clocks.extend(
            _clock_of(case, extension.kind),
            until=extension.until,
            reason=extension.reason,
            approver=User.objects.get(pk=actor.user_id),
            on=on,
            actor=GRANTED_BY,
        )


@transaction.atomic
def finish(case: Case, *, proposal: Proposal, on: dt.date, actor: Actor) -> None:
    """调查终结: evidence, two certified investigators, and a proposal within the bounds."""
    demand_happened(on, _("终结日期"), (OPENED, case.opened_on))
    check_investigators(selectors.investigators_of(case), on)
    if not case.evidence.exists():
        raise Refused(_("没有登记任何证据，不能终结调查。"), code="no_evidence")
    if not proposal.report.strip():
        raise Refused(_("请填写调查终结报告。"), code="no_report")
    if case.holds.filter(decision="").exists():
        raise Refused(_("先行登记保存的证据尚未处理，请先作出处理决定。"), code="open_hold")
    check_proposal(case, proposal)
    workflow.of(case).apply("finish", case, actor=actor, facts={"on": on})
    write_proposal(case, proposal)


def check_proposal(case: Case, proposal: Proposal) -> None:
    """Refused for a penalty without kinds, or for a fine that its basis does not allow."""
    if proposal.outcome != Outcome.PENALTY:
        if proposal.fine or proposal.confiscation or proposal.kinds:
            raise Refused(_("不予处罚、撤案或者移送的，不能同时提出处罚。"), code="no_penalty")
        return
    if not proposal.kinds:
        raise Refused(_("请选择处罚种类。"), code="no_kind")
    if (PenaltyKind.FINE in proposal.kinds) != (proposal.fine > 0):
        raise Refused(_("处罚种类含罚款的，须填写罚款数额，反之亦然。"), code="fine_kind")
    if (PenaltyKind.CONFISCATION in proposal.kinds) != (proposal.confiscation > 0):
        raise Refused(_("处罚种类含没收的，须填写没收数额，反之亦然。"), code="confiscation_kind")
    if not proposal.discretion_reason.strip():
        raise Refused(_("请写明裁量理由。"), code="no_reason")
    mitigated = not MITIGATING.isdisjoint(proposal.factors)
    circumstances = selectors.circumstances(case, mitigated=mitigated)
    demand_fine(case.matter_code, case.party, case.act_on, proposal.fine, circumstances)
    demand_kinds(case.matter_code, case.party, case.act_on, proposal.kinds)


def write_proposal(case: Case, proposal: Proposal) -> None:
    facts = {
        "report": proposal.report,
        "proposed_outcome": proposal.outcome,
        "proposed_fine": proposal.fine,
        "proposed_confiscation": proposal.confiscation,
        "proposed_kinds": list(proposal.kinds),
        "factors": list(proposal.factors),
        "discretion_reason": proposal.discretion_reason,
    }
    Case.objects.filter(pk=case.pk).update(**facts)
    case.refresh_from_db()


@transaction.atomic
def reopen_investigation(case: Case, *, actor: Actor) -> None:
    """The handler goes on investigating before anything was submitted."""
    workflow.of(case).apply("resume", case, actor=actor)
