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
from agencies.models import Inspector, Matter, Region, User
from inspections.assignments.services import create_visit, visit_drawn
from inspections.demo import ACTOR, _bureaus, _person
from inspections.demo_past import past_visits
from inspections.draws.choices import DrawState
from inspections.draws.models import Draw
from inspections.findings import services as findings
from inspections.findings.choices import ItemValue, Severity
from inspections.findings.services import seed_checklist
from inspections.plans.choices import BatchState
from inspections.plans.models import CheckItem
from inspections.publications import services as publications
from inspections.rectifications import services as orders
from inspections.rectifications.models import Order
from inspections.results import services as results
from inspections.results.models import ResultCode
from inspections.results.services import seed_result_codes
from inspections.signing import services as signing
from inspections.signing.permissions import can_sign
from inspections.visits import services as visits
from inspections.visits.choices import Outcome, VisitKind
from inspections.visits.models import Visit
from inspections.visits.selectors import team_faults
from institutions.demo import HOME
from institutions.models import Institution
from portal.access import Actor, Role
from portal.audit import record
from portal.clocks import now
from portal.clocks import services as clocks
from portal.demo import DemoPlan

# One grey dot, so that the demo's evidence is a real picture.
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2I9wMwAAAABJRU5ErkJggg=="
)

PURPOSES = (
    "核查群众反映的监测报告签发不规范问题",
    "核查举报的采样人员不到场问题",
    "核查委托单位反映的报告数据前后不一致问题",
    "核查举报的超出资质认定能力范围出具报告问题",
)
FACTS = (  # of matter M09
    "抽查的报告中有两份未经授权签字人签发。",
    "一份报告的检测项目不在资质认定证书附表内。",
    "三份报告没有加盖检验检测专用章。",
)


def load(plan: DemoPlan) -> None:
    """Demo part 52: the visits of the batches that are over, then today's in every state."""
    seed_checklist()
    seed_result_codes()
    used: set[int] = set()
    drawn: list[list[Visit]] = []
    draws = Draw.objects.filter(batch__plan__region__code=HOME).exclude(record_text="")
    for draw in draws.exclude(state=DrawState.VOID).select_related("batch__plan").order_by("pk"):
        if draw.batch.state == BatchState.CLOSED:
            used |= past_visits(draw)
        elif draw.batch.state == BatchState.DRAWN:
            drawn.append(visit_drawn(draw, actor=ACTOR))
            used |= {visit.institution_id for visit in drawn[-1]}
    _todays_visits(_District(plan, used), drawn)
    facts = {"visits": Visit.objects.count(), "orders": Order.objects.count()}
    record(ACTOR, "visit.load_demo", "demo:visits", facts=facts)


def _institutions(used: Collection[int]) -> QuerySet[Institution]:
    here = Region.objects.get(code=HOME).path
    rows = Institution.objects.current().active().present_in(here, lowest=True)
    return rows.exclude(pk__in=used).order_by("uscc")


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
        self.purposes, self.facts = cycle(PURPOSES), cycle(FACTS)
        self.waiting: Iterator[Institution] = cycle([*_institutions(used), *_institutions(())])
        self.officer = _person(self.market, Role.OFFICER)
        self.ecology_officer = _person(self.ecology, Role.OFFICER)
        self.chief = _person(self.market, Role.CHIEF)
        self.leaders = [_person(each, Role.LEADER) for each in (self.market, self.ecology)]
        self.known: dict[int, Actor] = {}

    @property
    def inspector(self) -> Actor:
        """Of the market bureau, which has but two: each draw takes both."""
        return self.actor_of(self.inspectors[0])

    def actor_of(self, person: Inspector) -> Actor:
        if person.pk not in self.known:
            self.known[person.pk] = _actor_of(person)
        return self.known[person.pk]

    def people(self, visit: Visit) -> list[Actor]:
        """The inspectors of a visit's team."""
        rows = visit.members.present().select_related("inspector__user", "inspector__agency")
        return [self.actor_of(row.inspector) for row in rows if row.inspector is not None]

    def plan(self, kind: str = VisitKind.COMPLAINT) -> Visit:
        return create_visit(
            next(self.waiting),
            kind=kind,
            cooperating=self.ecology,
            items=list(CheckItem.objects.in_force(self.today)[:3]),
            inspectors=self.inspectors,
            purpose=next(self.purposes),
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
            facts=next(self.facts),
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
        for person in self.people(visit):
            if can_sign(person, visit):
                signing.sign(visit, actor=person)
        if not visit.outcome:
            signing.sign_for_institution(visit, name="机构在场人员", title="", actor=self.inspector)

    def enter(self, visit: Visit) -> None:
        own = "05" if visit.findings.standing().exists() else "01"
        other = next(each for each in self.people(visit) if each.agency_id != self.market.pk)
        for person, number in ((self.inspector, own), (other, "07")):
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


def _todays_visits(here: _District, drawn: list[list[Visit]]) -> None:
    """One visit stopped at each step, the others that end early, and an order in each state."""
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
    _publications(here, steps)
    for made in drawn[:-1]:  # the last draw's visits have not begun
        _under_way(made, steps, here.today)


def _under_way(made: list[Visit], steps: list[Callable[[Visit], object]], today: dt.date) -> None:
    """Of the visits of one draw: some done, one going on, one announced, the others ahead."""
    fit = [visit for visit in made if not team_faults(visit, today)]
    reached = (len(steps), 4, 3, 1) if len(made) > 1 else (4,)
    for visit, number in zip(fit, reached, strict=False):
        for step in steps[:number]:
            step(visit)


def _publications(here: _District, steps: list[Callable[[Visit], object]]) -> None:
    """Results that wait for publication, that were corrected, that were taken back."""
    made = []
    for number in (10, 11, 11):
        visit = here.plan()
        for step in (*steps[:4], *steps[5:number]):
            step(visit)
        made.append(visit)
    waiting, corrected, withdrawn = made
    publications.draft(waiting, actor=here.officer)
    first = corrected.publications.get()
    again = publications.correct(first, reason="更正检查事项名称。", actor=here.officer)
    publications.publish(again, actor=here.chief)
    row, reason = withdrawn.publications.get(), "机构提出异议，正在核实。"
    publications.withdraw(row, reason=reason, actor=here.chief)


def _early_ends(here: _District, steps: list[Callable[[Visit], object]]) -> None:
    """Cancelled, unannounced, and what may be found at the door."""
    visits.cancel(here.plan(), reason="机构已申请注销，另行核查。", actor=here.chief)
    silent = here.plan()
    for step in steps[:2]:
        step(silent)
    visits.waive_notice(silent, reason="预先通知可能导致转移样品和记录。", actor=here.officer)
    for outcome in Outcome:
        absent = here.plan()
        for step in steps[:4]:
            step(absent)
        signing.write_outcome(absent, outcome=outcome, photo=_picture(), actor=here.inspector)
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
