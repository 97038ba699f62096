"""The verbs of orders: issue, hand in, verify, return, re-inspect, extend, revoke, remind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.accounts.models import Post
from agencies.accounts.selectors import actor_of_post
from agencies.models import Inspector
from inspections.assignments.services import create_visit
from inspections.findings.models import Finding
from inspections.rectifications import workflow
from inspections.rectifications.choices import OPEN_STATES, WITH_INSTITUTION, OrderState
from inspections.rectifications.models import Order, OrderExtension, Submission, SubmissionFile
from inspections.rectifications.papers import ORDER, order_content
from inspections.rectifications.permissions import (
    can_ask_extension,
    can_decide_extension,
    can_issue,
    is_addressee,
)
from inspections.rectifications.selectors import RULE
from inspections.visits.choices import SIGNED_STATES, VisitKind
from inspections.visits.models import Visit
from portal.access import Actor, Role, demand
from portal.audit import record
from portal.clocks import now, today
from portal.clocks import services as clocks
from portal.clocks.days import demand_meant
from portal.clocks.models import Clock
from portal.errors import Refused
from portal.events import ORDER_CLOSED, ORDER_ISSUED, ORDER_OVERDUE, announce
from portal.files import services as files
from portal.inbox.sentences import Sentence, sentence, verbatim
from portal.inbox.services import send
from portal.law.selectors import rule_on
from portal.papers import services as papers
from portal.refs import ref
from portal.workflow.moves import conflict_of

PURPOSE = "rectification"


@transaction.atomic
def issue(
    visit: Visit,
    *,
    findings: Collection[Finding],
    requirement: str,
    actor: Actor,
    due_on: dt.date | None = None,
) -> Order:
    """Order the rectification of findings of one visit; due as rule D30 says, or earlier."""
    demand(can_issue(actor, visit))
    _check_findings(visit, findings)
    order = Order(
        visit=visit,
        agency_id=actor.agency_id or 0,
        institution=visit.institution,
        institution_name=visit.institution.name,
        demand=requirement,
        issued_on=today(),
        issued_by_id=actor.post_id,
        handler_id=actor.post_id,
    )
    order.due_on = due_on or today()
    _check_due(due_on)
    order.save()
    order.findings.set(findings)
    clock = clocks.start(
        RULE, order, agency=order.agency_id, on=today(), role=Role.OFFICER, due=due_on, actor=actor
    )
    Order.objects.filter(pk=order.pk).update(due_on=clock.due_on)
    order.due_on = clock.due_on
    facts = {"findings": sorted(each.pk for each in findings), "due_on": clock.due_on}
    record(actor, "order.issue", order, facts=facts)
    papers.draft(ORDER, order, content=order_content(order), agency=order.agency, actor=actor)
    title = sentence(
        gettext_noop("责令改正通知：请在 %(due)s 前完成整改并提交整改材料"), due=order.due_on
    )
    body = [sentence(gettext_noop("责令部门：%(agency)s"), agency=order.agency.name)]
    _tell_institution(order, title, "issued", actor, body=[*body, verbatim(requirement)])
    announce(ORDER_ISSUED, order.pk, actor=actor)
    return order


def _check_findings(visit: Visit, findings: Collection[Finding]) -> None:
    if not findings:
        raise Refused(_("请选择要责令改正的问题。"), code="findings")
    if any(each.visit_id != visit.pk or not each.stands for each in findings):
        raise Refused(_("只能责令改正本次检查中未撤销的问题。"), code="findings")
    keys = [each.pk for each in findings]
    if Order.objects.filter(findings__in=keys).exclude(state=OrderState.REVOKED).exists():
        raise Refused(_("所选问题已责令改正，不能重复责令。"), code="ordered")


def _check_due(due_on: dt.date | None) -> None:
    if due_on is None:
        return
    if due_on < today():
        raise Refused(_("整改期限不能早于责令日期。"), code="due_on")
    longest = rule_on(RULE, today()).length or 0
    if due_on > today() + dt.timedelta(days=longest):
        message = _("整改期限不能超过 %(days)s 日；确需更长的，责令后按程序延期。")
        raise Refused(message % {"days": longest}, code="due_on")


# --- What the institution hands in ------------------------------------------------------------


@transaction.atomic
def submit(
    order: Order, *, text: str, uploads: Sequence[UploadedFile] = (), actor: Actor
) -> Submission:
    """Hand in what was done, with evidence; an officer enters it on the institution's behalf."""
    if not text.strip():
        raise Refused(_("请写明整改情况。"), code="text")
    own = is_addressee(actor, order)
    workflow.order.apply("submit", order, actor=actor, facts={"files": len(uploads)})
    submission = Submission.objects.create(
        order=order, text=text, on_behalf=not own, sent_at=now(), sent_by_id=actor.user_id
    )
    for upload in uploads:
        stored = files.store_upload(upload, purpose=PURPOSE, actor=actor, subject_ref=ref(order))
        SubmissionFile.objects.create(submission=submission, file=stored)
    title = sentence(
        gettext_noop("整改材料已提交，请核实：%(order)s"), order=order.institution_name
    )
    _tell(order, order.agency_id, Role.OFFICER, title, f"submitted:{submission.pk}", actor)
    return submission


