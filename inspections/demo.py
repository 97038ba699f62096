"""The demo's plans: two years of the demo district, one drafted, one that waits for a leader.

What lies in the past is written directly with its past dates and one audit line, made today, that
says it is demo data. What is open goes through the services as invented people would do it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from agencies.accounts.selectors import actor_from_post
from agencies.models import Agency, Post
from inspections.ceremonies.services import seat_teams
from inspections.draws import rules as recipe
from inspections.draws import services as draws
from inspections.draws.choices import DrawState
from inspections.draws.models import Draw, DrawInspector
from inspections.draws.permissions import parties
from inspections.draws.selectors import annex_of, frame_of, public_of
from inspections.plans import rules, services
from inspections.plans.choices import BatchState, Decision, PlanKind, PlanState
from inspections.plans.models import Batch, CheckItem, Plan, PlanApproval, PlanItem
from inspections.plans.rules import BatchFacts
from inspections.plans.selectors import default_strata
from institutions.demo import HOME, SIBLING
from institutions.models import Institution
from institutions.registry.choices import StandingKind
from institutions.registry.services import set_standing
from portal.access import Actor, AgencyKind, Role, job_actor
from portal.audit import record
from portal.clocks.now import SHANGHAI
from portal.demo import DemoPlan

ACTOR = job_actor("demo")
BUREAUS = (AgencyKind.MARKET, AgencyKind.ECOLOGY)
QUARTERS = ((2, 15, 3, 31), (4, 10, 6, 30), (7, 10, 9, 30), (10, 10, 12, 10))
HALVES = ((3, 15, 6, 30), (8, 10, 11, 30))
BASIS = (
    "《检验检测机构监督管理办法》第18条；国发〔2019〕5号；国办发〔2024〕54号；宝环保〔2024〕5号。"
)
REASONS = (
    "落实联合计划、联合检查、联合研判、联合通报、联合惩戒，以信用风险分级确定抽查比例，"
    "能够联合检查的一次完成，减少对机构的打扰。"
)
# Of each hundred institutions in a lasting order: how many of each grade; the rest is ungraded.
GRADES = (("A", 18), ("B", 42), ("C", 14), ("D", 6))
RISKS = {"C": "3", "D": "8"}


def load(plan: DemoPlan) -> None:
    """Demo part 50: the same plans for the same size and day."""
    _grades(plan)
    for code in (HOME, SIBLING):
        for year in (plan.today.year - 1, plan.today.year):
            _past(plan, code, year)
    _draws(plan)
    _draft(plan)
    _waiting(plan)
    facts = {"plans": Plan.objects.count(), "size": plan.size}
    record(ACTOR, "plan.load_demo", "demo:plans", facts=facts)


def _grades(plan: DemoPlan) -> None:
    """Official grades of the last year, and the weights of the risky, as upper rooms state them."""
    on = dt.date(plan.today.year - 1, 1, 1)
    keys = list(Institution.objects.current().order_by("uscc").values_list("pk", flat=True))
    first = 0
    for grade, share in GRADES:
        named = [pk for place, pk in enumerate(keys) if first <= place * 37 % 100 < first + share]
        first += share
        _state(named, StandingKind.GRADE, grade, on)
        if grade in RISKS:
            _state(named, StandingKind.RISK_WEIGHT, RISKS[grade], on)


def _state(institutions: list[int], kind: StandingKind, value: str, on: dt.date) -> None:
    set_standing(
        institutions, kind=kind, value=value, source="demo:grades", from_on=on, actor=ACTOR
    )


def _bureaus(code: str) -> list[Agency]:
    """The market and the ecology bureau of a district, in this order."""
    rows = Agency.objects.active().filter(region__code=code, kind__in=BUREAUS)
    return sorted(rows.select_related("region"), key=lambda agency: agency.kind, reverse=True)


def _person(agency: Agency, role: Role) -> Actor:
    post = Post.objects.filter(agency=agency, roles__contains=[role]).order_by("pk")[:1].get()
    return actor_from_post(post.pk, source="demo")


# --- The past -----------------------------------------------------------------------------------


def _past(plan: DemoPlan, code: str, year: int) -> None:
    """A published joint plan; its batches whose days are over are closed."""
    market, ecology = _bureaus(code)
    day = min(dt.date(year, 3, 12), plan.today)
    at = dt.datetime.combine(day, dt.time(9, 30), SHANGHAI)
    made = Plan.objects.create(
        year=year,
        region=market.region,
        kind=PlanKind.YEARLY,
        title=f"{market.region.name}{year}年度生态环境监测机构联合双随机检查计划",
        initiating=market,
        cooperating=ecology,
        basis=BASIS,
        reasons=REASONS,
        state=PlanState.PUBLISHED,
        submission=1,
        created_at=at - dt.timedelta(days=40),
        published_at=at,
    )
    items = CheckItem.objects.in_force(dt.date(year, 1, 1))
    PlanItem.objects.bulk_create(PlanItem(plan=made, item=item) for item in items)
    _approve_past(made, (market, ecology), at)
    for number, facts in enumerate(_batches(plan, year), start=1):
        over = facts.ends_on < plan.today
        _past_batch(made, number, facts, BatchState.CLOSED if over else BatchState.PLANNED)
    record(ACTOR, "plan.load_demo", made, facts={"state": made.state, "demo": True})


def _approve_past(made: Plan, agencies: Iterable[Agency], at: dt.datetime) -> None:
    for days, agency in enumerate(agencies):
        leaders = Post.objects.filter(agency=agency, roles__contains=[Role.LEADER])
        leader = leaders.select_related("user").first()
        if leader is None:  # the sibling district has fewer invented people
            continue
        PlanApproval.objects.create(
            plan=made,
            submission=1,
            agency=agency,
            leader=leader,
            signature=leader.user.name,
            decision=Decision.APPROVED,
            opinion="同意。",
            decided_at=at - dt.timedelta(days=9 - days * 3),
        )


def _past_batch(made: Plan, number: int, facts: BatchFacts, state: BatchState) -> None:
    batch = Batch.objects.create(plan=made, number=number, state=state, **facts.columns())
    for name, ratio, floor in facts.strata:
        batch.strata.create(name=name, ratio_bp=ratio, floor=floor)
    kinds = [agency.kind for agency in (made.initiating, made.cooperating) if agency]
    for order, (name, dept) in enumerate(rules.seats(kinds, expert=facts.expert), start=1):
        batch.slots.create(order=order, name=name, dept=dept)


def _batches(plan: DemoPlan, year: int) -> list[BatchFacts]:
    """Two halves in a small demo, four quarters in a large one."""
    spans = HALVES if plan.size == "small" else QUARTERS
    names = ("第一批", "第二批", "第三批", "第四批")
    strata = default_strata(plan.today)
    return [
        BatchFacts(
            name=f"{year}年{name}联合检查",
            starts_on=dt.date(year, span[0], span[1]),
            ends_on=dt.date(year, span[2], span[3]),
            strata=strata,
            expert=number % 2 == 1,
        )
        for number, (name, span) in enumerate(zip(names, spans, strict=False))
    ]


# --- Draws ---------------------------------------------------------------------------------------


def _draws(plan: DemoPlan) -> None:
    """Batches that have begun were drawn a week ahead."""
    batches = Batch.objects.filter(plan__region__code=HOME, plan__state=PlanState.PUBLISHED)
    batches = batches.select_related(
        "plan__region", "plan__initiating__superior", "plan__cooperating__superior"
    ).order_by("starts_on", "pk")
    for batch in batches.filter(starts_on__lte=plan.today):
        _drawn(batch)


def _drawn(batch: Batch) -> None:
    """A real record that verifies; its secrets come from the draw's name, as demo data may."""
    closed = batch.state == BatchState.CLOSED
    at = dt.datetime.combine(batch.starts_on - dt.timedelta(days=7), dt.time(9, 30), SHANGHAI)
    draw = Draw(batch=batch, for_date=batch.starts_on, opened_at=at, frozen_at=at)
    draw.state = DrawState.PUBLISHED if closed else DrawState.EXECUTED
    frame = frame_of(draw, ACTOR)
    names = {each.key: f"{each.dept}-{n:03}" for n, each in enumerate(frame.people, start=1)}
    public = public_of(draw, frame)
    annex = annex_of(frame, names, _secret(draw, "salt"))
    frozen = recipe.freeze(public, annex)
    if frozen.gaps or not frame.inside:
        return  # nobody to send: the batch stays as it is
    draw.public_text = recipe.canon(public).decode()
    draw.annex_text = recipe.canon(annex).decode()
    draw.annex_hash, draw.pool_hash = frozen.annex_hash, frozen.pool_hash
    draw.struck_text = recipe.canon([]).decode()
    draw.struck_hash = recipe.struck_hash(public["alg"], []).hex()
    _execute(draw, at, closed=closed)
    DrawInspector.objects.bulk_create(
        DrawInspector(
            draw=draw, pseudonym=names[each.key], inspector=each.inspector, expert=each.expert
        )
        for each in frame.people
    )
    seat_teams(draw, draw.record["teams"])
    if not closed:
        Batch.objects.filter(pk=batch.pk).update(state=BatchState.DRAWN)
    record(ACTOR, "draw.load_demo", draw, facts={"record_hash": draw.record_hash, "demo": True})


