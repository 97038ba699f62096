"""Paying, instalments, reminding, the court, closing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agencies.delegations.selectors import signature
from penalties.cases import workflow
from penalties.cases.choices import CaseState, Outcome
from penalties.cases.models import Case
from penalties.cases.permissions import can_approve, can_handle
from penalties.cases.services import (
    acting_post,
    running_clock,
    start_clock,
    stop_clock,
    stop_clocks,
)
from penalties.decisions.choices import Standing
from penalties.decisions.selectors import decision_row
from penalties.notices.services import demand_numbered
from penalties.performance import rules, selectors
from penalties.performance.choices import CourtResult, Ground, PaymentKind
from penalties.performance.models import (
    Closing,
    CourtApplication,
    Instalment,
    Payment,
    Reminder,
)
from penalties.performance.papers import (
    CLOSING,
    REMINDER,
    closing_content,
    reminder_content,
)
from portal.access import Actor, demand
from portal.audit import record
from portal.errors import Refused
from portal.events import CASE_CLOSED, announce
from portal.files.models import StoredFile
from portal.papers import services as papers

COLLECTING = (CaseState.SERVED, CaseState.PERFORMING)
# What a closing ends. D22 is not among them: what is public is withdrawn, closed or not.
LEFT_OPEN = ("D11", "D13", "D14", "D15", "D16", "D17")
ENDED_BY_COURT = (CourtResult.ENFORCED, CourtResult.TERMINATED)
OPEN_AT_COURT = ("", CourtResult.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment, in yuan."""

    due_on: dt.date
    amount: Decimal


@transaction.atomic
def pay(
    case: Case,
    *,
    kind: str,
    amount: Decimal,
    paid_on: dt.date,
    receipt_number: str,
    file: StoredFile | None = None,
    actor: Actor,
) -> Payment:
    """Register a payment; the last yuan ends the periods of collecting."""
    demand(can_handle(actor, case))
    workflow.hold(case)
    _check_collecting(case)
    limit = _limit_of(case, kind, paid_on)
    if amount > limit:
        message = _("登记金额 %(amount)s 元超过应缴余额 %(limit)s 元，请核对。")
        words = {"amount": f"{amount:,.2f}", "limit": f"{limit:,.2f}"}
        raise Refused(message % words, code="too_much")
    try:
        with transaction.atomic():
            made = Payment.objects.create(
                case=case,
                kind=kind,
                amount=amount,
                paid_on=paid_on,
                receipt_number=receipt_number,
                file=file,
            )
    except IntegrityError as error:
        raise Refused(_("该票据已登记。"), code="known") from error
    facts = {"kind": kind, "amount": amount, "paid_on": paid_on, "receipt": receipt_number}
    record(actor, "case.pay", case, facts=facts)
    _begin(case, actor)
    left = selectors.debt_of(case, paid_on)
    if left.fine == 0:
        stop_clock(case, "D11", on=paid_on, actor=actor)
    if left.total == 0:
        stop_clocks(case, ("D13", "D14", "D15"), on=paid_on, actor=actor)
    return made


def _limit_of(case: Case, kind: str, day: dt.date) -> Decimal:
    account = selectors.account_of(case, day)
    if kind == PaymentKind.FINE:
        return account.outstanding
    if kind == PaymentKind.SURCHARGE:
        return account.surcharge - selectors.paid_of(case, kind)
    return selectors.confiscation_of(case) - selectors.paid_of(case, kind)


def _begin(case: Case, actor: Actor) -> None:
    if case.state == CaseState.SERVED:
        workflow.of(case).apply("perform", case, actor=actor)


@transaction.atomic
def allow_instalments(
    case: Case, *, parts: Sequence[Part], on: dt.date, reason: str, actor: Actor
) -> None:
    """暂缓、分期 (处罚法 art. 66): asked by the party, approved by the leader, once."""
    demand(can_approve(actor, case))
    workflow.hold(case)
    _check_collecting(case)
    if case.payments.filter(kind=PaymentKind.FINE).exists() or case.instalments.exists():
        raise Refused(_("已有缴款或者分期安排，不能再次批准。"), code="known")
    fine = case.fine or Decimal(0)
    if not rules.instalments_fit(fine, [p.amount for p in parts], [p.due_on for p in parts]):
        message = _("各期金额之和须等于罚款 %(fine)s 元，日期须逐期推后。")
        raise Refused(message % {"fine": f"{fine:,.2f}"}, code="sum")
    if not reason.strip():
        raise Refused(_("请写明理由。"), code="reason")
    Instalment.objects.bulk_create(
        Instalment(
            case=case,
            number=number,
            due_on=part.due_on,
            amount=part.amount,
            approved_by_id=acting_post(actor),
            approved_on=on,
        )
        for number, part in enumerate(parts, 1)
    )
    record(actor, "case.allow_instalments", case, reason=reason, facts={"parts": len(parts)})
    stop_clock(case, "D11", on=on, reason=_("已批准暂缓或者分期缴纳"), actor=actor)


