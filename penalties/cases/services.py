"""Registering, opening and staffing cases; the clocks of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency, Inspector, Matter, Post
from institutions.models import Institution
from penalties.cases import rules, selectors, workflow
from penalties.cases.choices import ENDED, OPEN_INQUIRY, CaseState, Procedure, Source
from penalties.cases.models import Case, CaseCounter, Handling, Investigator
from penalties.cases.papers import OPENING, opening_content
from penalties.cases.permissions import can_approve, can_handle, can_staff
from penalties.discretion.choices import PartyKind
from portal.access import Actor, Role, demand
from portal.audit import record
from portal.clocks import now
from portal.clocks import services as clocks
from portal.clocks.days import demand_happened, demand_meant
from portal.clocks.models import Clock
from portal.clocks.rules import count
from portal.errors import Conflict, Refused
from portal.events import CASE_OPENED, CASE_REGISTERED, announce
from portal.law.selectors import rule_on, working_calendar
from portal.papers import services as papers
from portal.refs import ref

FOUND = gettext_lazy("发现或者收到线索日期")
LATER = {
    "act_ended_on": gettext_lazy("行为终了日期"),
    "ordered_on": gettext_lazy("责令改正日期"),
    "not_corrected_on": gettext_lazy("复查未改正日期"),
}
VERIFICATION = {Procedure.ECOLOGY: "D02", Procedure.MARKET: "D01"}
EDITABLE = (
    "facts",
    "harm",
    "severe",
    "is_complex",
    "public_interest",
    "fee",
    "illegal_gain",
    "ordered_on",
    "not_corrected_on",
    "report_numbers",
    "act_place",
    "act_ended_on",
)


@dataclass(frozen=True, slots=True)
class Allegation:
    """What is alleged of whom: the facts with which a case is registered."""

    institution: Institution
    matter: Matter
    source: str
    found_on: dt.date
    act_on: dt.date
    facts: str
    origin_ref: str = ""
    act_ended_on: dt.date | None = None
    act_place: str = ""
    report_numbers: tuple[str, ...] = ()
    party: str = PartyKind.ORGANISATION
    person_name: str = ""
    person_post: str = ""
    real_name: bool = False
    harm: bool = False
    severe: bool = False
    is_complex: bool = False
    public_interest: bool = False
    fee: Decimal | None = None
    illegal_gain: Decimal | None = None
    assisting: Agency | None = None


@transaction.atomic
def register(
    allegation: Allegation,
    *,
    agency: Agency,
    handler: Post,
    actor: Actor,
) -> Case:
    """Enter a lead in the register; the days of verification begin (D01, D02).

    Refused at a bureau that is not competent for the matter, naming the right one, and for a
    matter that was not law on the day of the act.
    """
    _check_competent(allegation.matter, agency)
    _check_days(allegation)
    _check_matter(allegation.matter, allegation.act_on)
    procedure = Procedure(agency.kind)
    facts = {name: getattr(allegation, name) for name in _COPIED}
    try:
        with transaction.atomic():
            case = Case.objects.create(
                number=_number(agency, allegation.found_on.year),
                procedure=procedure,
                agency=agency,
                region_path=agency.region.path,
                institution_name=allegation.institution.name,
                matter_code=allegation.matter.code,
                report_numbers=list(allegation.report_numbers),
                handler=handler,
                registered_at=now(),
                **facts,
            )
    except IntegrityError as error:
        raise Refused(_("该来源的同一事项已经建立案件。"), code="known") from error
    _take(case, handler)
    words = {"matter": case.matter_code, "institution": ref(allegation.institution)}
    record(actor, "case.register", case, facts={**words, "number": case.number})
    start_clock(case, VERIFICATION[procedure], on=case.found_on, actor=actor)
    announce(CASE_REGISTERED, case.pk, actor=actor)
    return case


_COPIED = [each.name for each in fields(Allegation) if each.name != "report_numbers"]


@transaction.atomic
def open_from(
    source_ref: str, allegation: Allegation, *, agency: Agency, handler: Post, actor: Actor
) -> Case:
    """The case of a finding of another room: registered once, however often it is asked for."""
    known = Case.objects.filter(
        agency=agency, origin_ref=source_ref, matter_code=allegation.matter.code
    ).first()
    if known is not None:
        return known
    named = replace(allegation, origin_ref=source_ref)
    return register(named, agency=agency, handler=handler, actor=actor)


def _check_competent(matter: Matter, agency: Agency) -> None:
    if agency.kind == matter.authority:
        return
    words = {
        "matter": str(matter),
        "right": matter.get_authority_display(),
        "agency": agency.name,
    }
    message = _("事项“%(matter)s”由%(right)s主办，%(agency)s没有管辖权，请移送%(right)s。")
    raise Refused(message % words, code="not_competent")


def _check_days(told: Allegation) -> None:
    """The act, then its finding, and neither ahead of time."""
    demand_meant(told.act_on, _("行为日期"))
    if told.found_on < told.act_on:
        raise Refused(_("行为日期不能晚于发现日期。"), code="act_after_finding")
    demand_happened(told.found_on, FOUND)
    if told.act_ended_on is not None:
        demand_happened(told.act_ended_on, LATER["act_ended_on"], (_("行为日期"), told.act_on))


def _check_edited(case: Case, values: Mapping[str, Any]) -> None:
    """The days among changed facts; those that are emptied bind nobody."""
    ordered = values.get("ordered_on", case.ordered_on)
    since = {"not_corrected_on": (_("责令改正日期"), ordered)}
    for name in LATER:
        if values.get(name) is not None:
            after = since.get(name, (_("行为日期"), case.act_on))
            demand_happened(values[name], LATER[name], after)


def _check_matter(matter: Matter, day: dt.date) -> None:
    begun = matter.from_on is None or matter.from_on <= day
    if not begun or (matter.to_on is not None and matter.to_on < day):
        words = {"matter": str(matter), "day": day.isoformat()}
        message = _(
            "事项“%(matter)s”在行为日期 %(day)s 尚未施行或者已失效，"
            "请选择当时有效的事项（从旧兼从轻）。"
        )
        raise Refused(message % words, code="matter_not_in_force")


def _number(agency: Agency, year: int) -> str:
    """宝环案〔2026〕7号, gap-free for the agency and year under a row lock."""
    CaseCounter.objects.get_or_create(agency=agency, year=year)
    counter = CaseCounter.objects.select_for_update().get(agency=agency, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{agency.document_prefix or agency.short_name}案〔{year}〕{counter.last}号"


@transaction.atomic
def edit(case: Case, *, version: int, values: Mapping[str, Any], actor: Actor) -> None:
    """Change the facts while the case is verified or investigated; Conflict when others did."""
    demand(can_handle(actor, case))
    if case.state not in {CaseState.VERIFYING, CaseState.INVESTIGATING}:
        raise Refused(_("只有在核查和调查阶段可以修改案情。"), code="too_late")
    before = Case.objects.get(pk=case.pk)
    _check_edited(before, values)
    kept = {name: value for name, value in values.items() if name in EDITABLE}
    rows = Case.objects.filter(pk=case.pk, version=version, state=before.state)
    if rows.update(**kept, version=F("version") + 1) != 1:
        raise Conflict(_("案情已被他人修改"))
    changes = {
        name: [getattr(before, name), value]
        for name, value in kept.items()
        if getattr(before, name) != value
    }
    record(actor, "case.edit", case, changes=changes)
    case.refresh_from_db()


@transaction.atomic
def open_case(case: Case, *, on: dt.date, actor: Actor) -> None:
    """立案: needs two certified investigators and an act within the limitation; 90 days begin."""
    demand_happened(on, _("立案日期"), (FOUND, case.found_on))
    check_investigators(selectors.investigators_of(case), on)
    check_limitation(case)
    peers = [peer.number for peer in selectors.peers_of(case)]
    workflow.of(case).apply("open", case, actor=actor, facts={"on": on, "peers": peers})
    Case.objects.filter(pk=case.pk).update(opened_on=on)
    case.opened_on = on
    stop_clock(case, VERIFICATION[Procedure(case.procedure)], on=on, actor=actor)
    start_clock(case, "D09", on=on, actor=actor)
    _answer_reporter(case, on, actor)
    words = opening_content(case, on)
    papers.draft(OPENING, case, content=words, agency=case.agency, actor=actor)
    announce(CASE_OPENED, case.pk, actor=actor)


@transaction.atomic
def not_open(case: Case, *, on: dt.date, reason: str, actor: Actor) -> None:
    """不予立案, with its reason; the verification ends."""
    demand_happened(on, _("不予立案日期"), (FOUND, case.found_on))
    workflow.of(case).apply("not_open", case, actor=actor, reason=reason)
    Case.objects.filter(pk=case.pk).update(closed_on=on)
    stop_clock(case, VERIFICATION[Procedure(case.procedure)], on=on, actor=actor)
    _answer_reporter(case, on, actor)


def _answer_reporter(case: Case, on: dt.date, actor: Actor) -> None:
    """The reporter's name stands in another room; here only the duty to answer (D04)."""
    if case.source == Source.REPORT and case.real_name:
        start_clock(case, "D04", on=on, role=Role.COMPLAINTS, actor=actor)