def _execute(draw: Draw, at: dt.datetime, *, closed: bool) -> None:
    secrets = {party: _secret(draw, party) for party in ("ECO", "MKT")}
    attempt = recipe.bound_attempt(draw.public, draw.annex, 1)
    shown = {party: recipe.commitment(attempt, party, value) for party, value in secrets.items()}
    given: dict[str, Any] = {"commitments": shown, "reveals": secrets, "attempt": 1}
    result = recipe.execute(draw.public, draw.annex, [], **given)
    minutes = {"frozen": 0, "committed_ECO": 20, "committed_MKT": 21, "revealed_ECO": 25}
    minutes |= {"revealed_MKT": 26, "executed": 27}
    when = {name: at + dt.timedelta(minutes=count) for name, count in minutes.items()}
    times = {name: draws.iso(each) for name, each in when.items()}
    told = recipe.record(draw.public, draw.annex, [], result, **given, times=times)
    draw.executed_at = when["executed"]
    draw.published_at = at + dt.timedelta(days=90) if closed else None
    draw.record_text, draw.record_hash = recipe.canon(told).decode(), told["record_hash"]
    draw.save()
    draws.store_version(draw, made_at=when["executed"])
    for party, agency in parties(draw).items():
        chief = Post.objects.filter(agency=agency, roles__contains=[Role.CHIEF]).order_by("pk")[0]
        draw.commitments.create(
            party=party,
            value=shown[party],
            post=chief,
            committed_at=when[f"committed_{party}"],
            secret=secrets[party],
            revealed_at=when[f"revealed_{party}"],
        )


