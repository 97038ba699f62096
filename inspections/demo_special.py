"""The demo's special plans and their draws: every state of both, through the services.

The ceremony is held as two bureaus would hold it; its secrets come from the draw's name, as demo
data may.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from agencies.models import Agency
from inspections.ceremonies import services as ceremonies
from inspections.demo import _bureaus, _person, _secret
from inspections.draws import rules as recipe
from inspections.draws import services as draws
from inspections.draws.choices import DrawState, Party, ReplacementKind, Sitting
from inspections.draws.models import Draw
from inspections.plans import services
from inspections.plans.choices import BatchState, PlanKind
from inspections.plans.models import Batch, CheckItem, Plan
from inspections.plans.rules import BatchFacts, Stratum
from inspections.plans.selectors import default_strata
from inspections.replacements import services as replacements
from institutions.demo import HOME
from portal.access import Actor, Role
from portal.demo import DemoPlan

BASIS = "《生态环境监测条例》第35条；国办发〔2024〕54号。"
FEW: list[Stratum] = [("B", 1000, 1), ("U", 1000, 1)]


@dataclass
class Bureaus:
    """Both bureaus' people, and the demo's day."""

    today: dt.date
    market: Agency
    ecology: Agency

    def actor(self, agency: Agency, role: Role = Role.OFFICER) -> Actor:
        return _person(agency, role)

    def other(self, agency: Agency) -> Agency:
        return self.ecology if agency == self.market else self.market

    def plan(self, agency: Agency, title: str, reasons: str) -> Plan:
        """A special plan of this year with one batch."""
        year, officer = self.today.year, self.actor(agency)
        rows = CheckItem.objects.in_force(self.today).filter(code__in=("S04", "S05", "S10"))
        made = services.create_plan(
            year=year,
            kind=PlanKind.SPECIAL,
            title=f"{year}年{title}",
            cooperating=self.other(agency),
            basis=BASIS,
            reasons=reasons,
            items=list(rows),
            actor=officer,
        )
        services.add_batch(made, facts=self.facts("第一批", 0), actor=officer)
        return made

    def facts(self, name: str, days: int, **more: Any) -> BatchFacts:
        """A batch that begins in so many days, inside the year."""
        last = dt.date(self.today.year, 12, 31)
        starts_on = min(self.today + dt.timedelta(days=days), last)
        ends_on = min(starts_on + dt.timedelta(days=30), last)
        return BatchFacts(
            name=name, starts_on=starts_on, ends_on=ends_on, **{"strata": FEW, **more}
        )

    def approved(self, made: Plan, agency: Agency) -> None:
        services.submit(made, actor=self.actor(agency))
        for each in (agency, self.other(agency)):
            services.approve(made, opinion="同意。", actor=self.actor(each, Role.LEADER))
        made.refresh_from_db()

    def published(self, made: Plan, agency: Agency) -> None:
        services.publish(made, actor=self.actor(agency))
        made.refresh_from_db()


def load(plan: DemoPlan) -> None:
    """Demo part 51: plans and draws in the states that the yearly ones do not reach."""
    here = Bureaus(plan.today, *_bureaus(HOME))
    _plans(here)
    edition = _edition(here)
    _ceremonies(here, edition)
    _replacement(here)


def _plans(here: Bureaus) -> None:
    """Returned, approved, withdrawn, given up."""
    market, ecology = here.market, here.ecology
    returned = here.plan(market, "检验检测报告专用章使用专项检查计划", "核查用章不规范问题。")
    services.submit(returned, actor=here.actor(market))
    reason = "请与年度计划合并，避免重复检查。"
    services.return_plan(returned, reason=reason, actor=here.actor(ecology, Role.LEADER))
    approved = here.plan(ecology, "土壤监测采样过程专项检查计划", "核查采样过程的真实性。")
    here.approved(approved, ecology)
    withdrawn = here.plan(market, "仪器检定校准专项检查计划", "核查仪器检定情况。")
    here.approved(withdrawn, market)
    here.published(withdrawn, market)
    reason = "上级已部署同类检查，不再重复实施。"
    services.withdraw(withdrawn, reason=reason, actor=here.actor(market, Role.LEADER))
    given_up = here.plan(ecology, "噪声监测专项检查计划", "核查噪声监测点位。")
    reason = "对象范围与水监测专项重复。"
    services.discard(given_up, reason=reason, actor=here.actor(ecology))


def _edition(here: Bureaus) -> Plan:
    """A published plan whose second edition took its place, with a batch for each draw."""
    agency = here.ecology
    officer = here.actor(agency)
    first = here.plan(
        agency, "自动监测运维机构专项检查计划", "核查自动监测设施运维记录与数据的一致性。"
    )
    here.approved(first, agency)
    here.published(first, agency)
    edition = services.start_replacement(first, reason="按照市局部署增加批次。", actor=officer)
    for days, name in ((0, "第二批"), (7, "第三批"), (7, "第四批"), (7, "第五批")):
        services.add_batch(edition, facts=here.facts(name, days), actor=officer)
    whole = {"strata": default_strata(here.today), "expert": True}
    services.add_batch(edition, facts=here.facts("年末批次", 10, **whole), actor=officer)
    here.approved(edition, agency)
    here.published(edition, agency)
    return edition


# --- Ceremonies ---------------------------------------------------------------------------------


def _ceremonies(here: Bureaus, edition: Plan) -> None:
    """Two drawn; one revealed; one committed after a failed attempt; one frozen, one prepared."""
    batches = list(edition.batches.order_by("number"))
    one, two, revealed, committed, frozen, prepared = batches
    for batch in (one, two):
        draw = _revealed(here, batch)
        ceremonies.execute(draw, actor=here.actor(here.market))
    _revealed(here, revealed)
    failed = _committed(here, committed)
    _reveal(here, failed, Party.ECO)
    again = ceremonies.void(
        failed,
        reason="市场监管局未在约定时间内揭示。",
        party=Party.MKT,
        actor=here.actor(here.ecology),
    )
    _commit(here, again)
    _frozen(here, frozen)
    draws.open_draw(prepared, actor=here.actor(here.market))


def _frozen(here: Bureaus, batch: Batch) -> Draw:
    officer = here.actor(here.market)
    draw = draws.open_draw(batch, sitting=Sitting.APART, actor=officer)
    draws.freeze(draw, actor=officer)
    draw.refresh_from_db()
    return draw


def _committed(here: Bureaus, batch: Batch) -> Draw:
    return _commit(here, _frozen(here, batch))


def _commit(here: Bureaus, draw: Draw) -> Draw:
    for party, agency in _parties(here).items():
        attempt = recipe.bound_attempt(draw.public, draw.annex, draw.attempt)
        value = recipe.commitment(attempt, party, _secret(draw, party))
        ceremonies.commit(draw, value=value, actor=here.actor(agency))
    draw.refresh_from_db()
    return draw


def _revealed(here: Bureaus, batch: Batch) -> Draw:
    draw = _committed(here, batch)
    for party in _parties(here):
        _reveal(here, draw, party)
    draw.refresh_from_db()
    return draw


def _reveal(here: Bureaus, draw: Draw, party: str) -> None:
    actor = here.actor(_parties(here)[party])
    ceremonies.reveal(draw, secret=_secret(draw, party), actor=actor)


def _parties(here: Bureaus) -> dict[str, Agency]:
    return {Party.ECO: here.ecology, Party.MKT: here.market}


def _replacement(here: Bureaus) -> None:
    """An inspector of a draw whose visits are ahead cannot come: the reserve is called."""
    rows = Draw.objects.filter(state=DrawState.EXECUTED, batch__state=BatchState.DRAWN)
    draw = rows.filter(batch__plan__region__code=HOME).order_by("for_date", "pk").first()
    if draw is None:
        return
    seats = draw.seats.filter(inspector__agency=here.ecology).order_by("-order", "slot")
    seat = seats.select_related("institution").first()
    if seat is not None:
        replacements.replace(
            draw,
            kind=ReplacementKind.NO_SHOW,
            institution=seat.institution,
            slot=seat.slot,
            reason="检查人员因公出差，不能到场。",
            actor=here.actor(here.market, Role.CHIEF),
        )