# --- What the bureau says to it ---------------------------------------------------------------


@transaction.atomic
def return_order(order: Order, *, reason: str, actor: Actor) -> None:
    """Not enough: the institution goes on, within the same period."""
    workflow.order.apply("return", order, actor=actor, reason=reason)
    Order.objects.filter(pk=order.pk).update(last_reason=reason)
    order.last_reason = reason
    title = sentence(
        gettext_noop("整改材料被退回，请在 %(due)s 前补充整改并重新提交"), due=order.due_on
    )
    key = f"returned:{order.submissions.count()}"
    _tell_institution(order, title, key, actor, body=[verbatim(reason)])
    if order.is_overdue(today()):
        tell_overdue(order, legal_on=today(), actor=actor)


@transaction.atomic
def close(order: Order, *, actor: Actor) -> None:
    """Verified: the findings are rectified. After a re-inspection its record must be signed."""
    visit = order.reinspection
    waiting = order.state == OrderState.REINSPECTING and visit is not None
    if waiting and visit is not None and visit.state not in SIGNED_STATES:
        raise Refused(_("复查笔录尚未签字，不能核实完成。"), code="reinspection")
    Order.objects.filter(pk=order.pk, state=order.state).update(closed_on=today())
    workflow.order.apply("close", order, actor=actor)
    _stop_clock(order, "整改完成", actor)
    title = sentence(gettext_noop("整改已核实完成（责令日期 %(on)s）"), on=order.issued_on)
    _tell_institution(order, title, "closed", actor)
    announce(ORDER_CLOSED, order.pk, actor=actor)


@transaction.atomic
def revoke(order: Order, *, reason: str, actor: Actor) -> None:
    """Take the order back; its findings may be ordered anew."""
    workflow.order.apply("revoke", order, actor=actor, reason=reason)
    Order.objects.filter(pk=order.pk).update(last_reason=reason)
    _stop_clock(order, reason, actor)
    title = sentence(gettext_noop("责令改正已撤销（责令日期 %(on)s）"), on=order.issued_on)
    _tell_institution(order, title, "revoked", actor, body=[verbatim(reason)])


def _stop_clock(order: Order, reason: str, actor: Actor) -> None:
    for clock in Clock.objects.open().of(ref(order)):
        clocks.stop(clock, on=today(), reason=reason, actor=actor)


@transaction.atomic
def reinspect(
    order: Order,
    *,
    planned_from: dt.date,
    planned_to: dt.date,
    inspectors: Collection[Inspector],
    actor: Actor,
) -> Visit:
    """See on site whether the order was carried out: a visit of its own, without a draw."""
    workflow.order.apply("reinspect", order, actor=actor)
    former = order.visit
    visit = create_visit(
        order.institution,
        kind=VisitKind.REINSPECTION,
        cooperating=None,
        items=[row.item for row in former.visit_items.select_related("item")],
        inspectors=inspectors,
        site=former.site,
        source_ref=ref(order),
        purpose=f"复查整改：{order}",
        planned_from=planned_from,
        planned_to=planned_to,
        actor=actor,
    )
    Order.objects.filter(pk=order.pk).update(reinspection=visit)
    order.reinspection = visit
    return visit


# --- Extension --------------------------------------------------------------------------------


@transaction.atomic
def ask_extension(order: Order, *, until: dt.date, reason: str, actor: Actor) -> OrderExtension:
    """Ask the chief for more time on good grounds."""
    demand(can_ask_extension(actor, order))
    demand_meant(until, _("延长后的日期"))
    if until <= order.due_on:
        raise Refused(_("延长后的日期须晚于现在的整改期限。"), code="until")
    if not reason.strip():
        raise Refused(_("请写明理由。"), code="reason")
    try:
        with transaction.atomic():
            asked = order.extensions.create(
                until=until, reason=reason, asked_by_id=actor.post_id, asked_at=now()
            )
    except IntegrityError as error:
        raise conflict_of(order) from error
    record(actor, "order.ask_extension", order, reason=reason, facts={"until": until})
    title = sentence(gettext_noop("请决定整改延期：%(order)s"), order=order.institution_name)
    _tell(order, order.agency_id, Role.CHIEF, title, f"extension:{asked.pk}", actor)
    return asked


