"""The demo's visits: those of the batches that are over, and today's in every state.

The past is written directly with its dates, as the demo's plans are; what is open goes through the
services as the invented people would do it.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Collection, Iterator
from itertools import cycle

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet

from agencies.accounts.selectors import actor_from_post
from agencies.accounts.services import create_account
from agencies.demo import DEMO_PASSWORD
from agencies.models import Agency, Inspector, Matter, Region, User
from inspections.assignments.services import create_visit, visit_drawn
from inspections.demo import ACTOR, _bureaus, _person
from inspections.draws.models import Draw, Seat
from inspections.findings import services as findings
from inspections.findings.choices import ItemValue, Severity
from inspections.findings.models import Finding
from inspections.findings.services import seed_checklist
from inspections.plans.choices import BatchState
from inspections.plans.models import CheckItem
from inspections.publications import services as publications
from inspections.publications.choices import PublicationState
from inspections.publications.models import ResultPublication
from inspections.rectifications import services as orders
from inspections.rectifications.choices import OrderState
from inspections.rectifications.models import Order
from inspections.results import services as results
from inspections.results.models import ResultCode, VisitResult
from inspections.results.services import seed_result_codes
from inspections.signing import services as signing
from inspections.signing.permissions import can_sign
from inspections.visits import services as visits
from inspections.visits.choices import Outcome, VisitKind, VisitState
from inspections.visits.models import BureauPart, Visit, VisitMember
from institutions.demo import HOME
from institutions.models import Institution
from institutions.registry.choices import StandingKind
from institutions.registry.services import set_standing
from portal.access import Actor, AgencyKind, Role
from portal.audit import record
from portal.clocks import now
from portal.clocks import services as clocks
from portal.clocks.now import SHANGHAI
from portal.demo import DemoPlan
from portal.refs import ref

# One grey dot, so that the demo's evidence is a real picture.
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2I9wMwAAAABJRU5ErkJggg=="
)


def load(plan: DemoPlan) -> None:
    """Demo part 52: the visits of the batches that are over, then today's in every state."""
    seed_checklist()
    seed_result_codes()
    used: set[int] = set()
    for draw in Draw.objects.filter(batch__plan__region__code=HOME).select_related("batch__plan"):
        if draw.batch.state == BatchState.CLOSED:
            used |= _past_visits(draw)
        elif draw.batch.state == BatchState.DRAWN:
            used |= {visit.institution_id for visit in visit_drawn(draw, actor=ACTOR)}
    _todays_visits(plan, used)
    facts = {"visits": Visit.objects.count(), "orders": Order.objects.count()}
    record(ACTOR, "visit.load_demo", "demo:visits", facts=facts)


# --- The past -----------------------------------------------------------------------------------


def _institutions(used: Collection[int]) -> QuerySet[Institution]:
    here = Region.objects.get(code=HOME).path
    rows = Institution.objects.current().active().present_in(here, lowest=True)
    return rows.exclude(pk__in=used).order_by("uscc")


