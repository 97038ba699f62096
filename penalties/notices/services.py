"""Telling the party, hearing it, and ending its time to answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.accounts.models import Post
from penalties.cases import workflow
from penalties.cases.choices import CaseState, Outcome
from penalties.cases.models import Case
from penalties.cases.permissions import can_handle, handled_by
from penalties.cases.services import running_clock, start_clock, stop_clocks
from penalties.consultations.services import demand_settled
from penalties.discretion.selectors import Grounds, demand_grounds, demand_priced
from penalties.notices import rules, selectors
from penalties.notices.choices import NOTICE, PRINTED_UNITS, ServiceMethod
from penalties.notices.models import Defence, Hearing, PriorNotice
from penalties.notices.papers import notice_content
from penalties.reviews import selectors as reviews
from penalties.reviews.choices import DiscussionTrigger, LegalTrigger
from penalties.reviews.services import reopen
from portal.access import Actor, demand
from portal.audit import record
from portal.clocks import services as clocks
from portal.clocks.choices import ClockState
from portal.clocks.days import Since, demand_happened, demand_meant
from portal.clocks.rules import count
from portal.errors import Conflict, Refused
from portal.files.models import StoredFile
from portal.law.selectors import rule_on, working_calendar
from portal.papers import services as papers
from portal.papers.models import Paper
from portal.refs import ref

SERVED, RECEIVED = gettext_lazy("告知送达日期"), gettext_lazy("收到申辩日期")
REQUESTED = gettext_lazy("要求听证日期")
ANSWERS = ("D05", "D06")


@dataclass(frozen=True, slots=True)
class Telling:
    """What the party is to be told."""

    facts: str
    intended: str
    grounds: Grounds


@transaction.atomic
def draft_notice(case: Case, *, telling: Telling, on: dt.date, actor: Actor) -> PriorNotice:
    """拟写告知书: write or rewrite what the party will be told, and its paper.

    Refused while legal review or discussion is due. One that has its number already stays in the
    register as superseded, and a new one takes its place.
    """
    demand(can_handle(actor, case))
    if case.state != CaseState.REVIEWED or case.noticed_on is not None:
        raise Refused(_("当前阶段不能拟写处罚告知书。"), code="wrong_state")
    demand_happened(on, _("拟写日期"), *reviews.steps_before(case))
    _demand_tellable(case, on)
    grounds = telling.grounds
    demand_grounds(grounds, act_on=case.act_on, step_on=on)
    if case.proposed_fine:
        demand_priced(case.matter_code, case.party, case.act_on, grounds.bases)
    facts = {
        "facts": telling.facts,
        "intended": telling.intended,
        "fine": case.proposed_fine,
        "confiscation": case.proposed_confiscation,
        "kinds": case.proposed_kinds,
        "hearing_right": reviews.hearing_due(case, on),
        **grounds.texts(),
    }
    made = _drafted(case, facts, actor)
    made.bases.set(grounds.bases)
    made.violated.set(grounds.violated)
    words = notice_content(made, defence=_period("D05", on), hearing=_period("D06", on))
    known = Paper.objects.of(ref(made)).filter(kind=NOTICE).first()
    if known is None:
        papers.draft(NOTICE, made, content=words, agency=case.agency, actor=actor)
    else:
        papers.redraft(known, content=words, actor=actor)
    record(actor, "case.draft_notice", case, facts={"notice": made.pk, "fine": made.fine})
    return made


def _drafted(case: Case, facts: dict[str, Any], actor: Actor) -> PriorNotice:
    """The open draft with new words; a new one beside a notice that has its number."""
    known = selectors.drafted_notice(case)
    if known is not None and selectors.paper_of(known).is_draft:
        PriorNotice.objects.filter(pk=known.pk).update(**facts)
        known.refresh_from_db()
        return known
    if known is not None:
        PriorNotice.objects.filter(pk=known.pk).update(superseded=True)
        number = selectors.paper_of(known).number
        record(actor, "case.drop_notice", case, facts={"notice": known.pk, "number": number})
    return PriorNotice.objects.create(case=case, **facts)


def _period(code: str, on: dt.date) -> str:
    """五个工作日, from the rule of the day, as the paper prints it."""
    rule = rule_on(code, on)
    return f"{rule.length}个{PRINTED_UNITS[rule.unit]}"


def _demand_tellable(case: Case, day: dt.date) -> None:
    """Everything that must come before the notice is there (处罚法 arts. 29, 57, 58)."""
    if case.proposed_outcome != Outcome.PENALTY:
        raise Refused(_("只有拟给予行政处罚的案件需要告知。"), code="no_penalty")
    demand_reviewed(case, day)
    if case.proposed_fine:
        demand_settled(case)


@transaction.atomic
def give_notice(
    case: Case,
    *,
    method: str,
    served_on: dt.date,
    announced_on: dt.date | None = None,
    actor: Actor,
) -> PriorNotice:
    """处罚告知: the numbered paper reached the party; its days begin (D05, D06).

    Refused while legal review or discussion is due, for a fine on an act that the other
    bureau has a case on and no consultation has settled (处罚法 art. 29), for a paper without
    its number, and for an announcement whose thirty days are not over (D26).
    """
    demand_happened(served_on, SERVED, *reviews.steps_before(case))
    _demand_tellable(case, served_on)
    notice = _deliverable(case, served_on)
    if method == ServiceMethod.ANNOUNCED:
        numbered_on = selectors.paper_of(notice).numbered_on
        demand_announced(announced_on, served_on, (_("告知书成文日期"), numbered_on))
    workflow.of(case).apply("notice", case, actor=actor, facts={"served_on": served_on})
    defence = start_clock(case, "D05", on=served_on, actor=actor)
    hearing = notice.hearing_right
    asked = start_clock(case, "D06", on=served_on, actor=actor) if hearing else None
    Case.objects.filter(pk=case.pk).update(noticed_on=served_on)
    case.noticed_on = served_on
    PriorNotice.objects.filter(pk=notice.pk).update(
        method=method,
        served_on=served_on,
        announced_on=announced_on if method == ServiceMethod.ANNOUNCED else None,
        defence_until=defence.legal_due_on,
        hearing_until=asked.legal_due_on if asked else None,
    )
    notice.refresh_from_db()
    return notice


def _deliverable(case: Case, served_on: dt.date) -> PriorNotice:
    """The drafted notice, numbered, and still what the review passed."""
    notice = selectors.drafted_notice(case)
    if notice is None:
        raise Refused(_("请先拟写处罚告知书并编号，再登记送达。"), code="no_draft")
    told = (notice.fine, notice.confiscation, sorted(notice.kinds), notice.hearing_right)
    due = reviews.hearing_due(case, served_on)
    if told != (
        case.proposed_fine,
        case.proposed_confiscation,
        sorted(case.proposed_kinds),
        due,
    ):
        raise Refused(
            _("拟作出的处罚或者听证标准已变化，请重新拟写处罚告知书。"), code="notice_outdated"
        )
    paper = selectors.paper_of(notice)
    demand_numbered(paper, served_on)
    return notice


def demand_announced(announced_on: dt.date | None, served_on: dt.date, *since: Since) -> None:
    """公告送达: served when the days of the announcement are over, not before (D26)."""
    if announced_on is None:
        raise Refused(_("公告送达须填写公告日期。"), code="no_announcement")
    demand_happened(announced_on, _("公告日期"), *since)
    rule = rule_on("D26", announced_on)
    earliest = count(rule.term(), announced_on, working_calendar()).due_on
    if served_on < earliest:
        words = {"day": earliest.isoformat()}
        message = _("公告期满方视为送达，最早 %(day)s。")
        raise Refused(message % words, code="announcement_running")


def demand_numbered(paper: Paper, served_on: dt.date) -> None:
    """Only a paper with its number is served, and not before the day of the number."""
    if paper.is_draft or paper.numbered_on is None:
        words = {"paper": paper.kind_label}
        raise Refused(_("%(paper)s尚未编号，请先编号定稿，再登记送达。") % words, code="no_number")
    if served_on < paper.numbered_on:
        words = {"paper": paper.kind_label, "day": paper.numbered_on.isoformat()}
        raise Refused(
            _("送达日期不能早于%(paper)s的成文日期 %(day)s。") % words, code="before_number"
        )


def demand_reviewed(case: Case, day: dt.date, *, heard: bool = False) -> None:
    """Refused while a step that the law asks for is missing, naming it and why it is due."""
    legal = reviews.legal_due(case, heard=heard)
    if legal:
        words = "；".join(str(LegalTrigger(name).label) for name in legal)
        message = _("本案应当先经法制审核（%(why)s），不能跳过。")
        raise Refused(message % {"why": words}, code="legal_review_due")
    discussed = reviews.discussion_due(case, day)
    if discussed:
        words = "；".join(str(DiscussionTrigger(name).label) for name in discussed)
        message = _("本案应当先经集体讨论（%(why)s），不能跳过。")
        raise Refused(message % {"why": words}, code="discussion_due")


@transaction.atomic
def waive(case: Case, *, on: dt.date, waiver: StoredFile | None, actor: Actor) -> None:
    """The party waives in writing what remains of its time; the paper is kept."""
    demand(can_handle(actor, case))
    notice = _present(case)
    if waiver is None:
        raise Refused(_("放弃陈述申辩须有书面材料，请上传扫描件。"), code="no_paper")
    if notice.served_on is None or on < notice.served_on:
        raise Refused(_("放弃日期不能早于告知送达日期。"), code="before_notice")
    demand_happened(on, _("放弃日期"))
    rows = PriorNotice.objects.filter(pk=notice.pk, waived_on=None)
    if rows.update(waived_on=on, waiver=waiver) != 1:
        raise Conflict(_("已登记放弃"))
    stop_clocks(case, ANSWERS, on=on, actor=actor)
    record(actor, "case.waive_defence", case, facts={"on": on, "file": waiver.sha256})


@transaction.atomic
def receive_defence(
    case: Case, *, text: str, received_on: dt.date, file: StoredFile | None = None, actor: Actor
) -> Defence:
    """Register what the party says in its defence."""
    demand(can_handle(actor, case))
    notice = _present(case)
    if case.state not in {CaseState.NOTICED, CaseState.HEARING}:
        raise Refused(_("当前阶段不再接收陈述申辩。"), code="wrong_state")
    demand_happened(received_on, RECEIVED, (SERVED, notice.served_on))
    workflow.hold(case)
    if Defence.objects.filter(notice=notice, text=text, received_on=received_on).exists():
        raise Refused(_("该陈述申辩已经登记，无需重复登记。"), code="known")
    made = Defence.objects.create(
        case=case, notice=notice, text=text, received_on=received_on, file=file
    )
    late = notice.defence_until is not None and received_on > notice.defence_until
    record(actor, "case.receive_defence", case, facts={"on": received_on, "late": late})
    return made


@transaction.atomic
def answer_defence(
    defence: Defence, *, result: str, answer: str, on: dt.date, actor: Actor
) -> None:
    """复核: whether the defence is adopted, and why (处罚法 art. 45)."""
    demand(can_handle(actor, defence.case))
    if not answer.strip():
        raise Refused(_("请写明复核意见。"), code="reason")
    demand_happened(on, _("复核日期"), (RECEIVED, defence.received_on))
    rows = Defence.objects.filter(pk=defence.pk, result="")
    if rows.update(result=result, answer=answer, answered_on=on) != 1:
        raise Conflict(_("陈述申辩已复核"))
    record(actor, "case.answer_defence", defence.case, reason=answer, facts={"result": result})


@transaction.atomic
def request_hearing(case: Case, *, requested_on: dt.date, actor: Actor) -> Hearing:
    """The party asks for a hearing in time; its days are not counted in the ninety (D09c)."""
    notice = _present(case)
    if not notice.hearing_right:
        raise Refused(_("拟作出的处罚未达到听证标准。"), code="no_right")
    if not rules.asked_in_time(requested_on, notice.hearing_until):
        day = notice.hearing_until.isoformat() if notice.hearing_until else ""
        raise Refused(_("要求听证的期限已于 %(day)s 届满。") % {"day": day}, code="too_late")
    demand_happened(requested_on, REQUESTED, (SERVED, notice.served_on))
    workflow.of(case).apply("hear", case, actor=actor, facts={"requested_on": requested_on})
    stop_clocks(case, ANSWERS, on=requested_on, actor=actor)
    term = running_clock(case, "D09")
    if term is not None and term.state == ClockState.RUNNING:
        clocks.suspend(term, on=requested_on, reason=_("听证"), actor=actor)
    return Hearing.objects.create(case=case, notice=notice, requested_on=requested_on)


@transaction.atomic
def call_hearing(
    hearing: Hearing,
    *,
    notified_on: dt.date,
    planned_on: dt.date,
    place: str,
    chair: Post,
    is_open: bool,
    actor: Actor,
) -> None:
    """Tell the party seven working days before (D07); the chair did not investigate."""
    case = hearing.case
    demand(can_handle(actor, case))
    if case.state != CaseState.HEARING:
        raise Refused(_("案件不在听证阶段。"), code="wrong_state")
    demand_happened(notified_on, _("听证通知日期"), (REQUESTED, hearing.requested_on))
    demand_meant(planned_on, _("听证举行日期"))
    earliest = count(rule_on("D07", notified_on).term(), notified_on, working_calendar()).due_on
    if planned_on < earliest:
        words = {"day": earliest.isoformat()}
        raise Refused(_("听证须在通知七个工作日之后举行，最早 %(day)s。") % words, code="too_soon")
    if handled_by(chair.user_id, case):
        raise Refused(_("听证主持人不能是本案调查人员（行政处罚法第六十四条）。"), code="chair")
    Hearing.objects.filter(pk=hearing.pk).update(
        notified_on=notified_on,
        planned_on=planned_on,
        place=place,
        chair=chair,
        is_open=is_open,
    )
    hearing.refresh_from_db()
    stop_clocks(case, ["D07"], on=notified_on, actor=actor)
    start_clock(case, "D07", on=notified_on, actor=actor)
    facts = {"planned_on": planned_on, "chair": chair.pk, "open": is_open}
    record(actor, "case.call_hearing", case, facts=facts)


@transaction.atomic
def close_hearing(
    hearing: Hearing, *, held_on: dt.date, minutes: str, conclusion: str, actor: Actor
) -> None:
    """The hearing was held: its record and the chair's opinion; the ninety days run on."""
    case = hearing.case
    if hearing.planned_on is None or held_on < hearing.planned_on:
        raise Refused(_("请先通知听证；实际举行日期不能早于通知的日期。"), code="not_called")
    demand_happened(held_on, _("听证举行日期"))
    if not minutes.strip() or not conclusion.strip():
        raise Refused(_("请填写听证笔录摘要和听证意见。"), code="no_minutes")
    _demand_answered(case)
    workflow.of(case).apply("close_hearing", case, actor=actor, facts={"held_on": held_on})
    facts = {"held_on": held_on, "minutes": minutes, "conclusion": conclusion}
    Hearing.objects.filter(pk=hearing.pk).update(**facts)
    Case.objects.filter(pk=case.pk).update(heard_on=held_on)
    case.heard_on = held_on
    stop_clocks(case, ["D07"], on=held_on, actor=actor)
    term = running_clock(case, "D09")
    if term is not None and term.state == ClockState.SUSPENDED and not _paused(case):
        clocks.resume(term, on=held_on, reason=_("听证结束"), actor=actor)