@transaction.atomic
def note_default(case: Case, *, on: dt.date, actor: Actor) -> bool:
    """The first late day begins the thirty days before a reminder (D13). May run twice."""
    account = selectors.account_of(case, on)
    if account.first_late_on is None or account.outstanding == 0:
        return False
    if running_clock(case, "D13") is not None or case.reminders.exclude(served_on=None).exists():
        return False
    start_clock(case, "D13", on=account.first_late_on, actor=actor)
    return True


@transaction.atomic
def draft_reminder(case: Case, *, on: dt.date, actor: Actor) -> Reminder:
    """拟写催告书: what is owed on a day, and the paper; drafted again while it has no number."""
    demand(can_handle(actor, case))
    workflow.hold(case)
    _check_collecting(case)
    _demand_answered(case, on)
    debt = selectors.debt_of(case, on)
    if selectors.remind_after(case, debt, on) is None:
        raise Refused(_("没有逾期未缴的款项，无需催告。"), code="not_late")
    made, _fresh = Reminder.objects.update_or_create(case=case, served_on=None, defaults=debt.sums)
    words, known = reminder_content(made), made.paper
    if known is not None and known.is_draft:
        papers.redraft(known, content=words, actor=actor)
    else:  # one that has its number stays in the register; a new one takes its place
        subject = decision_row(case)
        agency = case.agency
        made.paper = papers.draft(REMINDER, subject, content=words, agency=agency, actor=actor)
        made.save(update_fields=["paper"])
    record(actor, "case.draft_reminder", case, facts=debt.sums)
    return made


def _demand_answered(case: Case, day: dt.date) -> None:
    """One reminder at a time: the party has its ten working days to answer it."""
    clock = running_clock(case, "D14")
    if clock is not None and day <= clock.legal_due_on:
        words = {"served": clock.started_on.isoformat(), "day": clock.legal_due_on.isoformat()}
        message = _("催告书已于 %(served)s 送达，当事人可以在 %(day)s 前履行，不能重复催告。")
        raise Refused(message % words, code="reminded")


@transaction.atomic
def remind(case: Case, *, served_on: dt.date, actor: Actor) -> Reminder:
    """催告, after more than thirty days of surcharge; ten working days begin (D14)."""
    demand(can_handle(actor, case))
    workflow.hold(case)
    _check_collecting(case)
    drafts = Reminder.objects.filter(case=case, served_on=None)
    made: Reminder | None = drafts.select_related("paper").first()
    if made is None or made.paper is None:
        raise Refused(_("请先拟写催告书并编号，再登记送达。"), code="no_draft")
    demand_numbered(made.paper, served_on)
    _demand_answered(case, served_on)
    after = selectors.remind_after(case, selectors.debt_of(case, served_on), served_on)
    if after is None:
        raise Refused(_("没有逾期未缴的款项，无需催告。"), code="not_late")
    if served_on <= after:
        message = _("加处罚款满三十日（%(day)s）之后方可催告（行政强制法第四十六条）。")
        raise Refused(message % {"day": after.isoformat()}, code="too_soon")
    _begin(case, actor)
    Reminder.objects.filter(pk=made.pk).update(served_on=served_on)
    made.served_on = served_on
    stop_clocks(case, ("D13", "D14"), on=served_on, actor=actor)
    start_clock(case, "D14", on=served_on, actor=actor)
    record(actor, "case.remind", case, facts={"fine": made.fine, "surcharge": made.surcharge})
    return made


@transaction.atomic
def note_lapse(case: Case, *, on: dt.date, actor: Actor) -> bool:
    """The ways of complaint are over and something is owed: three months begin (D15).

    May run twice.
    """
    ended = selectors.remedies_end(case)
    if case.state not in COLLECTING or ended is None or on < ended:
        return False
    asked = case.court_applications.filter(applied_on__gt=ended).exists()
    if asked or running_clock(case, "D15") is not None or selectors.owed(case, on) == 0:
        return False
    start_clock(case, "D15", on=ended, actor=actor)
    return True


@transaction.atomic
def apply_to_court(
    case: Case, *, court: str, applied_on: dt.date, late_reason: str = "", actor: Actor
) -> CourtApplication:
    """申请强制执行: ten working days after the reminder, within three months of the remedies' end.

    Later only with a reason, which is for the court to judge.
    """
    demand(can_handle(actor, case))
    workflow.hold(case)
    _check_collecting(case)
    _check_reminded(case, applied_on)
    _check_remedies(case, applied_on, late_reason)
    owed = selectors.owed(case, applied_on)
    if owed == 0:
        raise Refused(_("当事人已履行，无需申请强制执行。"), code="paid")
    made = CourtApplication.objects.create(
        case=case, court=court, applied_on=applied_on, amount=owed, late_reason=late_reason
    )
    stop_clocks(case, ("D14", "D15"), on=applied_on, actor=actor)
    facts = {"court": court, "amount": owed}
    record(actor, "case.apply_to_court", case, reason=late_reason, facts=facts)
    return made


