"""The pages and lists of plans, as people use them."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from inspections.models import Batch, Plan
from inspections.plans.choices import PlanState
from inspections.plans.tables import BATCHES, CHECK_ITEMS, PLANS
from portal.access import AgencyKind, Role
from tests.factories import (
    ActorFactory,
    BatchFactory,
    CheckItemFactory,
    InstitutionFactory,
    PlanFactory,
    PostFactory,
    ecology_bureau,
    market_bureau,
    sampling_parameters,
)
from tests.portal.lists.checks import assert_constant_queries, assert_list_and_export_agree

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def parameters():
    sampling_parameters()


@pytest.fixture
def browser():
    """A browser signed in as a new post: ``browser(agency=…, roles=[…])``."""

    def sign_in(**traits) -> Client:
        client = Client()
        client.force_login(PostFactory(**traits).user, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def officer(browser):
    return browser(agency=market_bureau(), roles=[Role.OFFICER])


def stratum(name, ratio, floor=1):
    return {f"drawn_{name}": "on", f"ratio_{name}": ratio, f"floor_{name}": floor}


BATCH = {
    "name": "第一批",
    "starts_on": "2026-04-01",
    "ends_on": "2026-06-30",
    **stratum("B", "12.5"),
}


def plan_data(**changed):
    data = {
        "year": 2026,
        "kind": "yearly",
        "title": "2026年度联合检查计划",
        "cooperating": ecology_bureau().pk,
        "basis": "国办发〔2024〕54号",
        "reasons": "减少重复检查",
        "items": [CheckItemFactory().pk],
    }
    return data | changed


def test_from_the_form_to_the_public_page(officer, browser):
    assert officer.get(reverse("plan_create")).status_code == 200
    officer.post(reverse("plan_create"), plan_data())
    plan = Plan.objects.get()
    officer.post(reverse("batch_create", args=[plan.pk]), BATCH)
    assert plan.batches.get().strata.get().ratio_bp == 1250
    officer.post(reverse("plan_submit", args=[plan.pk]))
    for agency in (market_bureau(), ecology_bureau()):
        leader = browser(agency=agency, roles=[Role.LEADER])
        assert leader.get(reverse("plan_approve", args=[plan.pk])).status_code == 200
        leader.post(reverse("plan_approve", args=[plan.pk]), {"opinion": "同意"})
    assert Client().get(reverse("public_plan", args=[plan.pk])).status_code == 404
    officer.post(reverse("plan_publish", args=[plan.pk]))
    shown = Client().get(reverse("public_plan", args=[plan.pk])).content.decode()
    assert "2026年度联合检查计划" in shown
    assert "12.5%" in shown
    assert "同意" not in shown
    assert "2026年度联合检查计划" in Client().get(reverse("public_plans")).content.decode()


def test_a_refusal_stands_on_the_form(officer):
    own = CheckItemFactory(authority=AgencyKind.ECOLOGY)
    page = officer.post(reverse("plan_create"), plan_data(cooperating="", items=[own.pk]))
    assert own.code in page.content.decode()
    assert not Plan.objects.exists()


def test_only_items_in_force_in_the_year_are_offered(officer):
    gone = CheckItemFactory(to_on=dt.date(2025, 12, 31))
    page = officer.post(reverse("plan_create"), plan_data(items=[gone.pk]))
    assert page.context["form"].errors["items"]


def test_a_ratio_is_asked_for_and_bounded(officer):
    plan = PlanFactory()
    url = reverse("batch_create", args=[plan.pk])
    for ratio in ("", "101", "-1", "1.234"):
        page = officer.post(url, BATCH | stratum("B", ratio))
        assert page.context["form"].errors["ratio_B"]
    page = officer.post(url, BATCH | {"ends_on": "2026-03-01"})
    assert "结束日期不能早于开始日期" in page.content.decode()
    assert not Batch.objects.exists()


def test_a_stale_batch_page_gets_409(officer):
    batch = BatchFactory()
    url = reverse("batch_edit", args=[batch.pk])
    assert officer.post(url, BATCH | {"version": 1}).status_code == 302
    assert officer.post(url, BATCH | {"version": 1}).status_code == 409


def test_a_stale_plan_page_gets_409(officer):
    plan = PlanFactory()
    url = reverse("plan_submit", args=[plan.pk])
    assert officer.post(url, {"seen": "submitted"}).status_code == 409


def test_the_batch_page_previews_the_draw(officer):
    InstitutionFactory.create_batch(3)
    batch = BatchFactory()
    page = officer.get(batch.get_absolute_url())
    assert page.context["preview"].in_pool == 3
    assert "每年不超过 2 次" in page.content.decode()


def test_a_partner_reads_the_published_part(browser):
    batch = BatchFactory(PlanFactory(published=True))
    batch.plan.approvals.create(
        submission=1,
        agency=market_bureau(),
        leader=PostFactory(agency=market_bureau()),
        signature="甲某",
        decision="approved",
        opinion="内部意见",
        decided_at=batch.plan.created_at,
    )
    partner = browser(agency__kind=AgencyKind.WATER)
    page = partner.get(batch.plan.get_absolute_url())
    assert "内部意见" not in page.content.decode()
    assert not page.context["timeline"]
    page = partner.get(batch.get_absolute_url())
    assert page.context["preview"] is None
    inside = browser(agency=ecology_bureau()).get(batch.plan.get_absolute_url())
    assert "内部意见" in inside.content.decode()


def test_the_fate_of_a_plan_is_said(browser):
    plan = PlanFactory(published=True, change_reason="依据废止")
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.WITHDRAWN)
    shown = Client().get(reverse("public_plan", args=[plan.pk])).content.decode()
    assert "本计划已撤回。理由：依据废止" in shown
    listed = Client().get(reverse("public_plans")).content.decode()
    assert plan.title in listed  # what was public stays readable
    assert "已撤回" in listed


def test_the_public_list_is_by_year(browser):
    PlanFactory(published=True, title="甲计划")
    PlanFactory(published=True, title="乙计划", year=2025)
    latest = Client().get(reverse("public_plans")).content.decode()
    assert ("甲计划" in latest, "乙计划" in latest) == (True, False)
    older = Client().get(reverse("public_plans") + "?year=2025").content.decode()
    assert ("甲计划" in older, "乙计划" in older) == (False, True)
    assert Client().get(reverse("public_plans") + "?year=x").status_code == 200


# --- Lists -------------------------------------------------------------------------------------


def test_lists_and_exports_agree(tmp_path):
    actor = ActorFactory(agency=market_bureau())
    for number in range(9):
        BatchFactory(PlanFactory(year=2020 + number))
    CheckItemFactory.create_batch(9)
    for each in (PLANS, BATCHES, CHECK_ITEMS):
        assert len(assert_list_and_export_agree(each, actor, tmp_path)) == 9
    assert len(assert_list_and_export_agree(PLANS, actor, tmp_path, "year=2021&part=own")) == 1
    assert len(assert_list_and_export_agree(CHECK_ITEMS, actor, tmp_path, "in_force=yes")) == 9


@pytest.mark.parametrize("name", ["plan_list", "batch_list", "checkitem_list"])
def test_queries_of_lists_do_not_grow(officer, name):
    def grow():
        for _number in range(8):
            BatchFactory()
        CheckItemFactory.create_batch(8)

    grow()
    assert_constant_queries(lambda: officer.get(reverse(name)), grow, most=22)


def test_queries_of_the_public_pages_do_not_grow():
    plan = PlanFactory(published=True)
    BatchFactory(plan)

    def grow():
        for number in range(5):
            BatchFactory(plan)
            plan.plan_items.create(item=CheckItemFactory())
            PlanFactory(published=True, kind="special", title=f"专项{number}")

    assert_constant_queries(lambda: Client().get(reverse("public_plans")), grow, most=4)
    url = reverse("public_plan", args=[plan.pk])
    assert_constant_queries(lambda: Client().get(url), grow, most=10)