def _past_visits(draw: Draw) -> set[int]:
    """Closed and published visits of one draw, one in four with a finding and a closed order."""
    batch, parties = draw.batch, _bureaus(HOME)
    held = draw.seats.filter(ended_at=None).exclude(inspector=None)
    seats = list(held.select_related("institution", "inspector__agency"))
    chosen = list({seat.institution_id: seat.institution for seat in seats}.values())
    day = batch.starts_on + dt.timedelta(days=20)
    at = dt.datetime.combine(day, dt.time(9, 30), SHANGHAI)
    facts = {"batch": batch, "kind": VisitKind.DOUBLE_RANDOM, "state": VisitState.CLOSED}
    facts |= {"initiating": parties[0], "cooperating": parties[1], "created_at": at}
    facts |= {"planned_from": batch.starts_on, "planned_to": batch.ends_on, "noticed_on": day}
    facts |= {"opened_at": at, "ended_at": at + dt.timedelta(hours=3), "closed_at": at}
    facts |= {"region_path": parties[0].region.path, "purpose": str(batch), "is_historical": True}
    made = Visit.objects.bulk_create(
        Visit(
            institution=each,
            institution_name=each.name,
            place=each.address,
            draw_ref=ref(draw),
            inspection_code=f"JC{day:%Y%m%d}{index:03}",
            **facts,
        )
        for index, each in enumerate(chosen, start=1)
    )
    _past_parts(made, parties, seats, at)
    faulty = made[::4]
    _past_results(made, {visit.pk for visit in faulty}, parties, at)
    for visit in faulty:
        _past_order(visit, parties[0], at)
    keys = {each.pk for each in chosen}
    kind, value = StandingKind.VISIT, VisitKind.DOUBLE_RANDOM
    set_standing(keys, kind=kind, value=value, source=ref(draw), from_on=day, actor=ACTOR)
    return keys


def _past_parts(
    made: list[Visit], parties: list[Agency], seats: list[Seat], at: dt.datetime
) -> None:
    BureauPart.objects.bulk_create(
        BureauPart(visit=visit, agency=agency, order=order, approved_at=at, closed_at=at)
        for visit in made
        for order, agency in enumerate(parties, start=1)
    )
    of_institution = {visit.institution_id: visit for visit in made}
    sides = {agency.kind: agency for agency in parties}
    VisitMember.objects.bulk_create(
        VisitMember(
            visit=of_institution[seat.institution_id],
            bureau=sides.get(person.agency.kind, sides[AgencyKind.ECOLOGY]),
            inspector=person,
            slot=seat.slot,
            name=person.name,
            certificate_number=person.certificate_number,
        )
        for seat in seats
        if (person := seat.inspector) is not None
    )


def _past_results(
    visits: list[Visit], faulty: set[int], parties: list[Agency], at: dt.datetime
) -> None:
    codes = {code.code: code for code in ResultCode.objects.filter(code__in=("01", "05"))}
    found = {visit.pk: codes["05" if visit.pk in faulty else "01"] for visit in visits}
    VisitResult.objects.bulk_create(
        VisitResult(visit=visit, agency=parties[0], code=found[visit.pk], set_at=at)
        for visit in visits
    )
    ResultPublication.objects.bulk_create(
        ResultPublication(
            visit=visit,
            state=PublicationState.PUBLISHED,
            institution_name=visit.institution_name,
            uscc=visit.institution.uscc,
            region_path=visit.region_path,
            kind_words=str(visit.get_kind_display()),
            agency_words="、".join(agency.name for agency in parties),
            visited_on=at.date(),
            codes=[[found[visit.pk].code, found[visit.pk].name]],
            text=f"检查结果：{found[visit.pk].name}。",
            drafted_at=at,
            published_at=at + dt.timedelta(days=14),
        )
        for visit in visits
    )


def _past_order(visit: Visit, agency: Agency, at: dt.datetime) -> None:
    matter = Matter.objects.get(code="M09")
    finding = Finding.objects.create(
        visit=visit,
        matter=matter,
        agency=agency,
        basis=matter.basis,
        facts="抽查的报告中有一份未经授权签字人签发。",
        severity=Severity.GENERAL,
        found_at=at,
    )
    order = Order.objects.create(
        visit=visit,
        agency=agency,
        institution=visit.institution,
        institution_name=visit.institution_name,
        demand="完善报告签发流程，补充授权记录。",
        issued_on=at.date(),
        due_on=at.date() + dt.timedelta(days=30),
        state=OrderState.CLOSED,
        closed_on=at.date() + dt.timedelta(days=21),
    )
    order.findings.add(finding)


def _team() -> list[Inspector]:
    """Two inspectors of each bureau of the demo district."""
    found: list[Inspector] = []
    for agency in _bureaus(HOME):
        found += Inspector.objects.filter(agency=agency).order_by("certificate_number")[:2]
    return found


