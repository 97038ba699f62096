"""The records of visits and what follows them that URLs of the access matrix name.

The officers of both bureaus are inspectors of every team, so that they are the people on site;
reviews are for their chiefs.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from agencies.accounts.selectors import actor_from_post
from agencies.models import User
from inspections.findings.services import add_evidence
from inspections.models import Order, ResultCode, ResultPublication, Visit
from inspections.publications import services as publications
from inspections.rectifications import services as orders
from inspections.results.services import add_result, seed_result_codes
from inspections.visits import services as visits
from inspections.visits.choices import VisitKind
from institutions.models import Institution
from portal.access import Actor
from portal.clocks import today
from portal.models import DeadlineRule
from tests.factories import sampling_parameters
from tests.inspections.onsite import Crew, inspector, matter, photo
from tests.people import World, form, record

_crews: dict[World, Crew] = {}


def crew(world: World) -> Crew:
    if world not in _crews:
        sampling_parameters()
        _rule("D24", 20, "working_day")
        _rule("D30", 30, "calendar_day")
        bureaus = [("ecology", "officer"), ("market", "market")]
        people = []
        for agency, who in bureaus:
            user = world.user(who)
            people.append(inspector(world.agency(agency), user=user, name=user.name))
            people.append(inspector(world.agency(agency)))
        _crews[world] = Crew(world.agency("market"), world.agency("ecology"), people)
    return _crews[world]


def _rule(code: str, length: int, unit: str) -> None:
    facts = {"trigger": "x", "step": "x", "length": length, "unit": unit, "state": "approved"}
    DeadlineRule.objects.get_or_create(
        code=code, version=1, defaults={"name": code, "mark": "D", **facts}
    )


def actor(world: World, who: str) -> Actor:
    return actor_from_post(world.user(who).posts.get().pk, source="test")


def plan(world: World, **changed: Any) -> Visit:
    """A joint visit to the institution of the matrix, upon a complaint."""
    [key] = world.args("institution")
    institution = Institution.objects.get(pk=key)
    return crew(world).plan(institution=institution, kind=VisitKind.COMPLAINT, **changed)


@record("visit_planned")
def visit_planned(world: World) -> list[Any]:
    return [plan(world).pk]


@record("visit_submitted")
def visit_submitted(world: World) -> list[Any]:
    made = plan(world)
    visits.submit(made, actor=crew(world).officer)
    return [made.pk]


@record("visit_approved")
def visit_approved(world: World) -> list[Any]:
    return [crew(world).approved(plan(world)).pk]


@record("visit_noticed")
def visit_noticed(world: World) -> list[Any]:
    return [crew(world).noticed(plan(world)).pk]


@record("visit_opened")
def visit_opened(world: World) -> list[Any]:
    return [_opened(world).pk]


def _opened(world: World) -> Visit:
    """With a market finding and a photo of it."""
    team = crew(world)
    visit = team.opened(plan(world))
    add_evidence(visit, upload=photo(), place="实验室", finding=team.finding(visit), actor=team.mkt)
    return visit


@record("visit_point")
def visit_point(world: World) -> list[Any]:
    """A visit under way and a point of its checklist."""
    visit = Visit.objects.get(pk=world.args("visit_opened")[0])
    result = visit.item_results.first()
    assert result is not None
    return [visit.pk, result.point_id]


@record("visit_recorded")
def visit_recorded(world: World) -> list[Any]:
    return [crew(world).recorded(_opened(world)).pk]


@record("visit_signed")
def visit_signed(world: World) -> list[Any]:
    return [crew(world).signed(_opened(world)).pk]


@record("visit_reviewing")
def visit_reviewing(world: World) -> list[Any]:
    return [crew(world).resulted(crew(world).signed(_opened(world)), "09").pk]


@record("visit_reviewed")
def visit_reviewed(world: World) -> list[Any]:
    """Without findings: nothing is owed before it is closed."""
    team = crew(world)
    return [team.reviewed(team.signed(team.opened(plan(world)))).pk]


@record("member")
def member(world: World) -> list[Any]:
    """The second inspector of the market bureau on a planned visit."""
    visit = Visit.objects.get(pk=world.args("visit_planned")[0])
    return [visit.members.get(inspector=crew(world).inspectors[3]).pk]


@record("finding")
def finding(world: World) -> list[Any]:
    """Of the visit under way."""
    return [_finding(world, "visit_opened")]


@record("finding_signed")
def finding_signed(world: World) -> list[Any]:
    return [_finding(world, "visit_signed")]


def _finding(world: World, visit: str) -> int:
    found = Visit.objects.get(pk=world.args(visit)[0]).findings.first()
    assert found is not None
    return found.pk


@record("result")
def result(world: World) -> list[Any]:
    """09 of the market bureau, before the review."""
    seed_result_codes()
    visit = Visit.objects.get(pk=world.args("visit_signed")[0])
    code = ResultCode.objects.get(code="09")
    return [add_result(visit, code=code, actor=crew(world).mkt).pk]


def _order(world: World) -> Order:
    team = crew(world)
    return team.order(team.opened(plan(world)))


@record("order")
def order(world: World) -> list[Any]:
    return [_order(world).pk]


@record("order_submitted")
def order_submitted(world: World) -> list[Any]:
    """Handed in by the institution itself."""
    made = _order(world)
    own = Actor(kind="institution", institution_id=made.institution_id)
    orders.submit(made, text="已整改", actor=own)
    return [made.pk]


@record("order_extending")
def order_extending(world: World) -> list[Any]:
    made, team = _order(world), crew(world)
    until = made.due_on + dt.timedelta(days=5)
    orders.ask_extension(made, until=until, reason="设备到货晚", actor=team.officer)
    return [made.pk]


def _draft(world: World) -> ResultPublication:
    team = crew(world)
    visit = team.reviewed(team.signed(team.opened(plan(world))))
    return publications.draft(visit, actor=team.officer)


@record("publication_draft")
def publication_draft(world: World) -> list[Any]:
    return [_draft(world).pk]


@record("publication_public")
def publication_public(world: World) -> list[Any]:
    made = _draft(world)
    publications.publish(made, actor=crew(world).chief)
    return [made.pk]


# --- Forms -------------------------------------------------------------------------------------


@form("visit")
def visit_form(world: World) -> dict[str, Any]:
    """A visit of the market bureau alone."""
    people = [each.pk for each in crew(world).inspectors[2:]]
    [item] = world.args("checkitem")
    return {
        **visit_facts(world),
        "kind": "complaint",
        "items": [item],
        "inspectors": people,
    }


@form("visit_facts")
def visit_facts(world: World) -> dict[str, Any]:
    days = {"planned_from": today().isoformat(), "planned_to": today().isoformat()}
    return {"purpose": "核查举报", **days, "version": 1}


@form("member")
def member_form(world: World) -> dict[str, Any]:
    return {"inspector": _spare(world).pk}


@form("replacement")
def replacement_form(world: World) -> dict[str, Any]:
    return {"by": _spare(world).pk, "reason": "病假"}


def _spare(world: World) -> Any:
    """A third inspector of the market bureau."""
    agency = world.agency("market")
    known = agency.inspectors.filter(name="备用").first()
    user = User.objects.get(pk=world.user("market_chief").pk)
    return known or inspector(agency, user=user, name="备用")


@form("notice")
def notice_form(world: World) -> dict[str, Any]:
    return {"on": today().isoformat()}


@form("arrival")
def arrival_form(world: World) -> dict[str, Any]:
    return {"code": "JC1", "place": "示范路1号", "credentials_shown": "on"}


@form("finding")
def finding_form(world: World) -> dict[str, Any]:
    facts = {"facts": "未经授权签字人签发", "severity": "general", "version": 1}
    return {"matter": matter().pk, **facts}


@form("lead")
def lead_form(world: World) -> dict[str, Any]:
    return {"lead_ref": "XS-2026-1"}


@form("site_record")
def record_form(world: World) -> dict[str, Any]:
    return {"text": "检查了十八项。", "representative": "钱某"}


@form("institution_signature")
def signature_form(world: World) -> dict[str, Any]:
    return {"name": "钱某", "title": "负责人"}


@form("order")
def order_form(world: World) -> dict[str, Any]:
    return {"findings": world.args("finding_signed"), "requirement": "立即改正"}


@form("submission")
def submission_form(world: World) -> dict[str, Any]:
    return {"text": "已整改"}


@form("reinspection")
def reinspection_form(world: World) -> dict[str, Any]:
    people = [each.pk for each in crew(world).inspectors[2:]]
    facts = visit_facts(world)
    return {**{name: facts[name] for name in ("planned_from", "planned_to")}, "inspectors": people}


@form("extension")
def extension_form(world: World) -> dict[str, Any]:
    return {"until": "2099-01-05", "reason": "设备到货晚"}


@form("extension_decision")
def decision_form(world: World) -> dict[str, Any]:
    return {"grant": "yes", "opinion": ""}


@form("result")
def result_form(world: World) -> dict[str, Any]:
    seed_result_codes()
    return {"code": ResultCode.objects.get(code="07").pk}


@form("result_step")
def step_form(world: World) -> dict[str, Any]:
    return {"step": "case", "reference": "XS-1", "taken_on": today().isoformat()}


@form("public_text")
def text_form(world: World) -> dict[str, Any]:
    return {"text": "检查结果：未发现问题。", "version": 1}
