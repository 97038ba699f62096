"""Publications, notices, restrictions and credit records that URLs of the access matrix name."""

from __future__ import annotations

import datetime as dt
from typing import Any

from penalties.models import Decision, PenaltyPublication, Repair
from sharing.models import CreditRecord, PenaltyNotice, Restriction
from tests.people import World, form, record
from tests.world_penalties import DAY, _case

LATER = dt.date(2099, 1, 1)


def _decision(world: World, standing: str = "in_force") -> Decision:
    """Of the own ecology bureau, in its case handled by `officer`."""
    case = _case(world, "decided", decided_on=DAY, outcome="penalty")
    post = world.user("officer").posts.get()
    made = Decision.objects.create(
        case=case,
        standing=standing,
        outcome="penalty",
        party_name="世界检测有限公司",
        decided_on=DAY,
        drafted_by=post,
    )
    made.lines.create(number=1, kind="warning", text="警告")
    return made


def _publication(world: World, state: str, **changed: Any) -> PenaltyPublication:
    decision = _decision(world, changed.pop("standing", "in_force"))
    facts: dict[str, Any] = {
        "case": decision.case,
        "decision": decision,
        "kind": "disclosure",
        "state": state,
        "breach_class": "minor",
        "party_name": decision.party_name,
        "facts": "事实",
        "basis": "依据",
        "penalties": "警告",
        "due_on": DAY,
    }
    made = PenaltyPublication.objects.create(**(facts | changed))
    if made.published_on:
        content = {
            **{name: getattr(made, name) for name in ("party_name", "facts", "basis")},
            "penalties": made.penalties,
            "case_number": decision.case.number,
            "decided_on": DAY.isoformat(),
        }
        days = {"on": DAY, "legal_on": DAY, "ends_on": LATER}
        made.versions.create(number=1, act="publish", content=content, **days)
    return made


def _reviewed(world: World) -> dict[str, Any]:
    return {"drafted_by": world.user("officer"), "reviewed_by": world.user("chief")}


@record("penalty_publication_draft")
def penalty_publication_draft(world: World) -> list[Any]:
    return [_publication(world, "draft").pk]


@record("penalty_publication_reviewing")
def penalty_publication_reviewing(world: World) -> list[Any]:
    return [_publication(world, "reviewing", drafted_by=world.user("officer")).pk]


@record("penalty_publication_approved")
def penalty_publication_approved(world: World) -> list[Any]:
    return [_publication(world, "approved", publish_on=LATER, **_reviewed(world)).pk]


@record("penalty_publication_published")
def penalty_publication_published(world: World) -> list[Any]:
    return [_publication(world, "published", **_out(world)).pk]


@record("penalty_publication_correctable")
def penalty_publication_correctable(world: World) -> list[Any]:
    return [_publication(world, "published", **_out(world)).pk]


@record("penalty_publication_withdrawable")
def penalty_publication_withdrawable(world: World) -> list[Any]:
    return [_publication(world, "published", **_out(world)).pk]


@record("penalty_publication_repairable")
def penalty_publication_repairable(world: World) -> list[Any]:
    return [_publication(world, "published", **_out(world)).pk]


@record("repair")
def repair(world: World) -> list[Any]:
    """Recorded by the officer; nobody has decided."""
    made = Repair.objects.create(
        publication=_publication(world, "published", **_out(world)),
        applied_on=dt.date(2026, 9, 1),
        grounds="已缴清罚款",
        recorded_by=world.user("officer"),
    )
    return [made.pk]


def _out(world: World) -> dict[str, Any]:
    return {"published_on": DAY, "ends_on": LATER, **_reviewed(world)}


@record("penalty_publication_withdrawn")
def penalty_publication_withdrawn(world: World) -> list[Any]:
    """Of a decision that was changed."""
    facts = {**_out(world), "withdrawn_on": DAY, "standing": "changed"}
    return [_publication(world, "withdrawn", **facts).pk]


@record("penalty_notice")
def penalty_notice(world: World) -> list[Any]:
    """Told to the market bureau and the water bureau of the own district."""
    return [_notice(world).pk]


def _notice(world: World) -> PenaltyNotice:
    decision = _decision(world)
    made = PenaltyNotice.objects.create(
        decision=decision,
        institution_id=decision.case.institution_id,
        institution_name=decision.party_name,
        agency=decision.case.agency,
        region_path=decision.case.region_path,
        case_number=decision.case.number,
        matter="E09",
        party="organisation",
        basis="依据",
        penalties="警告",
        fine=0,
        advice="建议",
        decided_on=DAY,
        standing="in_force",
    )
    for name in ("market", "water"):
        made.acknowledgements.create(agency=world.agency(name), version=1, due_on=DAY)
    return made


@record("restriction")
def restriction(world: World) -> list[Any]:
    notice = _notice(world)
    made = Restriction.objects.create(
        notice=notice,
        institution=notice.institution,
        kind="purchase",
        measure="禁入",
        basis="依据",
        from_on=DAY,
        to_on=LATER,
    )
    return [made.pk]


@record("credit_record")
def credit_record(world: World) -> list[Any]:
    """That lacks fields."""
    row = _publication(world, "published", kind="credit", **_out(world))
    version = row.versions.get()
    made = CreditRecord.objects.create(
        version=version,
        decision=row.decision,
        agency=row.case.agency,
        case_number=row.case.number,
        party_name=row.party_name,
        number=1,
        act="publish",
    )
    return [made.pk]


@form("notice_answer")
def notice_answer(world: World) -> dict[str, Any]:
    return {"answer": "no_contract", "reason": ""}


@form("penalty_publication_texts")
def penalty_publication_texts(world: World) -> dict[str, Any]:
    texts = {"party_name": "世界检测有限公司", "facts": "事实", "basis": "依据"}
    return {**texts, "penalties": "警告", "note": "", "version": 1}