def check_investigators(people: list[Investigator], day: dt.date) -> None:
    """Refused unless there are two, each with a valid certificate (处罚法 art. 42)."""
    if rules.too_few(people):
        raise Refused(_("办案人员不得少于两人，请先登记两名有执法证的办案人员。"), code="too_few")
    invalid = rules.invalid_on(selectors.certified(people), day)
    if invalid:
        message = _("%(names)s 的执法证在 %(day)s 无效，请更换办案人员。")
        words = {"names": "、".join(invalid), "day": day.isoformat()}
        raise Refused(message % words, code="certificate")


def check_limitation(case: Case) -> None:
    """追诉时效 (D25, D25b): two years from the end of the act, five where harm was done."""
    code = "D25b" if case.harm else "D25"
    ended = case.act_ended_on or case.act_on
    limit = count(rule_on(code, case.found_on).term(), ended, working_calendar()).due_on
    if rules.elapsed(case.found_on, limit):
        words = {"limit": limit.isoformat(), "ended": ended.isoformat()}
        message = _(
            "违法行为于 %(ended)s 终了，追诉时效到 %(limit)s 届满，不能立案，请作不予立案处理。"
        )
        raise Refused(message % words, code="limitation")


@transaction.atomic
def add_investigator(
    case: Case, *, inspector: Inspector, principal: bool = False, on: dt.date, actor: Actor
) -> Investigator:
    """Put an inspector of the bureau or of its enforcement team on the case."""
    demand(can_staff(actor, case))
    _check_changeable(case)
    demand_happened(on, _("参加办案日期"), (FOUND, case.found_on))
    own = inspector.agency_id == case.agency_id
    if not own and inspector.agency.superior_id != case.agency_id:
        raise Refused(_("办案人员须是本单位或者所属执法大队的检查人员。"), code="foreign")
    person = rules.Certified(
        inspector.name, inspector.valid_from, inspector.valid_to, inspector.ended_on is not None
    )
    if not person.valid_on(on):
        message = _("%(name)s 的执法证在 %(day)s 无效，不能办案。")
        raise Refused(message % {"name": inspector.name, "day": on.isoformat()}, code="certificate")
    if inspector.user_id in {case.reviewed_by_id, case.legal_reviewed_by_id} - {None}:
        raise Refused(_("%(name)s 已审核过本案，不能再办理。") % {"name": inspector.name})
    if case.investigators.filter(inspector__user=inspector.user_id, recused=True).exists():
        message = _("%(name)s 已从本案回避，不能再办理（行政处罚法第四十三条）。")
        raise Refused(message % {"name": inspector.name}, code="recused")
    if case.investigators.filter(inspector=inspector, ended_on=None).exists():
        raise Refused(_("%(name)s 已是本案办案人员。") % {"name": inspector.name}, code="known")
    made = case.investigators.create(inspector=inspector, principal=principal, from_on=on)
    facts = {"inspector": ref(inspector), "principal": principal}
    record(actor, "case.add_investigator", case, facts=facts)
    return made