# --- Today --------------------------------------------------------------------------------------


class _District:
    """The people of the demo district who make visits today."""

    def __init__(self, plan: DemoPlan, used: set[int]) -> None:
        self.today = plan.today
        self.market, self.ecology = _bureaus(HOME)
        self.inspectors = _team()
        self.waiting: Iterator[Institution] = cycle([*_institutions(used), *_institutions(())])
        self.officer = _person(self.market, Role.OFFICER)
        self.ecology_officer = _person(self.ecology, Role.OFFICER)
        self.chief = _person(self.market, Role.CHIEF)
        self.leaders = [_person(each, Role.LEADER) for each in (self.market, self.ecology)]
        self.team = [_actor_of(each) for each in self.inspectors]

    @property
    def inspector(self) -> Actor:
        """Of the market bureau."""
        return self.team[0]

    def plan(self, kind: str = VisitKind.COMPLAINT) -> Visit:
        return create_visit(
            next(self.waiting),
            kind=kind,
            cooperating=self.ecology,
            items=list(CheckItem.objects.in_force(self.today)[:3]),
            inspectors=self.inspectors,
            purpose="核查群众反映的监测报告签发不规范问题",
            planned_from=self.today,
            planned_to=self.today + dt.timedelta(days=14),
            actor=self.officer,
        )

    def submit(self, visit: Visit) -> None:
        visits.submit(visit, actor=self.officer)

    def approve(self, visit: Visit) -> None:
        for leader in self.leaders:
            visits.approve(visit, opinion="同意。", actor=leader)

    def notify(self, visit: Visit) -> None:
        visits.notify(visit, on=self.today, actor=self.officer)

    def arrive(self, visit: Visit) -> None:
        code, place = f"JC{self.today:%Y%m%d}9{visit.pk:03}", visit.institution.address or "实验室"
        findings.arrive(visit, code=code, place=place, credentials_shown=True, actor=self.inspector)
        for row in visit.item_results.select_related("point")[:12]:
            findings.set_item(visit, row.point, value=ItemValue.CONFORMS, actor=self.inspector)

    def order(self, visit: Visit) -> Order:
        """One finding with a picture, and the order to rectify it."""
        found = findings.add_finding(
            visit,
            matter=Matter.objects.get(code="M09"),
            facts="抽查的报告中有两份未经授权签字人签发。",
            severity=Severity.GENERAL,
            actor=self.inspector,
        )
        findings.add_evidence(
            visit, upload=_picture(), place="档案室", finding=found, actor=self.inspector
        )
        requirement = "补充授权记录，重新审核相关报告，并提交整改材料。"
        return orders.issue(visit, findings=[found], requirement=requirement, actor=self.inspector)

    def write(self, visit: Visit) -> None:
        text = "检查组出示执法证件后，按联合检查表逐项检查，调取报告和原始记录。"
        signing.write_record(visit, text=text, representative="机构在场人员", actor=self.inspector)

    def sign(self, visit: Visit) -> None:
        for person in self.team:
            if can_sign(person, visit):
                signing.sign(visit, actor=person)
        if not visit.outcome:
            signing.sign_for_institution(visit, name="机构在场人员", title="", actor=self.inspector)

    def enter(self, visit: Visit) -> None:
        own = "05" if visit.findings.standing().exists() else "01"
        for person, number in ((self.inspector, own), (self.team[-1], "07")):
            code = ResultCode.objects.get(code=number, from_on=None)
            results.add_result(visit, code=code, actor=person)
        results.submit_results(visit, actor=self.inspector)

    def review(self, visit: Visit) -> None:
        results.review(visit, opinion="事实清楚，结果适当。", actor=self.chief)

    def close(self, visit: Visit) -> None:
        for officer in (self.officer, self.ecology_officer):
            results.close_part(visit, actor=officer)

    def publish(self, visit: Visit) -> None:
        made = publications.draft(visit, actor=self.officer)
        publications.publish(made, actor=self.chief)


