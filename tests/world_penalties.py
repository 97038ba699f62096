"""The records of penalties that URLs of the access matrix name, and the data of its forms."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from agencies.models import Inspector, Matter
from penalties.models import (
    Case,
    CaseExtension,
    Challenge,
    Consultation,
    CourtApplication,
    Decision,
    Defence,
    EvidenceHold,
    Hearing,
    Investigator,
    Pause,
    PenaltyBound,
    PriorNotice,
    Push,
    Reminder,
)
from portal.models import Clock, DeadlineRule
from tests.people import World, form, record

DAY = dt.date(2026, 9, 1)


def _case(world: World, state: str, **changed: Any) -> Case:
    """A case of the own ecology bureau in this state, handled by `officer`."""
    [matter] = world.args("matter")
    [institution] = world.args("institution")
    facts: dict[str, Any] = {
        "procedure": "ecology",
        "agency": world.agency("ecology"),
        "region_path": world.agency("ecology").region.path,
        "institution_id": institution,
        "institution_name": "世界检测有限公司",
        "matter": Matter.objects.get(pk=matter),
        "matter_code": "E09",
        "source": "own",
        "found_on": DAY,
        "act_on": DAY,
        "facts": "案情",
        "handler": world.user("officer").posts.get(),
        "state": state,
        "registered_at": timezone.now(),
        "opened_on": None if state == "verifying" else DAY,
    }
    count = Case.objects.count() + 1
    made = Case.objects.create(number=f"世界案〔2026〕{count}号", **(facts | changed))
    assert isinstance(made, Case)
    return made


def _bound(**facts: Any) -> PenaltyBound:
    same = {"code": "W01", "party": "organisation", "fine_min": 1, "fine_max": 2, "mark": "V"}
    return PenaltyBound.objects.create(**same, basis="世界条例第1条", **facts)


@record("bound_in_force")
def bound_in_force(world: World) -> list[Any]:
    return [_bound(state="approved").pk]


@record("bound_proposed")
def bound_proposed(world: World) -> list[Any]:
    """A second version, by the ecology bureau's legal reviewer."""
    facts = {"version": 2, "state": "draft", "from_on": dt.date(2027, 1, 1)}
    return [_bound(proposed_by=world.user("legal"), **facts).pk]


@record("case")
def case(world: World) -> list[Any]:
    """Being verified."""
    made = _case(world, "verifying")
    [inspector] = world.args("inspector_of_ecology")
    person = Inspector.objects.get(pk=inspector)
    Investigator.objects.create(case=made, inspector=person, from_on=DAY)
    return [made.pk]


@record("case_of_sibling")
def case_of_sibling(world: World) -> list[Any]:
    agency = world.agency("sibling_ecology")
    post = world.user("sibling").posts.get()
    where = {"agency": agency, "region_path": agency.region.path, "handler": post}
    return [_case(world, "verifying", **where).pk]


def _plain(state: str) -> None:
    """A case in this state without parts."""

    @record(f"case_{state}")
    def made(world: World) -> list[Any]:
        return [_case(world, state).pk]


for _state in ("investigating", "investigated", "reviewing", "reviewed", "legal_review"):
    _plain(_state)
for _state in ("discussing", "defended", "closed"):
    _plain(_state)


@record("case_noticed")
def case_noticed(world: World) -> list[Any]:
    return [_noticed(world, "noticed").pk]


@record("case_notice_drafted")
def case_notice_drafted(world: World) -> list[Any]:
    """Reviewed; what the party will be told is written."""
    made = _case(world, "reviewed")
    PriorNotice.objects.create(case=made, basis="依据")
    return [made.pk]


def _noticed(world: World, state: str) -> Case:
    """Told, with a defence that nobody has answered."""
    made = _case(world, state, noticed_on=DAY)
    days = {"served_on": DAY, "defence_until": DAY}
    notice = PriorNotice.objects.create(case=made, basis="依据", method="direct", **days)
    Defence.objects.create(case=made, notice=notice, received_on=DAY, text="申辩")
    return made


@record("case_hearing")
def case_hearing(world: World) -> list[Any]:
    made = _noticed(world, "hearing")
    Hearing.objects.create(case=made, notice=made.notices.get(), requested_on=DAY)
    return [made.pk]


@record("case_deciding")
def case_deciding(world: World) -> list[Any]:
    return [_drafted(world, "deciding", noticed_on=DAY).pk]


@record("case_drafted")
def case_drafted(world: World) -> list[Any]:
    return [_drafted(world, "defended", noticed_on=DAY).pk]


@record("case_decided")
def case_decided(world: World) -> list[Any]:
    return [_drafted(world, "decided", decided_on=DAY, outcome="penalty").pk]


def _drafted(world: World, state: str, **changed: Any) -> Case:
    made = _case(world, state, **changed)
    post = world.user("officer").posts.get()
    Decision.objects.create(case=made, outcome="penalty", party_name="某", drafted_by=post)
    return made