@transaction.atomic
def end_investigator(
    investigator: Investigator, *, on: dt.date, reason: str, recusal: bool = False, actor: Actor
) -> None:
    """Replacement with its reason, or recusal (处罚法 art. 43) by the leader and for good."""
    case = investigator.case
    demand(can_approve(actor, case) if recusal else can_staff(actor, case))
    demand_happened(on, _("退出办案日期"), (_("参加办案日期"), investigator.from_on))
    if not reason.strip():
        raise Refused(_("请写明理由。"), code="reason")
    rows = Investigator.objects.filter(pk=investigator.pk, ended_on=None)
    if rows.update(ended_on=on, end_reason=reason, recused=recusal) != 1:
        raise Conflict(_("该人员已不在本案"))
    facts = {"inspector": ref(investigator.inspector), "recusal": recusal}
    record(actor, "case.end_investigator", case, reason=reason, facts=facts)


@transaction.atomic
def hand_over(case: Case, *, to: Post, reason: str, actor: Actor) -> None:
    """Another officer of the bureau becomes the handler; the clocks run on (EV3)."""
    demand(can_staff(actor, case))
    if to.agency_id != case.agency_id:
        raise Refused(_("只能移交给本单位的岗位。"), code="foreign")
    if to.user_id in {case.reviewed_by_id, case.legal_reviewed_by_id}:
        raise Refused(_("接收人已审核过本案，不能办理。"), code="reviewed")
    before = case.handler_id
    if Case.objects.filter(pk=case.pk, handler_id=before).update(handler=to) != 1:
        raise Conflict(_("经办人已变更"))
    case.handler = to
    _take(case, to)
    record(actor, "case.hand_over", case, changes={"handler": [before, to.pk]}, reason=reason)


