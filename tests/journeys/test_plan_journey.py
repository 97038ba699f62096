"""Two leaders approve the joint plan in two browsers; then everybody can read it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from inspections.models import Plan
from institutions.registry.choices import StandingKind
from institutions.registry.services import set_standing
from portal.access import Role, job_actor
from portal.clocks import today
from tests.factories import (
    BatchFactory,
    CheckItemFactory,
    InstitutionFactory,
    PlanFactory,
    PostFactory,
    ecology_bureau,
    market_bureau,
    sampling_parameters,
)
from tests.journeys.browser import assert_accessible, look

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "示范区2026年度生态环境监测机构联合双随机检查计划"


@pytest.fixture
def plan(transactional_db: None) -> Plan:
    """A draft with five items and a batch; forty institutions, some graded."""
    sampling_parameters()
    made = PlanFactory(title=TITLE)
    for item in CheckItemFactory.create_batch(5):
        made.plan_items.create(item=item)
    BatchFactory(made, name="第一批联合检查")
    keys = [each.pk for each in InstitutionFactory.create_batch(40)]
    for grade, some in (("B", keys[:20]), ("C", keys[20:28]), ("D", keys[28:30])):
        stated = {"source": f"test:{grade}", "from_on": today(), "actor": job_actor("test")}
        set_standing(some, kind=StandingKind.GRADE, value=grade, **stated)  # type: ignore[arg-type]  # known keys
    return made


def check(page: Page, name: str) -> None:
    look(page, name)
    assert_accessible(page)


def person(role: str, agency: Any) -> Any:
    return PostFactory(agency=agency, roles=[role]).user


def test_two_leaders_approve_and_the_public_reads(plan: Plan, open_page: Any) -> None:
    officer = open_page(person(Role.OFFICER, market_bureau()))
    officer.goto(plan.get_absolute_url())
    check(officer, "plan-draft")
    officer.get_by_role("button", name="提交审批").or_(
        officer.get_by_role("link", name="提交审批")
    ).first.click()
    officer.locator("dialog[open]").get_by_role("button", name="提交审批").click()
    expect(officer.locator(".head-badge")).to_contain_text("待批准")
    for agency in (market_bureau(), ecology_bureau()):
        leader = open_page(person(Role.LEADER, agency))
        leader.goto("/desk/")
        leader.get_by_role("link", name="去审批").first.click()
        leader.get_by_role("link", name="批准", exact=True).click()
        leader.get_by_label("审批意见").fill("同意。")
        check(leader, "plan-approve")
        leader.get_by_role("button", name="批准").click()
        expect(leader.locator(".approval").first).to_contain_text("同意。")
    check(leader, "plan-approved")
    public = open_page(width=390)
    public.goto("/public/plans/")
    expect(public.get_by_text("还没有公布的检查计划")).to_be_visible()
    officer.reload()
    officer.get_by_role("link", name="公布", exact=True).click()
    officer.locator("dialog[open]").get_by_role("button", name="公布").click()
    expect(officer.locator(".head-badge")).to_contain_text("已公布")
    public.reload()
    check(public, "public-plans-390")
    public.get_by_role("link", name=TITLE).click()
    expect(public.get_by_text("第一批联合检查")).to_be_visible()
    check(public, "public-plan-390")


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-hans"), (390, "zh-hans"), (390, "en")])
def test_every_page_fits_and_is_accessible(
    plan: Plan, open_page: Any, width: int, language: str
) -> None:
    page = open_page(person(Role.OFFICER, market_bureau()), width=width, language=language)
    batch = plan.batches.get()
    for name, address in {
        "list": "/inspections/plans/",
        "detail": plan.get_absolute_url(),
        "create": "/inspections/plans/new/",
        "submit": f"{plan.get_absolute_url()}submit/",
        "batches": "/inspections/batches/",
        "batch": batch.get_absolute_url(),
        "batch-form": f"{batch.get_absolute_url()}edit/",
        "items": "/inspections/items/",
    }.items():
        page.goto(address)
        check(page, f"plans-{name}-{width}-{language}")
