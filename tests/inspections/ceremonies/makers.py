"""A published joint plan with one batch, its bureaus, officers, inspectors and institutions."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any

from agencies.models import Agency, Inspector
from inspections.ceremonies import services as ceremony
from inspections.draws import rules, services
from inspections.draws.models import Draw
from inspections.plans.choices import PlanKind, PlanState
from inspections.plans.models import Batch, BatchSlot, BatchStratum, Plan
from institutions.models import Institution
from portal.access import Actor, AgencyKind, Role
from portal.clocks import now
from tests.factories import ActorFactory, AgencyFactory, InstitutionFactory

FIRST_DAY = dt.date(2026, 12, 1)
JOINT = (("eco_lead", "ECO"), ("eco_second", "ECO"), ("mkt_lead", "MKT"), ("mkt_second", "MKT"))
SINGLE = (("mkt_lead", "MKT"), ("mkt_second", "MKT"))


@dataclass(frozen=True)
class Stage:
    """Everything that a draw needs, and an officer of each party."""

    batch: Batch
    eco: Actor
    mkt: Actor
    sup: Actor
    institutions: list[Institution]


def inspectors(agency: Agency, count: int) -> None:
    start = Inspector.objects.count()
    Inspector.objects.bulk_create(
        Inspector(
            agency=agency,
            name=f"检查员{start + n}",
            certificate_number=f"SH-0113-{start + n:04}",
            valid_from=dt.date(2024, 1, 1),
            valid_to=dt.date(2029, 12, 31),
            specialities=["water"],
        )
        for n in range(count)
    )


def batch_of(market: Agency, ecology: Agency | None, *, ratio: int = 5000) -> Batch:
    """The batch of a published special plan of these bureaus."""
    plan = Plan.objects.create(
        year=2026,
        region=market.region,
        kind=PlanKind.SPECIAL,
        title="2026年联合检查",
        initiating=market,
        cooperating=ecology,
        state=PlanState.PUBLISHED,
        created_at=now(),
        published_at=now(),
    )
    batch = Batch.objects.create(
        plan=plan, number=1, name="第一批", starts_on=FIRST_DAY, ends_on=dt.date(2026, 12, 31)
    )
    BatchStratum.objects.create(batch=batch, name="U", ratio_bp=ratio, floor=1)
    for order, (name, dept) in enumerate(JOINT if ecology else SINGLE, start=1):
        BatchSlot.objects.create(batch=batch, order=order, name=name, dept=dept)
    return batch


def stage(
    *, joint: bool = True, institutions: int = 10, people: int = 4, ratio: int = 5000
) -> Stage:
    """A batch that is ready to be drawn; half of ten institutions by default."""
    superior = AgencyFactory(of_city=True, kind=AgencyKind.MARKET)
    market = AgencyFactory(kind=AgencyKind.MARKET, superior=superior)
    ecology = AgencyFactory(kind=AgencyKind.ECOLOGY, superior=superior)
    inspectors(market, people)
    inspectors(ecology, people)
    batch = batch_of(market, ecology if joint else None, ratio=ratio)
    made = [InstitutionFactory() for _n in range(institutions)]
    officer = {"roles": [Role.OFFICER, Role.CHIEF]}
    return Stage(
        batch,
        ActorFactory(agency=ecology, **officer),
        ActorFactory(agency=market, **officer),
        ActorFactory(agency=superior, **officer),
        made,
    )


def frozen(stage: Stage, **changed: Any) -> Draw:
    draw = services.open_draw(stage.batch, actor=stage.mkt, **changed)
    services.freeze(draw, actor=stage.mkt)
    draw.refresh_from_db()
    return draw


def secret_and_value(draw: Draw, party: str) -> tuple[str, str]:
    """What the browser makes: a secret, and its commitment."""
    secret = secrets.token_hex(32)
    attempt = rules.bound_attempt(draw.public, draw.annex, draw.attempt)
    return secret, rules.commitment(attempt, party, secret)


def committed(stage: Stage, draw: Draw | None = None) -> tuple[Draw, dict[str, str]]:
    """Both parties have committed; their secrets by party."""
    draw = draw or frozen(stage)
    kept = {}
    for party, actor in (("ECO", stage.eco), ("MKT", stage.mkt)):
        kept[party], value = secret_and_value(draw, party)
        ceremony.commit(draw, value=value, actor=actor)
    draw.refresh_from_db()
    return draw, kept


def revealed(stage: Stage, draw: Draw | None = None) -> Draw:
    draw, kept = committed(stage, draw)
    ceremony.reveal(draw, secret=kept["ECO"], actor=stage.eco)
    ceremony.reveal(draw, secret=kept["MKT"], actor=stage.mkt)
    draw.refresh_from_db()
    return draw


def executed(stage: Stage, draw: Draw | None = None) -> Draw:
    draw = revealed(stage, draw)
    ceremony.execute(draw, actor=stage.mkt)
    draw.refresh_from_db()
    return draw
