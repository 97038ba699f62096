"""A plan from its draft to its publication, its return, its replacement, its end."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from agencies.delegations.selectors import actor_of_delegation
from agencies.delegations.services import delegate
from inspections.models import Batch, CheckItem, Plan, PlanApproval
from inspections.plans import permissions, services
from inspections.plans.choices import BatchState, PlanKind, PlanState
from inspections.plans.rules import BatchFacts
from inspections.plans.selectors import work_items
from portal.access import AgencyKind, Role, job_actor
from portal.clocks import today
from portal.clocks.models import Clock
from portal.errors import Conflict, Refused
from portal.inbox.models import Message
from portal.models import AuditEvent, DeadlineRule
from portal.refs import ref
from tests.factories import (
    ActorFactory,
    AgencyFactory,
    BatchFactory,
    CheckItemFactory,
    PlanFactory,
    PostFactory,
    ecology_bureau,
    market_bureau,
)

pytestmark = pytest.mark.django_db
FACTS = BatchFacts(
    name="第一批",
    starts_on=dt.date(2026, 4, 1),
    ends_on=dt.date(2026, 6, 30),
    strata=[("B", 1000, 1)],
    media=["water"],
)


@pytest.fixture
def officer():
    return ActorFactory(agency=market_bureau(), roles=[Role.OFFICER])


@pytest.fixture
def market_leader():
    return ActorFactory(agency=market_bureau(), roles=[Role.LEADER])


@pytest.fixture
def ecology_leader():
    return ActorFactory(agency=ecology_bureau(), roles=[Role.LEADER])


@pytest.fixture
def draft(officer):
    """A joint draft with an item and a batch."""
    plan = PlanFactory()
    plan.plan_items.create(item=CheckItemFactory())
    services.add_batch(plan, facts=FACTS, actor=officer)
    return plan


@pytest.fixture
def submitted(draft, officer):
    services.submit(draft, actor=officer)
    return draft


@pytest.fixture
def published(submitted, officer, market_leader, ecology_leader):
    for leader in (market_leader, ecology_leader):
        services.approve(submitted, opinion="", actor=leader)
    submitted.refresh_from_db()
    services.publish(submitted, actor=officer)
    submitted.refresh_from_db()
    return submitted


def create(officer, **changed):
    facts = {
        "year": 2027,
        "kind": PlanKind.YEARLY,
        "title": "2027年度检查计划",
        "cooperating": ecology_bureau(),
        "basis": "国办发〔2024〕54号",
        "reasons": "减少重复检查",
        "items": [CheckItemFactory()],
    }
    return services.create_plan(**(facts | changed), actor=officer)


def rule():
    return DeadlineRule.objects.create(
        code="P01",
        name="年度检查计划公布",
        trigger="本年度开始",
        step="公布年度检查计划",
        unit="fixed_date",
        fixed_month=3,
        fixed_day=31,
        rolls=False,
        mark="K",
        state="approved",
    )


def state(plan):
    return Plan.objects.get(pk=plan.pk).state


# --- Making ------------------------------------------------------------------------------------


def test_a_yearly_plan_is_to_be_public_by_the_end_of_march(officer):
    rule()
    plan = create(officer)
    clock = Clock.objects.get(ref=ref(plan))
    assert (clock.due_on, clock.agency_id) == (dt.date(2027, 3, 31), officer.agency_id)
    create(officer, kind=PlanKind.SPECIAL, title="专项")
    assert Clock.objects.count() == 1


def test_the_clock_ends_with_a_discarded_draft(officer):
    rule()
    plan = create(officer)
    services.discard(plan, reason="改为专项计划", actor=officer)
    assert Clock.objects.get().stopped_on == today()


def test_an_item_needs_its_bureau(officer):
    foreign = CheckItemFactory(authority=AgencyKind.ECOLOGY)
    with pytest.raises(Refused, match=foreign.code):
        create(officer, cooperating=None, items=[foreign])
    assert create(officer, items=[foreign]).items.get() == foreign


@pytest.mark.parametrize("traits", [{"kind": AgencyKind.MARKET}, {"sibling": True}])
def test_the_cooperating_bureau_is_the_other_one_of_the_region(officer, traits):
    other = AgencyFactory(**({"kind": AgencyKind.ECOLOGY} | traits))
    with pytest.raises(Refused):
        create(officer, cooperating=other)


def test_of_two_who_edit_the_second_gets_a_conflict(draft, officer):
    facts = {"title": "甲", "cooperating": draft.cooperating, "basis": "乙", "reasons": "丙"}
    items = list(draft.items.all())
    services.edit_plan(draft, version=1, items=items, **facts, actor=officer)
    with pytest.raises(Conflict):
        services.edit_plan(draft, version=1, items=items, **facts, actor=officer)


def test_a_change_of_bureaus_seats_the_batches_anew(draft, officer):
    batch = draft.batches.get()
    assert batch.slots.count() == 4
    facts = {"title": draft.title, "cooperating": None, "basis": "乙", "reasons": "丙"}
    services.edit_plan(draft, version=1, items=draft.items.all(), **facts, actor=officer)
    assert list(batch.slots.values_list("name", flat=True)) == ["mkt_lead", "mkt_second"]


def test_a_batch_is_edited_at_its_version_and_removed_from_a_draft(draft, officer):
    batch = draft.batches.get()
    services.edit_batch(batch, version=1, facts=FACTS, actor=officer)
    with pytest.raises(Conflict):
        services.edit_batch(batch, version=1, facts=FACTS, actor=officer)
    services.remove_batch(batch, actor=officer)
    assert not Batch.objects.exists()
    assert AuditEvent.objects.filter(verb="batch.remove", stream=ref(draft)).exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"ends_on": dt.date(2026, 3, 1)},
        {"ends_on": dt.date(2027, 1, 5)},
        {"strata": []},
        {"regions": ["310000/310114"]},
    ],
)
def test_a_batch_keeps_to_its_year_and_draws_from_some_grade(draft, officer, changed):
    facts = BatchFacts(**({name: getattr(FACTS, name) for name in FACTS.__slots__} | changed))
    with pytest.raises(Refused):
        services.add_batch(draft, facts=facts, actor=officer)
    assert draft.batches.count() == 1


def test_a_submitted_plan_takes_no_batch(submitted, officer):
    with pytest.raises(Conflict):
        services.add_batch(submitted, facts=FACTS, actor=officer)
    with pytest.raises(Conflict):
        services.remove_batch(submitted.batches.get(), actor=officer)


# --- Deciding ----------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["plan_items", "batches"])
def test_an_empty_plan_is_not_submitted(draft, officer, missing):
    getattr(draft, missing).all().delete()
    with pytest.raises(Refused):
        services.submit(draft, actor=officer)
    assert state(draft) == PlanState.DRAFT


def test_a_joint_plan_is_approved_by_both_leaders(submitted, market_leader, ecology_leader):
    services.approve(submitted, opinion="同意", actor=ecology_leader)
    assert state(submitted) == PlanState.SUBMITTED
    with pytest.raises(PermissionDenied):
        services.approve(submitted, opinion="再次", actor=ecology_leader)
    services.approve(submitted, opinion="", actor=market_leader)
    assert state(submitted) == PlanState.APPROVED
    assert PlanApproval.objects.filter(plan=submitted).count() == 2


def test_a_single_plan_needs_one_approval(draft, officer, market_leader, ecology_leader):
    Plan.objects.filter(pk=draft.pk).update(cooperating=None)
    draft.refresh_from_db()
    services.submit(draft, actor=officer)
    with pytest.raises(PermissionDenied):
        services.approve(draft, opinion="", actor=ecology_leader)
    services.approve(draft, opinion="", actor=market_leader)
    assert state(draft) == PlanState.APPROVED


def test_officers_and_strangers_do_not_decide(submitted, officer):
    sibling = AgencyFactory(sibling=True)
    for actor in (officer, ActorFactory(agency=sibling, roles=[Role.LEADER])):
        with pytest.raises(PermissionDenied):
            services.approve(submitted, opinion="", actor=actor)
        with pytest.raises(PermissionDenied):
            services.return_plan(submitted, reason="x", actor=actor)
    assert not PlanApproval.objects.exists()


@pytest.mark.parametrize(("kind", "may"), [("approve", True), ("sign", False)])
def test_a_delegate_needs_the_power_to_approve(submitted, kind, may):
    giver = PostFactory(agency=market_bureau(), roles=[Role.LEADER], user__name="甲某")
    receiver = PostFactory(agency=market_bureau(), roles=[Role.CHIEF], user__name="乙某")
    day = today()
    delegation = delegate(
        giver,
        receiver=receiver,
        kinds=[kind],
        from_on=day,
        to_on=day,
        reason="出差",
        actor=job_actor("test"),
    )
    actor = actor_of_delegation(delegation, source="test")
    assert bool(permissions.can_decide(actor, submitted)) is may
    if may:
        services.approve(submitted, opinion="", actor=actor)
        assert PlanApproval.objects.get().signature == "乙某代甲某"


def test_a_returned_plan_is_decided_anew(submitted, officer, market_leader, ecology_leader):
    services.approve(submitted, opinion="", actor=market_leader)
    with pytest.raises(Refused):
        services.return_plan(submitted, reason=" ", actor=ecology_leader)
    services.return_plan(submitted, reason="比例偏低", actor=ecology_leader)
    submitted.refresh_from_db()
    assert submitted.state == PlanState.RETURNED
    services.submit(submitted, actor=officer)
    services.approve(submitted, opinion="", actor=ecology_leader)
    assert state(submitted) == PlanState.SUBMITTED
    assert PlanApproval.objects.filter(plan=submitted).count() == 3


def test_a_submission_is_recalled_until_somebody_decides(submitted, officer, market_leader):
    services.recall(submitted, actor=officer)
    assert state(submitted) == PlanState.DRAFT
    services.submit(submitted, actor=officer)
    services.approve(submitted, opinion="", actor=market_leader)
    with pytest.raises(PermissionDenied):
        services.recall(submitted, actor=officer)


def test_everybody_is_told_when_it_is_their_turn(published):
    told = Message.objects.filter(subject_ref=ref(published)).order_by("pk")
    assert [(each.to_agency.code, each.role) for each in told.select_related("to_agency")] == [
        ("market", "leader"),
        ("ecology", "leader"),
        ("ecology", "chief"),
        ("market", "officer"),
        ("ecology", "chief"),
    ]


def test_the_desk_follows_the_plan(draft, officer, market_leader, ecology_leader):
    def titles(actor):
        return [item.title for item in work_items(actor, dt.date(2026, 2, 1))]

    services.submit(draft, actor=officer)
    assert titles(market_leader) == titles(ecology_leader) == ["审批检查计划"]
    services.approve(draft, opinion="", actor=market_leader)
    assert (titles(market_leader), titles(ecology_leader)) == ([], ["审批检查计划"])
    services.return_plan(draft, reason="比例偏低", actor=ecology_leader)
    assert titles(officer) == ["修改被退回的检查计划"]
    Plan.objects.filter(pk=draft.pk).update(state=PlanState.APPROVED)
    assert titles(officer) == ["公布已批准的检查计划"]


def test_a_bureau_without_a_yearly_plan_is_asked_for_one(officer):
    rule()
    [item] = work_items(officer, dt.date(2026, 1, 5))
    assert item.due_on == dt.date(2026, 3, 31)
    PlanFactory()
    assert not list(work_items(officer, dt.date(2026, 1, 5)))


# --- Public ------------------------------------------------------------------------------------


def test_publication_ends_the_period(officer, market_leader, ecology_leader):
    rule()
    plan = create(officer)
    services.add_batch(
        plan,
        facts=BatchFacts("甲", dt.date(2027, 4, 1), dt.date(2027, 5, 1), [("B", 1000, 1)]),
        actor=officer,
    )
    services.submit(plan, actor=officer)
    for leader in (market_leader, ecology_leader):
        services.approve(plan, opinion="", actor=leader)
    plan.refresh_from_db()
    services.publish(plan, actor=officer)
    plan.refresh_from_db()
    assert (plan.state, plan.published_at is not None) == (PlanState.PUBLISHED, True)
    assert Clock.objects.get().stopped_on == today()


def test_one_yearly_plan_of_the_same_bureaus_is_public(published, officer):
    second = PlanFactory(state=PlanState.APPROVED)
    with pytest.raises(Refused):
        services.publish(second, actor=officer)
    assert state(second) == PlanState.APPROVED
    assert Plan.objects.get(pk=second.pk).published_at is None


def test_a_new_edition_replaces_the_published_plan(published, officer):
    edition = services.start_replacement(published, reason="增加专家席位", actor=officer)
    copy = edition.batches.get()
    assert (edition.edition, copy.copied_from) == (2, published.batches.get())
    assert (copy.slots.count(), copy.media) == (4, ["water"])
    with pytest.raises(PermissionDenied):
        services.start_replacement(published, reason="再次", actor=officer)
    Plan.objects.filter(pk=edition.pk).update(state=PlanState.APPROVED)
    services.publish(edition, actor=officer)
    published.refresh_from_db()
    assert (published.state, published.change_reason) == (PlanState.REPLACED, "增加专家席位")
    assert list(Batch.objects.drawable()) == [copy]


def test_a_batch_drawn_meanwhile_is_not_published_twice(published, officer):
    edition = services.start_replacement(published, reason="调整", actor=officer)
    Batch.objects.filter(plan=published).update(state=BatchState.DRAWN)
    Plan.objects.filter(pk=edition.pk).update(state=PlanState.APPROVED)
    with pytest.raises(Refused):
        services.publish(edition, actor=officer)
    assert (state(edition), state(published)) == (PlanState.APPROVED, PlanState.PUBLISHED)


def test_a_discarded_edition_makes_room_for_another(published, officer):
    edition = services.start_replacement(published, reason="调整", actor=officer)
    services.discard(edition, reason="不再需要", actor=officer)
    assert services.start_replacement(published, reason="再次调整", actor=officer).edition == 2


def test_a_withdrawn_plan_stays_readable_and_is_not_drawn(published, officer, market_leader):
    with pytest.raises(PermissionDenied):
        services.withdraw(published, reason="依据废止", actor=officer)
    services.withdraw(published, reason="依据废止", actor=market_leader)
    published.refresh_from_db()
    assert (published.state, published.change_reason) == (PlanState.WITHDRAWN, "依据废止")
    assert not Batch.objects.drawable().exists()


def test_the_item_list_is_seeded_once_and_edits_stay():
    services.seed_check_items()
    number = CheckItem.objects.count()
    CheckItem.objects.filter(code="S01").update(remarks="已修改")
    services.seed_check_items()
    assert CheckItem.objects.count() == number
    assert CheckItem.objects.get(code="S01").remarks == "已修改"
    old, new = CheckItem.objects.filter(code="S04").order_by("from_on")
    assert CheckItem.objects.in_force(dt.date(2025, 5, 1)).get(code="S04") == old
    assert CheckItem.objects.in_force(dt.date(2026, 5, 1)).get(code="S04") == new


def test_a_batch_of_the_factory_is_what_the_services_make(officer):
    batch = BatchFactory()
    assert batch.slots.count() == 4