@transaction.atomic
def close_defence(case: Case, *, on: dt.date, actor: Actor) -> None:
    """The time to answer is over, or waived in writing, and every defence was answered."""
    notice = _present(case)
    demand_happened(on, _("复核完毕日期"), (SERVED, notice.served_on))
    demand_defence_over(notice, on)
    _demand_answered(case)
    workflow.of(case).apply("close_defence", case, actor=actor, facts={"on": on})
    stop_clocks(case, ANSWERS, on=on, actor=actor)


def demand_defence_over(notice: PriorNotice, day: dt.date) -> None:
    """Refused before the last day has passed, unless the party waived in writing."""
    if selectors.defence_over(notice, day):
        return
    last = max(filter(None, [notice.defence_until, notice.hearing_until]))
    message = _(
        "陈述申辩、要求听证的期限到 %(last)s 届满，期限未满不能继续；当事人书面放弃的，请先登记。"
    )
    raise Refused(message % {"last": last.isoformat()}, code="defence_running")


@transaction.atomic
def reinvestigate(case: Case, *, reason: str, actor: Actor) -> None:
    """The facts changed after the notice: investigate, review and tell the party anew."""
    workflow.of(case).apply("reinvestigate", case, actor=actor, reason=reason)
    case.notices.update(superseded=True)
    reopen(case)


def _present(case: Case) -> PriorNotice:
    notice = selectors.present_notice(case)
    if notice is None or case.noticed_on is None:
        raise Refused(_("案件尚未告知当事人。"), code="no_notice")
    return notice


def _demand_answered(case: Case) -> None:
    if case.defences.filter(result="").exists():
        raise Refused(_("还有陈述申辩没有复核，请先填写复核意见。"), code="unanswered")


def _paused(case: Case) -> bool:
    return bool(case.pauses.filter(until_on=None).exists())
