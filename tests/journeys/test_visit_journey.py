"""Inspectors with one phone: arrival, checklist, finding, order; returned, answered, closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from agencies.models import User
from inspections.findings.services import seed_checklist
from inspections.models import Order, Visit
from inspections.rectifications.choices import OrderState
from portal.access import Actor
from portal.law.seed import seed_calendar, seed_law
from tests.factories import UserFactory
from tests.inspections.onsite import PHOTO, Crew, matter
from tests.journeys.browser import assert_accessible, look

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = 390


def check(page: Page, name: str) -> None:
    look(page, name)
    assert_accessible(page)


def user_of(actor: Actor) -> User:
    return User.objects.get(pk=actor.user_id)


@pytest.fixture
def crew(transactional_db: None) -> Crew:
    seed_law()
    seed_calendar()
    seed_checklist()
    matter("M09")
    return Crew()


def say_where(page: Page, visit: Visit) -> None:
    page.goto(visit.get_absolute_url())
    page.get_by_role("link", name="到场", exact=True).click()
    page.get_by_label("检查码").fill("JC20261121001")
    page.get_by_label("到场地点").fill("示范路1号")
    page.get_by_label("已向当事人出示执法证件").check()
    check(page, "visit-arrival-390")
    page.get_by_role("button", name="到场").click()
    expect(page.locator(".head-badge")).to_contain_text("检查中")


def tick_points(page: Page) -> None:
    """Each answer saves itself; a refusal stands in its card."""
    page.get_by_role("link", name="填写检查表").click()
    first, second = page.locator(".check-card").nth(0), page.locator(".check-card").nth(1)
    first.get_by_role("radio", name="符合", exact=True).check()
    expect(first.locator(".check-state")).to_contain_text("已保存")
    second.get_by_role("radio", name="不符合", exact=True).check()
    expect(second.locator(".check-state")).to_contain_text("写明情况")
    second.get_by_label("说明").fill("法定代表人变更未办理手续")
    second.get_by_label("说明").blur()
    expect(second.locator(".check-state")).to_contain_text("已保存")
    check(page, "visit-checklist-390")


def find(page: Page, folder: Path) -> None:
    picture = folder / "现场.jpg"
    picture.write_bytes(PHOTO)
    page.get_by_role("link", name="记录问题").first.click()
    page.get_by_label("监管事项").select_option(index=1)
    page.get_by_label("事实").fill("抽查的报告未经授权签字人签发。")
    check(page, "visit-finding-390")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="添加证据").click()
    page.locator("input[type=file]").set_input_files(str(picture))
    check(page, "visit-evidence-390")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("证据已保存")).to_be_visible()


def test_finding_order_evidence_returned_closed(crew: Crew, open_page: Any, tmp_path: Path) -> None:
    visit = crew.noticed()
    phone = open_page(crew.inspectors[2].user, width=PHONE)
    say_where(phone, visit)
    tick_points(phone)
    find(phone, tmp_path)
    phone.goto(visit.get_absolute_url())
    phone.get_by_role("link", name="责令改正", exact=True).last.click()
    phone.locator("input[name=findings]").check()
    phone.get_by_label("整改要求").fill("补充授权记录，重新审核报告。")
    check(phone, "order-issue-390")
    phone.get_by_role("button", name="保存").click()
    expect(phone.locator(".head-badge")).to_contain_text("整改中")
    order = Order.objects.get()
    own = open_page(UserFactory(institution_id=order.institution_id), width=PHONE)
    officer = open_page(user_of(crew.officer))
    hand_in(own, order, "已补充授权记录。")
    officer.goto(order.get_absolute_url())
    check(officer, "order-submitted")
    officer.locator("[data-dialog=order-return]").click()
    officer.locator("dialog[open] textarea").fill("缺少重新审核的报告。")
    officer.locator("dialog[open] button[type=submit]").click()
    expect(officer.locator(".head-badge")).to_contain_text("退回整改")
    hand_in(own, order, "已重新审核并附报告。")
    officer.goto(order.get_absolute_url())
    officer.locator("summary", has_text="更多操作").click()
    officer.locator("[data-dialog=order-close]").click()
    officer.locator("dialog[open] button[type=submit]").click()
    expect(officer.locator(".head-badge")).to_contain_text("已完成")
    order.refresh_from_db()
    assert order.state == OrderState.CLOSED


def hand_in(page: Page, order: Order, text: str) -> None:
    page.goto(order.get_absolute_url())
    page.get_by_role("link", name="提交整改材料").click()
    page.get_by_label("整改情况").fill(text)
    check(page, "order-submit-390")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".head-badge")).to_contain_text("待核实")


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-hans"), (390, "en")])
def test_every_page_fits_and_is_accessible(
    crew: Crew, open_page: Any, width: int, language: str
) -> None:
    closed = crew.closed()
    order = crew.order()
    page = open_page(user_of(crew.chief), width=width, language=language)
    for name, address in {
        "list": "/inspections/visits/",
        "closed": closed.get_absolute_url(),
        "create": f"/institutions/{closed.institution_id}/visits/new/",
        "orders": "/inspections/orders/",
        "order": order.get_absolute_url(),
        "finding": order.findings.get().get_absolute_url(),
        "public": "/public/inspections/",
    }.items():
        page.goto(address)
        check(page, f"visits-{name}-{width}-{language}")