@record("case_to_push")
def case_to_push(world: World) -> list[Any]:
    """Of a party of another province."""
    made = _drafted(world, "decided", decided_on=DAY, outcome="penalty")
    decision = Decision.objects.get(case=made)
    Push.objects.create(case=made, decision=decision, province="外省", due_on=DAY)
    return [made.pk]


@record("case_pushed")
def case_pushed(world: World) -> list[Any]:
    made = _drafted(world, "decided", decided_on=DAY, outcome="penalty")
    pushed = {"pushed_on": DAY, "receiver": "外省局", "way": "system"}
    decision = Decision.objects.get(case=made)
    Push.objects.create(case=made, decision=decision, province="外省", due_on=DAY, **pushed)
    return [made.pk]


@record("case_collecting")
def case_collecting(world: World) -> list[Any]:
    """Served, unpaid, reminded, before the court, and challenged."""
    made = _drafted(world, "served", decided_on=DAY, outcome="penalty", fine=1000)
    Reminder.objects.create(case=made, served_on=DAY, fine=1000, surcharge=0)
    CourtApplication.objects.create(case=made, court="某法院", applied_on=DAY, amount=1000)
    facts = {"channel": "review", "body": "区人民政府", "filed_on": DAY}
    Challenge.objects.create(case=made, decision=Decision.objects.get(case=made), **facts)
    return [made.pk]


@record("case_reminder_drafted")
def case_reminder_drafted(world: World) -> list[Any]:
    made = _drafted(world, "served", decided_on=DAY, outcome="penalty", fine=1000)
    Reminder.objects.create(case=made, fine=1000, surcharge=0)
    return [made.pk]


@record("case_paused")
def case_paused(world: World) -> list[Any]:
    """Not counted at present; more time was granted once and is asked for again."""
    made = _case(world, "investigating")
    Pause.objects.create(case=made, kind="expertise", from_on=DAY, reason="送检")
    post = world.user("officer").posts.get()
    asked = {"until": DAY, "reason": "复杂", "asked_by": post}
    CaseExtension.objects.create(case=made, kind="first", answer="granted", **asked)
    CaseExtension.objects.create(case=made, kind="second", **asked)
    return [made.pk]


@record("case_with_hold")
def case_with_hold(world: World) -> list[Any]:
    made = _case(world, "investigating")
    rule = DeadlineRule.objects.create(
        code="D03",
        name="先行登记保存",
        trigger="保存",
        step="处理",
        length=7,
        unit="working_day",
        mark="V",
        state="approved",
    )
    clock = Clock.objects.create(
        rule=rule,
        rule_code="D03",
        ref=f"case:{made.pk}",
        audit_stream=f"case:{made.pk}",
        agency=world.agency("ecology"),
        role="officer",
        started_on=DAY,
        due_on=DAY,
        legal_due_on=DAY,
    )
    leader = world.user("leader").posts.get()
    EvidenceHold.objects.create(
        case=made, items="仪器", place="实验室", held_on=DAY, approved_by=leader, clock=clock
    )
    return [made.pk]


def _consultation(world: World, state: str, **changed: Any) -> Consultation:
    """Asked by the ecology bureau about a case of the market bureau."""
    market = world.agency("market")
    post = world.user("market").posts.get()
    peer = _case(world, "investigating", agency=market, procedure="market", handler=post)
    own = _case(world, "investigating")
    Case.objects.filter(pk__in=[own.pk, peer.pk]).update(dispute_open=state == "put_up")
    return Consultation.objects.create(
        case=own,
        peer=peer,
        state=state,
        asked_on=DAY,
        asked_by=world.user("officer").posts.get(),
        proposed_agency=market,
        own_opinion="建议",
        **changed,
    )


@record("consultation")
def consultation(world: World) -> list[Any]:
    return [_consultation(world, "asked").pk]


@record("consultation_disagreed")
def consultation_disagreed(world: World) -> list[Any]:
    world.agency("government")
    return [_consultation(world, "disagreed").pk]


@record("consultation_put_up")
def consultation_put_up(world: World) -> list[Any]:
    return [_consultation(world, "put_up", superior=world.agency("government")).pk]


# --- Forms -------------------------------------------------------------------------------------


@form("case_opinion")
def case_opinion(world: World) -> dict[str, Any]:
    return {"opinion": "同意", "on": "2026-09-15"}


@form("case_hand_over")
def case_hand_over(world: World) -> dict[str, Any]:
    return {"to": world.user("legal").posts.get().pk, "reason": "调离"}


@form("case_reason")
def case_reason(world: World) -> dict[str, Any]:
    return {"reason": "请补正", "on": "2026-09-15"}


@form("consultation_answer")
def consultation_answer(world: World) -> dict[str, Any]:
    return {"agrees": "yes", "opinion": "同意", "on": "2026-09-15"}