def _todays_visits(plan: DemoPlan, used: set[int]) -> None:
    """One visit stopped at each step, the others that end early, and an order in each state."""
    here = _District(plan, used)
    steps: list[Callable[[Visit], object]] = [
        *(here.submit, here.approve, here.notify, here.arrive, here.order, here.write),
        *(here.sign, here.enter, here.review, here.close, here.publish),
    ]
    for number in range(len(steps) + 1):
        visit = here.plan()
        for step in steps[:number]:
            step(visit)
    _early_ends(here, steps)
    _orders(here, steps)


def _early_ends(here: _District, steps: list[Callable[[Visit], object]]) -> None:
    """Cancelled, unannounced, and nobody met at the door."""
    visits.cancel(here.plan(), reason="机构已申请注销，另行核查。", actor=here.chief)
    silent = here.plan()
    for step in steps[:2]:
        step(silent)
    visits.waive_notice(silent, reason="预先通知可能导致转移样品和记录。", actor=here.officer)
    absent = here.plan()
    for step in steps[:4]:
        step(absent)
    signing.write_outcome(
        absent, outcome=Outcome.UNREACHABLE, photo=_picture(), actor=here.inspector
    )
    here.sign(absent)


def _orders(here: _District, steps: list[Callable[[Visit], object]]) -> None:
    made = []
    for _number in range(6):
        visit = here.plan()
        for step in steps[:4]:
            step(visit)
        made.append(here.order(visit))
    extending, revoked, answered, returned, closed, again = made
    later = extending.due_on + dt.timedelta(days=15)
    orders.ask_extension(extending, until=later, reason="设备到货延迟。", actor=here.officer)
    orders.revoke(revoked, reason="责令对象有误，另行处理。", actor=here.chief)
    for order in (answered, returned, closed, again):
        orders.submit(order, text="已补充授权记录。", uploads=[_picture()], actor=here.officer)
    orders.return_order(returned, reason="缺少重新审核的报告。", actor=here.chief)
    orders.close(closed, actor=here.chief)
    day = here.today
    pair = [each for each in here.inspectors if each.agency_id == here.market.pk]
    orders.reinspect(again, planned_from=day, planned_to=day, inspectors=pair, actor=here.chief)
    _late_order(here)
    _open_account(returned)


def _open_account(order: Order) -> None:
    """Somebody of an institution that has an order to answer: `lab.user`."""
    user = create_account(username="lab.user", name="机构联系人", actor=ACTOR)
    facts = {"password": make_password(DEMO_PASSWORD), "password_changed_at": now()}
    facts |= {"institution_id": order.institution_id, "is_demo": True}
    User.objects.filter(pk=user.pk).update(**facts)


def _late_order(here: _District) -> None:
    """Ordered long ago on a visit of then; its period has passed."""
    visit = Visit.objects.filter(is_historical=True).order_by("pk").first()
    if visit is None:
        return
    on = here.today - dt.timedelta(days=45)
    order = Order.objects.create(
        visit=visit,
        agency=here.market,
        institution=visit.institution,
        institution_name=visit.institution_name,
        demand="完成仪器检定并提交证书。",
        issued_on=on,
        due_on=on,
    )
    clock = clocks.start("D30", order, agency=here.market, on=on, role=Role.OFFICER, actor=ACTOR)
    Order.objects.filter(pk=order.pk).update(due_on=clock.due_on)


def _actor_of(person: Inspector) -> Actor:
    if person.user is None:
        raise ValueError("The demo's inspectors have accounts.")
    post = person.user.posts.filter(agency=person.agency).order_by("pk")[:1].get()
    return actor_from_post(post.pk, source="demo")


def _picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("现场.png", DOT, content_type="image/png")
