"""The records of inspections that URLs of the access matrix name, and the data of its forms."""

from __future__ import annotations

from typing import Any

from inspections.models import CheckItem, Plan
from inspections.plans.choices import PlanState
from portal.clocks import now
from tests.factories import BatchFactory, CheckItemFactory, PlanFactory, sampling_parameters
from tests.people import World, form, record


def _plan(world: World, state: PlanState, **given: Any) -> Plan:
    """A joint plan of the own bureaus, initiated by the market bureau, with a batch."""
    sampling_parameters()
    bureaus = {"initiating": world.agency("market"), "cooperating": world.agency("ecology")}
    made = PlanFactory(**bureaus, state=state, published_at=now(), **given)
    made.plan_items.create(item=_item(world))
    BatchFactory(made)
    return made


def _item(world: World) -> CheckItem:
    [key] = world.args("checkitem")
    return CheckItem.objects.get(pk=key)


@record("batch_draft")
def batch_draft(world: World) -> list[Any]:
    return [_batch(world, "plan_draft")]


@record("batch_published")
def batch_published(world: World) -> list[Any]:
    return [_batch(world, "plan_published")]


def _batch(world: World, plan: str) -> int:
    [key] = world.args(plan)
    return int(Plan.objects.get(pk=key).batches.get().pk)


@record("checkitem")
def checkitem(world: World) -> list[Any]:
    """An item of the market bureaus."""
    return [CheckItemFactory().pk]


@record("plan_approved")
def plan_approved(world: World) -> list[Any]:
    return [_plan(world, PlanState.APPROVED, submission=1, year=2028).pk]


@record("plan_draft")
def plan_draft(world: World) -> list[Any]:
    return [_plan(world, PlanState.DRAFT).pk]


@record("plan_published")
def plan_published(world: World) -> list[Any]:
    return [_plan(world, PlanState.PUBLISHED).pk]


@record("plan_submitted")
def plan_submitted(world: World) -> list[Any]:
    return [_plan(world, PlanState.SUBMITTED, submission=1).pk]


# --- Forms -------------------------------------------------------------------------------------


@form("batch")
def batch(world: World) -> dict[str, Any]:
    days = {"starts_on": "2026-04-01", "ends_on": "2026-06-30"}
    drawn = {"drawn_B": "on", "ratio_B": "10", "floor_B": "1"}
    return {"name": "第一批", **days, **drawn, "version": 1}


@form("plan")
def plan(world: World) -> dict[str, Any]:
    """A plan of one bureau alone."""
    return {**plan_facts(world), "year": 2026, "kind": "special", "cooperating": ""}


@form("plan_facts")
def plan_facts(world: World) -> dict[str, Any]:
    return {
        "title": "年度检查计划",
        "cooperating": world.agency("ecology").pk,
        "basis": "国办发〔2024〕54号",
        "reasons": "减少重复检查",
        "items": [_item(world).pk],
        "version": 1,
    }