@transaction.atomic
def handed_over(giver: Post, receiver: Post, actor: Actor) -> None:
    """All open cases of an ended post pass to the receiver of its work (EV3)."""
    rows = Case.objects.filter(handler=giver).exclude(state__in=ENDED)
    for case in rows.order_by("pk"):
        if receiver.user_id in {case.reviewed_by_id, case.legal_reviewed_by_id}:
            message = _("接收人已审核过 %(case)s，不能办理，请先另行指定经办人。")
            raise Refused(message % {"case": case}, code="reviewed")
        Case.objects.filter(pk=case.pk, handler=giver).update(handler=receiver)
        _take(case, receiver)
        changes = {"handler": [giver.pk, receiver.pk]}
        record(actor, "case.hand_over", case, changes=changes, stream=f"user:{giver.user_id}")


def _take(case: Case, post: Post) -> None:
    """Who once had the case in hand stays known after it passed on (see `permissions.handled`)."""
    Handling.objects.get_or_create(case=case, post=post, defaults={"since": now()})


def _check_changeable(case: Case) -> None:
    if case.state != CaseState.VERIFYING and case.state not in OPEN_INQUIRY:
        raise Refused(_("案件已作出决定，不能再变更办案人员。"), code="too_late")


def acting_post(actor: Actor) -> int:
    """The post that signs; PermissionDenied for an actor without one."""
    if actor.post_id is None:
        raise PermissionDenied(_("须由在岗人员办理。"))
    return actor.post_id


def start_clock(
    case: Case,
    code: str,
    *,
    on: dt.date,
    actor: Actor,
    role: str = Role.OFFICER,
) -> Clock:
    """Start a legal period of the case for a role of the handling bureau."""
    return clocks.start(code, case, agency=case.agency_id, on=on, role=role, actor=actor)


def running_clock(case: Case, code: str) -> Clock | None:
    """The open period of this rule, if one runs or is suspended."""
    rows = Clock.objects.open().of(ref(case)).filter(rule_code=code)
    return rows.select_related("rule").order_by("-pk").first()


def stop_clock(case: Case, code: str, *, on: dt.date, actor: Actor, reason: str = "") -> None:
    """End a period where one is open."""
    clock = running_clock(case, code)
    if clock is not None:
        clocks.stop(clock, on=on, reason=reason, actor=actor)


def stop_clocks(case: Case, codes: Iterable[str], *, on: dt.date, actor: Actor) -> None:
    for code in codes:
        stop_clock(case, code, on=on, actor=actor)
