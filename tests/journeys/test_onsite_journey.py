"""A basement without signal: what was entered stays on the phone and arrives once, later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from inspections.findings.services import seed_checklist, set_item
from inspections.models import Evidence, Finding, Visit
from portal.law.seed import seed_calendar, seed_law
from tests.inspections.onsite import PHOTO, Crew, matter
from tests.journeys.browser import assert_accessible, look

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = 390


@pytest.fixture
def crew(transactional_db: None) -> Crew:
    seed_law()
    seed_calendar()
    seed_checklist()
    matter("M09")
    return Crew()


@pytest.fixture
def visit(crew: Crew) -> Visit:
    return crew.opened()


def elsewhere(page: Page) -> Page:
    """Another tab of the same phone: the first one was closed by the system."""
    context: BrowserContext = page.context
    page.close(run_before_unload=False)
    return context.new_page()


def test_an_answer_given_without_signal_is_sent_when_it_is_back(
    crew: Crew, visit: Visit, open_page: Any
) -> None:
    phone = open_page(crew.inspectors[2].user, width=PHONE)
    phone.goto(f"/inspections/visits/{visit.pk}/check/")
    first, second = phone.locator(".check-card").nth(0), phone.locator(".check-card").nth(1)
    phone.context.set_offline(True)
    first.get_by_role("radio", name="符合", exact=True).check()
    second.get_by_role("radio", name="不符合", exact=True).check()
    second.get_by_label("说明").fill("变更未办理手续")
    second.get_by_label("说明").blur()
    expect(first.locator(".check-state")).to_contain_text("未发送")
    expect(phone.locator("#onsite")).to_contain_text("未发送 2 项")
    assert_accessible(phone)
    look(phone, "onsite-unsent-390")
    phone.context.set_offline(False)
    expect(first.locator(".check-state")).to_contain_text("已保存", timeout=15_000)
    expect(second.locator(".check-state")).to_contain_text("已保存", timeout=15_000)
    expect(phone.locator("#onsite")).to_be_hidden()
    values = visit.item_results.exclude(value="").values_list("value", "remark")
    assert sorted(values) == [("no", "变更未办理手续"), ("yes", "")]


def test_a_closed_tab_loses_no_answer_and_no_colleague_is_overwritten(
    crew: Crew, visit: Visit, open_page: Any
) -> None:
    phone = open_page(crew.inspectors[2].user, width=PHONE)
    address = f"/inspections/visits/{visit.pk}/check/"
    phone.goto(address)
    phone.context.set_offline(True)
    for number in (0, 1):
        card = phone.locator(".check-card").nth(number)
        card.get_by_role("radio", name="不适用", exact=True).check()
        expect(card.locator(".check-state")).to_contain_text("未发送")
    _first, second, *_rest = visit.item_results.order_by("point__number")
    set_item(visit, second.point, value="yes", actor=crew.eco)  # a colleague, on another phone
    phone = elsewhere(phone)
    phone.context.set_offline(False)
    phone.goto(address)
    first, other = phone.locator(".check-card").nth(0), phone.locator(".check-card").nth(1)
    expect(first.locator(".check-state")).to_contain_text("已保存", timeout=15_000)
    expect(other.locator(".check-state")).to_contain_text("已由他人填写")
    values = dict(visit.item_results.values_list("point__number", "value"))
    assert (values[1], values[2]) == ("na", "yes")


def test_a_finding_and_its_photo_survive_a_closed_tab_and_arrive_once(
    crew: Crew, visit: Visit, open_page: Any, tmp_path: Path
) -> None:
    phone = open_page(crew.inspectors[2].user, width=PHONE)
    finding = f"/inspections/visits/{visit.pk}/findings/new/"
    phone.goto(finding)
    phone.get_by_label("监管事项").select_option(index=1)
    phone.get_by_label("事实").fill("抽查的报告未经授权签字人签发。")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="保存").click()
    expect(phone.locator("#onsite")).to_contain_text("未发送", timeout=15_000)
    look(phone, "onsite-form-unsent-390")
    phone = elsewhere(phone)
    phone.context.set_offline(False)
    phone.goto(finding)
    expect(phone.locator("#onsite")).to_contain_text("已恢复")
    expect(phone.get_by_label("事实")).to_have_value("抽查的报告未经授权签字人签发。")
    assert_accessible(phone)
    phone.get_by_role("button", name="保存").click()
    expect(phone.locator("h1")).to_contain_text("M09")
    kept = Finding.objects.get()
    phone.goto(finding)
    expect(phone.locator("#onsite")).to_be_hidden()  # it has arrived: nothing is restored
    take_photo(phone, kept, tmp_path)


def take_photo(phone: Page, finding: Finding, folder: Path) -> None:
    picture = folder / "现场.jpg"
    picture.write_bytes(PHOTO)
    address = f"/inspections/visits/{finding.visit_id}/evidence/new/?finding={finding.pk}"
    phone.goto(address)
    phone.locator("input[type=file]").set_input_files(str(picture))
    phone.get_by_label("说明").fill("档案柜第二层")
    phone.wait_for_timeout(300)
    phone = elsewhere(phone)
    phone.goto(address)
    expect(phone.get_by_label("说明")).to_have_value("档案柜第二层")
    phone.wait_for_function("document.querySelector('input[type=file]').files.length === 1")
    phone.get_by_role("button", name="保存").click()
    expect(phone.get_by_text("证据已保存")).to_be_visible()
    evidence = Evidence.objects.get()
    assert (evidence.finding, evidence.note) == (finding, "档案柜第二层")
    assert evidence.file.name == "现场.jpg"
