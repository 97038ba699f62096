"""Journey (d): an empty portal is set up from its first page, and three administrators sign in."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from agencies.directory.services import seed_regions
from tests.journeys.browser import assert_accessible, look

PASSWORD = "{}-Granite-Lantern-47"
# role: (username, name); the role is the prefix of the administrator's fields
PEOPLE = {
    "sysadmin": ("li.shu", "黎舒"),
    "secadmin": ("meng.an", "孟安"),
    "auditadmin": ("he.qing", "何清"),
}


@pytest.fixture
def code(transactional_db: None) -> str:
    """The one-time code that the command prints for an empty portal."""
    seed_regions()
    printed = StringIO()
    call_command("setup_code", stdout=printed)
    return printed.getvalue().strip()


def fill(page: Page, code: str) -> None:
    page.locator("[name=code]").fill(code)
    page.locator("[name=agency-name]").fill("上海市宝山区生态环境局")
    page.locator("[name=agency-short_name]").fill("宝山生态环境局")
    page.locator("[name=agency-code]").fill("ecology")
    page.locator("[name=agency-kind]").select_option("ecology")
    page.locator("[name=agency-level]").select_option("district")
    page.locator("[name=agency-region]").select_option(label="宝山区")
    for role, (username, name) in PEOPLE.items():
        page.locator(f"[name={role}-username]").fill(username)
        page.locator(f"[name={role}-name]").fill(name)
        page.locator(f"[name={role}-password]").fill(PASSWORD.format(role.title()))
        page.locator(f"[name={role}-again]").fill(PASSWORD.format(role.title()))


def sign_in(page: Page, role: str) -> None:
    page.goto("/accounts/login/")
    page.locator("[name=username]").fill(PEOPLE[role][0])
    page.locator("[name=password]").fill(PASSWORD.format(role.title()))
    page.locator("main").get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile("/desk/$"))


@pytest.mark.parametrize("width", [1440, 390])
def test_an_empty_portal_is_set_up_from_its_first_page(open_page: Any, code: str, width: int):
    page = open_page(width=width)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("初始设置")
    assert_accessible(page)
    look(page, f"setup-{width}")

    fill(page, "wrong-wrong-wrong-wrong")
    page.get_by_role("button", name="完成初始设置").click()
    expect(page.locator("main")).to_contain_text("初始设置码不正确。")
    assert_accessible(page)

    fill(page, code)
    page.get_by_role("button", name="完成初始设置").click()
    expect(page.locator("body")).to_contain_text("初始设置完成")

    for role, (_username, name) in PEOPLE.items():
        person = open_page(width=width)
        sign_in(person, role)
        expect(person.locator(".me-menu")).to_contain_text(name)
        look(person, f"setup-desk-{role}-{width}")

    # The door is closed for ever.
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("初始设置")
