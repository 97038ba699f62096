"""The frame works for every width, language and theme, by keyboard, and without script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.factories import PostFactory
from tests.journeys.browser import assert_accessible, look, weight

WAYS = [
    (1440, "zh-hans", False),
    (1440, "en", True),
    (390, "zh-hans", True),
    (390, "en", False),
]


@pytest.fixture
def officer(transactional_db: None) -> Any:
    """An officer with two posts, so that the switch shows."""
    user = PostFactory(agency__name="宝山区生态环境局").user
    PostFactory(user=user, title="科长")
    return user


@pytest.mark.parametrize(("width", "language", "dark"), WAYS)
def test_the_desk_and_the_search(
    open_page: Any, officer: Any, width: int, language: str, dark: bool
):
    page = open_page(officer, width=width, language=language, dark=dark)
    for name, address in [("desk", "/desk/"), ("search", "/search/?q=没有这个机构")]:
        page.goto(address)
        look(page, f"{name}-{width}-{language}{'-dark' if dark else ''}")
        assert_accessible(page)
    theme = page.locator("html").get_attribute("data-bs-theme")
    assert theme == ("dark" if dark else "light")


@pytest.mark.parametrize(("width", "language", "dark"), WAYS)
def test_the_public_start_page(open_page: Any, width: int, language: str, dark: bool):
    PostFactory()  # an empty portal would ask to be set up
    page = open_page(width=width, language=language, dark=dark)
    page.goto("/")
    look(page, f"start-{width}-{language}{'-dark' if dark else ''}")
    assert_accessible(page)


def test_on_a_phone_the_menu_opens_and_closes(open_page: Any, officer: Any):
    page = open_page(officer, width=390)
    page.goto("/desk/")
    menu = page.locator("#sidebar")
    toggle = page.locator("[data-toggle-nav]")
    expect(menu).to_be_hidden()
    toggle.click()
    expect(menu).to_be_visible()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    assert_accessible(page)
    look(page, "menu-390")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_without_script_the_menu_is_simply_there(open_page: Any, officer: Any):
    page = open_page(officer, width=390, script=False)
    page.goto("/desk/")
    expect(page.locator("#sidebar")).to_be_visible()


def test_the_keyboard_skips_to_the_content_and_closes_menus(open_page: Any, officer: Any):
    page = open_page(officer)
    page.goto("/desk/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    me = page.locator(".me-menu")
    me.locator("summary").press("Enter")
    expect(me).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(me.locator("summary")).to_be_focused()
    expect(me.locator(".menu-list")).to_be_hidden()


def test_the_language_is_switched_and_stays(open_page: Any, officer: Any):
    page = open_page(officer)
    page.goto("/desk/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/search/")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert page.url.endswith("/search/")


def test_a_chosen_theme_outlasts_the_page(open_page: Any, officer: Any):
    page = open_page(officer)
    page.goto("/desk/")
    page.locator(".me-menu summary").click()
    page.locator("[data-theme-switch]").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_another_post_is_one_click_away(open_page: Any, officer: Any):
    page = open_page(officer)
    page.goto("/desk/")
    expect(page.locator(".post-now")).to_contain_text("科员")
    page.locator(".post-menu summary").click()
    page.locator(".post-menu button", has_text="科长").click()
    expect(page.locator(".post-now")).to_contain_text("科长")


def test_the_search_suggests_while_one_types(open_page: Any, officer: Any):
    page = open_page(officer)
    page.goto("/desk/")
    page.locator("#bar-search").press_sequentially("没有这个机构")
    expect(page.locator("#suggestions")).to_contain_text("没有找到")
    page.keyboard.press("Escape")
    expect(page.locator("#suggestions")).to_be_empty()


def test_a_cold_page_without_charts_is_light(open_page: Any, officer: Any):
    assert weight(open_page(officer), "/desk/") < 300_000