@transaction.atomic
def decide_extension(order: Order, *, grant: bool, opinion: str = "", actor: Actor) -> None:
    """The chief's answer; the period moves only when it is granted."""
    demand(can_decide_extension(actor, order))
    asked = order.extensions.select_for_update().get(is_granted=None)
    if order.state not in OPEN_STATES:
        raise conflict_of(order)
    asked.is_granted = grant
    asked.decided_by_id, asked.decided_at = actor.post_id, now()
    asked.save()
    verb = "order.extend" if grant else "order.deny_extension"
    changes = {"due_on": [order.due_on, asked.until]} if grant else {}
    record(actor, verb, order, changes=changes, reason=opinion)
    if grant:
        _move_clock(order, asked, actor)


def _move_clock(order: Order, asked: OrderExtension, actor: Actor) -> None:
    approver = Post.objects.select_related("user").get(pk=actor.post_id or 0).user
    asker = _asker(asked, actor)
    for clock in Clock.objects.open().of(ref(order)):
        clocks.extend(clock, until=asked.until, reason=asked.reason, approver=approver, actor=asker)
        order.due_on = clock.due_on
    order.save(update_fields=["due_on"])
    title = sentence(gettext_noop("整改期限已延长至 %(due)s"), due=order.due_on)
    _tell_institution(order, title, f"extended:{asked.pk}", actor)


def _asker(asked: OrderExtension, actor: Actor) -> Actor:
    """Whose period it is that the approver lengthens, in the words of the clocks."""
    post = Post.objects.select_related("agency__region").get(pk=asked.asked_by_id or 0)
    return actor_of_post(post, source=actor.source, request_id=actor.request_id)


# --- By date ----------------------------------------------------------------------------------


def order_of_clock(clock: Clock) -> Order | None:
    """The order whose period it is; None for a D30 of another room."""
    name, _sep, key = clock.ref.partition(":")
    rows = Order.objects.select_related("visit")
    return rows.filter(pk=int(key)).first() if name == "order" else None


def remind(order: Order, *, key: str, days_left: int, actor: Actor) -> None:
    """Tell the institution and the ordering bureau's officers how long is left."""
    if order.state not in WITH_INSTITUTION or days_left < 0:
        return
    title = sentence(
        gettext_noop("整改期限还有 %(days)s 天：%(order)s"),
        order=order.institution_name,
        days=days_left,
    )
    _tell(order, order.agency_id, Role.OFFICER, title, key, actor)
    own = sentence(
        gettext_noop("整改期限还有 %(days)s 天，请在 %(due)s 前提交整改材料"),
        days=days_left,
        due=order.due_on,
    )
    _tell_institution(order, own, key, actor)


@transaction.atomic
def tell_overdue(order: Order, *, legal_on: dt.date, actor: Actor) -> None:
    """Tell the institution, both bureaus, and the leader of the one that ordered."""
    if order.state not in WITH_INSTITUTION:
        return
    key = f"overdue:{legal_on}"
    title = sentence(gettext_noop("整改逾期：%(order)s"), order=order.institution_name)
    for agency in order.visit.bureau_ids:
        for role in (Role.OFFICER, Role.CHIEF):
            _tell(order, agency, role, title, key, actor)
    _tell(order, order.agency_id, Role.LEADER, title, key, actor)
    own = sentence(
        gettext_noop("整改期限 %(due)s 已过，请立即提交整改材料；逾期不改正的，将依法处理"),
        due=order.due_on,
    )
    _tell_institution(order, own, key, actor)
    announce(ORDER_OVERDUE, order.pk, actor=actor)


def _tell(order: Order, agency: int, role: str, title: Sentence, key: str, actor: Actor) -> None:
    send(
        to_agency=agency,
        role=role,
        title=title,
        url=order.get_absolute_url(),
        subject_ref=ref(order),
        key=key,
        actor=actor,
    )


def _tell_institution(
    order: Order, title: Sentence, key: str, actor: Actor, *, body: Sequence[Sentence] = ()
) -> None:
    send(
        to_institution=order.institution_id,
        title=title,
        body=body,
        url=order.get_absolute_url(),
        subject_ref=ref(order),
        key=key,
        actor=actor,
    )
