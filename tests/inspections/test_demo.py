"""The invented plans: two public years, a draft, one that waits; the same for the same day."""

import datetime as dt
import random

import pytest
from django.db import transaction

from agencies import demo as agencies_demo
from agencies.accounts.selectors import actor_from_post
from agencies.models import Post
from inspections import demo, demo_special
from inspections.draws.choices import DrawState
from inspections.draws.rules import verify
from inspections.models import Batch, Draw, Plan
from inspections.plans.choices import PlanState
from inspections.plans.selectors import candidates, preview, work_items
from inspections.plans.services import seed_check_items
from institutions import demo as institutions_demo
from portal.clocks.models import Clock
from portal.demo import DemoPlan
from portal.law.seed import seed_calendar, seed_law
from portal.refs import ref

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="module", autouse=True)
def district(django_db_setup, django_db_blocker):
    """The demo of this day, once for all these tests."""
    plan = DemoPlan("small", 60, TODAY, random.Random("a"))
    with django_db_blocker.unblock(), transaction.atomic():
        seed_law()
        seed_calendar()
        seed_check_items()
        agencies_demo.load_agencies(plan)
        agencies_demo.load_people(plan)
        agencies_demo.load_inspectors(plan)
        institutions_demo.load(plan)
        demo.load(plan)
        demo_special.load(plan)
        yield
        transaction.set_rollback(True)


def actor(username):
    return actor_from_post(Post.objects.filter(user__username=username)[0].pk, source="test")


def own():
    return Plan.objects.filter(region__code="310113")


def test_two_years_are_public_one_is_drafted_one_waits():
    states = list(own().order_by("pk").values_list("year", "kind", "state"))
    assert states[:4] == [
        (2025, "yearly", PlanState.PUBLISHED),
        (2026, "yearly", PlanState.PUBLISHED),
        (2027, "yearly", PlanState.DRAFT),
        (2026, "special", PlanState.SUBMITTED),
    ]
    assert {state for _year, _kind, state in states} == set(PlanState.values)
    assert Plan.objects.exclude(region__code="310113").count() == 2


def test_the_last_year_is_done_and_this_year_has_a_batch_to_draw():
    assert set(Batch.objects.filter(plan__year=2025).values_list("state", flat=True)) == {"closed"}
    this_year = Batch.objects.filter(plan__in=own(), plan__year=2026, plan__kind="yearly")
    assert list(this_year.order_by("number").values_list("state", flat=True)) == ["closed", "drawn"]
    assert Draw.objects.get(state="draft").batch in Batch.objects.drawable()


def test_published_plans_were_public_in_march_with_both_approvals():
    for plan in own().filter(state=PlanState.PUBLISHED, kind="yearly"):
        assert plan.published_at.date() < dt.date(plan.year, 3, 31)
        assert plan.approvals.count() == 2


def test_the_draft_has_its_day_and_the_market_leader_an_approval_to_give():
    draft = own().get(state=PlanState.DRAFT)
    assert Clock.objects.get(ref=ref(draft)).due_on == dt.date(2027, 3, 31)
    [item] = work_items(actor("market.leader"), TODAY)
    assert item.title == "审批检查计划"
    titles = [each.title for each in work_items(actor("ecology.leader"), TODAY)]
    assert "审批检查计划" not in titles


def test_every_grade_has_somebody_to_draw():
    batch = Draw.objects.get(state="draft").batch
    found = preview(batch, actor("market.officer"), day=TODAY)
    assert all(row.quota for row in found.strata), [(row.label, row.quota) for row in found.strata]
    assert found.excluded
    weights = {each.weight for each in candidates(batch, actor("market.officer"), day=TODAY)}
    assert weights == {1, 3, 8}


def test_the_demo_draws_are_real_records_that_verify():
    done = Draw.objects.exclude(record_text="")
    assert done.exists()
    for draw in done:
        steps = verify(draw.record_text.encode(), draw.annex_text.encode(), draw.record_hash)
        assert [str(step) for step in steps if not step.ok] == []
    assert set(Draw.objects.values_list("state", flat=True)) == set(DrawState.values)
    assert max(draw.versions.count() for draw in done) == 2  # somebody was replaced