def _secret(draw: Draw, party: str) -> str:
    return hashlib.sha256(f"demo {draw.draw_id} {party}".encode()).hexdigest()


# --- What is open today -------------------------------------------------------------------------


def _draft(plan: DemoPlan) -> None:
    """The next year's joint plan, drafted by the market officer with its first batch."""
    market, ecology = _bureaus(HOME)
    officer, year = _person(market, Role.OFFICER), plan.today.year + 1
    made = services.create_plan(
        year=year,
        kind=PlanKind.YEARLY,
        title=f"{market.region.name}{year}年度生态环境监测机构联合双随机检查计划（征求意见稿）",
        cooperating=ecology,
        basis=BASIS,
        reasons=REASONS,
        items=list(CheckItem.objects.in_force(dt.date(year, 1, 1))),
        actor=officer,
    )
    services.add_batch(made, facts=_batches(plan, year)[0], actor=officer)


def _waiting(plan: DemoPlan) -> None:
    """A special plan that the ecology leader has approved and the market leader has not."""
    market, ecology = _bureaus(HOME)
    officer, year = _person(ecology, Role.OFFICER), plan.today.year
    made = services.create_plan(
        year=year,
        kind=PlanKind.SPECIAL,
        title=f"{year}年水和废水监测数据质量专项检查计划",
        cooperating=market,
        basis="《生态环境监测条例》第35条；国办发〔2024〕54号。",
        reasons="针对承担本区水环境监测任务的机构，重点核查采样、原始记录和报告的一致性。",
        items=list(
            CheckItem.objects.in_force(plan.today).filter(code__in=("S04", "S05", "S10", "S27"))
        ),
        actor=officer,
    )
    facts = BatchFacts(
        name="水监测数据质量专项",
        starts_on=plan.today,
        ends_on=min(plan.today + dt.timedelta(days=45), dt.date(year, 12, 31)),
        strata=[("B", 2000, 2), ("C", 5000, 1), ("D", 10_000, 0)],
        media=("water",),
        on_roster=True,
        expert=True,
    )
    services.add_batch(made, facts=facts, actor=officer)
    services.submit(made, actor=officer)
    services.approve(made, opinion="同意，请市场监管局支持。", actor=_person(ecology, Role.LEADER))