def _check_reminded(case: Case, day: dt.date) -> None:
    """After a reminder and its days; one application at a time."""
    before = case.court_applications.filter(result__in=OPEN_AT_COURT).first()
    if before is not None:
        words = {"day": before.applied_on.isoformat(), "court": before.court}
        message = _("已于 %(day)s 向%(court)s申请强制执行，尚未办结，不能重复申请。")
        raise Refused(message % words, code="applied")
    if not case.reminders.exclude(served_on=None).exists():
        raise Refused(
            _("尚未催告，不能申请强制执行（行政强制法第五十四条）。"), code="not_reminded"
        )
    clock = running_clock(case, "D14")
    if clock is not None and day <= clock.legal_due_on:
        words = {"day": clock.legal_due_on.isoformat()}
        raise Refused(_("催告书送达满十个工作日（%(day)s）之后方可申请。") % words, code="too_soon")


def _check_remedies(case: Case, day: dt.date, late_reason: str) -> None:
    """行政强制法 art. 53: the party neither complained nor sued in time; then three months."""
    if case.challenges.filter(result="").exists():
        message = _("行政复议、行政诉讼或者自行纠正尚未结束，不能申请强制执行。")
        raise Refused(message, code="challenged")
    ended = selectors.remedies_end(case)
    if ended is None or day <= ended:
        words = {"day": ended.isoformat() if ended else ""}
        message = _("起诉期限到 %(day)s 届满，届满后方可申请强制执行。")
        raise Refused(message % words, code="may_sue")
    last = selectors.court_until(ended)
    if day > last and not late_reason.strip():
        message = _(
            "申请强制执行的三个月期限已于 %(day)s 届满（行政强制法第五十三条）；"
            "有正当理由的，请写明理由，由人民法院审查。"
        )
        raise Refused(message % {"day": last.isoformat()}, code="too_late")


@transaction.atomic
def note_court_result(
    application: CourtApplication, *, result: str, on: dt.date, document: str, actor: Actor
) -> None:
    """What the court ruled, or how the enforcement ended."""
    demand(can_handle(actor, application.case))
    facts = {"result": result, "result_on": on, "document": document}
    rows = CourtApplication.objects.filter(pk=application.pk).exclude(result__in=ENDED_BY_COURT)
    if not rows.update(**facts):
        raise Refused(_("执行已经结束。"), code="ended")
    application.refresh_from_db()
    record(actor, "case.court_result", application.case, facts=facts)


@transaction.atomic
def close(case: Case, *, ground: str, words: str, on: dt.date, actor: Actor) -> Closing:
    """结案: the leader approves on a ground that the facts bear out."""
    _check_ground(case, ground, on)
    if not words.strip():
        raise Refused(_("请填写执行情况。"), code="no_words")
    workflow.of(case).apply("close", case, actor=actor, facts={"ground": ground, "on": on})
    Case.objects.filter(pk=case.pk).update(closed_on=on)
    case.closed_on = on
    made = Closing.objects.create(
        case=case,
        ground=ground,
        words=words,
        approved_by_id=acting_post(actor),
        signature=signature(actor),
        closed_on=on,
    )
    form = closing_content(made)
    papers.draft(CLOSING, case, content=form, agency=case.agency, actor=actor)
    stop_clocks(case, LEFT_OPEN, on=on, actor=actor)
    announce(CASE_CLOSED, case.pk, actor=actor)
    return made


def _check_ground(case: Case, ground: str, day: dt.date) -> None:
    owed = selectors.owed(case, day)
    decision = decision_row(case)
    checks = {
        Ground.PERFORMED: case.outcome == Outcome.PENALTY and owed == 0,
        Ground.NO_PENALTY: case.outcome != Outcome.PENALTY,
        Ground.ANNULLED: decision.standing == Standing.ANNULLED,
        Ground.COURT: case.court_applications.filter(result__in=ENDED_BY_COURT).exists(),
        Ground.GONE: case.institution.status == "deregistered",
    }
    if not checks[Ground(ground)]:
        words = {"ground": Ground(ground).label, "owed": f"{owed:,.2f}"}
        message = _("不符合结案理由“%(ground)s”，尚有 %(owed)s 元未缴。请核对处理结果和履行情况。")
        raise Refused(message % words, code="ground")


def _check_collecting(case: Case) -> None:
    if case.state not in COLLECTING:
        raise Refused(_("案件不在履行阶段。"), code="wrong_state")
