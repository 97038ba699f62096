"""The records of draws that URLs of the access matrix name, and the data of their forms."""

from __future__ import annotations

from typing import Any

from agencies.accounts.selectors import actor_from_post
from agencies.models import Inspector
from inspections.draws.models import Draw
from inspections.imports import sheets
from inspections.recusals.models import Recusal
from institutions.models import Institution
from portal.access import Actor
from portal.clocks import today
from tests.factories import InstitutionFactory, sampling_parameters
from tests.inspections.ceremonies import makers
from tests.inspections.imports import makers as imports
from tests.people import World, form, record


def _actor(world: World, who: str) -> Actor:
    return actor_from_post(world.user(who).posts.get().pk, source="test")


def _stage(world: World) -> makers.Stage:
    """The two bureaus of the world and a published batch of theirs."""
    sampling_parameters()
    market, ecology = world.agency("market"), world.agency("ecology")
    for agency in (market, ecology):
        if Inspector.objects.ready_on(makers.FIRST_DAY).filter(agency=agency).count() < 4:
            makers.inspectors(agency, 4)
    return makers.Stage(
        makers.batch_of(market, ecology),
        _actor(world, "chief"),
        _actor(world, "market_chief"),
        _actor(world, "city_market"),
        [InstitutionFactory()],
    )


@record("batch_to_draw")
def batch_to_draw(world: World) -> list[Any]:
    return [_stage(world).batch.pk]


@record("draw_draft")
def draw_draft(world: World) -> list[Any]:
    here = _stage(world)
    return [makers.services.open_draw(here.batch, actor=here.mkt).pk]


@record("draw_frozen")
def draw_frozen(world: World) -> list[Any]:
    return [makers.frozen(_stage(world)).pk]


@record("draw_committed")
def draw_committed(world: World) -> list[Any]:
    return [makers.committed(_stage(world))[0].pk]


@record("draw_revealed")
def draw_revealed(world: World) -> list[Any]:
    return [makers.revealed(_stage(world)).pk]


@record("draw_executed")
def draw_executed(world: World) -> list[Any]:
    return [makers.executed(_stage(world)).pk]


@record("draw_void")
def draw_void(world: World) -> list[Any]:
    here = _stage(world)
    draw = makers.frozen(here)
    makers.ceremony.void(draw, reason="名录有误", actor=here.mkt)
    return [draw.pk]


@record("draw_superior")
def draw_superior(world: World) -> list[Any]:
    return [imports.confirmed(_stage(world)).pk]


@record("import_draft")
def import_draft(world: World) -> list[Any]:
    """Recorded by the market bureau's chief."""
    here = _stage(world)
    return [imports.begun(here, imports.row(here, 0)).pk]


@record("import_faulty")
def import_faulty(world: World) -> list[Any]:
    """Its marked copy is asked for."""
    here = _stage(world)
    made = imports.begun(here, imports.row(here, 0, seat_eco_lead="SH-9999-9999"))
    sheets.request_marked(made, sheets.examine(made, here.mkt), actor=here.mkt)
    return [made.pk]


@record("import_submitted")
def import_submitted(world: World) -> list[Any]:
    here = _stage(world)
    return [imports.submitted(here, imports.row(here, 0)).pk]


@record("recusal")
def recusal(world: World) -> list[Any]:
    """Of an inspector of the market bureau."""
    made = Recusal.objects.create(
        inspector=_inspector(world),
        institution_id=world.args("institution")[0],
        reason="曾任职",
        from_on=today(),
    )
    return [made.pk]


def _inspector(world: World) -> Inspector:
    world.args("draw_frozen")
    found = Inspector.objects.filter(agency=world.agency("market")).order_by("pk").first()
    assert found is not None
    return found


@form("draw_open")
def draw_open(world: World) -> dict[str, Any]:
    return {"sitting": "together", "for_date": "2026-12-01"}


@form("draw_exclusion")
def draw_exclusion(world: World) -> dict[str, Any]:
    draw = Draw.objects.get(pk=world.args("draw_draft")[0])
    own = Institution.objects.filter(region=draw.batch.plan.region).order_by("-pk")[0]
    return {"institution": own.pk, "reason": "已列入专项检查"}


@form("draw_strike")
def draw_strike(world: World) -> dict[str, Any]:
    draw = Draw.objects.get(pk=world.args("draw_frozen")[0])
    uscc = draw.public["institutions"][0]["id"]
    return {"uscc": uscc, "reason": "已注销", "evidence": "登记机关公告"}


@form("recusal")
def recusal_form(world: World) -> dict[str, Any]:
    own = InstitutionFactory()
    return {
        "inspector": _inspector(world).pk,
        "institution": own.pk,
        "reason": "近亲属",
        "from_on": "2026-12-01",
    }


@form("recusal_end")
def recusal_end(world: World) -> dict[str, Any]:
    return {"on": today().isoformat()}
