"""Journey (e): every demo role signs in with one click and finds its pages in order.

In a browser, at both widths and in both languages: one person for each role and kind of agency
opens the desk; every page that some menu offers, and the first record of every list among them, is
opened by the first person who is offered it. What Chromium is not needed for is asked without one:
that every single account gets in, and that every line of each different menu opens.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from agencies.accounts.models import Post
from portal.access.choices import Role
from tests.journeys.browser import AXE, OVERFLOW, RUN_AXE, Watch

WAYS = [(1440, "zh-CN"), (390, "zh-CN"), (1440, "en"), (390, "en")]
ACCOUNTS = Path(django_settings.BASE_DIR) / "agencies" / "seeds" / "demo_people.csv"
MENU_LINE = re.compile(r'<a[^>]*class="nav-line"[^>]*href="(/[^"]*)"')
FIRST_RECORD = "main table tbody a[href^='/']"


def people() -> dict[str, list[str]]:
    """Every demo account with its roles."""
    with ACCOUNTS.open(encoding="utf-8", newline="") as lines:
        return {row["username"]: row["roles"].split() for row in csv.DictReader(lines)}


def chosen() -> list[str]:
    """One account for each set of roles in each kind of agency; the partners are alike."""
    alike = {"agriculture", "planning", "transport", "greening"}  # as the water bureau
    found: dict[tuple[str, ...], str] = {}
    for username, roles in people().items():
        agency = username.partition(".")[0]
        if agency not in alike:
            found.setdefault((agency, *roles), username)
    return list(found.values())


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: Any, front_end: Path
) -> Iterator[tuple[str, dict[str, int]]]:
    """The portal over the demo district, loaded once: its address and the first post of each."""
    with (
        django_db_blocker.unblock(),
        override_settings(DEMO=True, STATICFILES_DIRS=[front_end]),
    ):
        finders.get_finder.cache_clear()
        call_command("seed")
        call_command("load_demo", size="small")
        posts = Post.objects.filter(user__is_demo=True).order_by("-pk")
        server = LiveServer("localhost")
        yield server.url, dict(posts.values_list("user__username", "pk"))
        server.stop()
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    finders.get_finder.cache_clear()


def test_the_chosen_people_hold_every_role():
    roles = {role for username in chosen() for role in people()[username]}
    assert roles == {role.value for role in Role} - {"institution"}


def test_every_account_signs_in_and_every_menu_opens(
    demo: tuple[str, dict[str, int]],
):
    _address, posts = demo
    problems = []
    for username in people():
        client = Client()
        client.post(reverse("demo_sign_in"), {"post": posts[username]})
        desk = client.get(reverse("desk"))
        lines = MENU_LINE.findall(desk.content.decode())
        assert lines, f"{username} has no menu"
        for line in lines if username in chosen() else ():
            status = client.get(line).status_code
            if status != 200:
                problems.append(f"{username} {line}: {status}")
    assert problems == []


class Walk:
    """One way of looking (width, language) at the portal; notes what is wrong and goes on."""

    def __init__(self, page: Page, posts: dict[str, int]) -> None:
        self.page = page
        self.posts = posts
        self.seen: set[str] = set()
        self.problems: list[str] = []

    def enter(self, username: str) -> None:
        """Click the person's button on the login page."""
        self.page.context.clear_cookies()
        self.page.goto("/accounts/login/")
        self.page.locator(f"button[name=post][value='{self.posts[username]}']").click()
        self.page.wait_for_url("**/desk/")

    def look(self, who: str) -> None:
        """The page that is open does not scroll sideways, and axe finds nothing."""
        page = self.page
        if page.evaluate(OVERFLOW) > 0:
            self.problems.append(f"{who} {page.url}: scrolls sideways")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        self.problems += [f"{who} {page.url}: {found}" for found in page.evaluate(RUN_AXE)]

    def visit(self, who: str, address: str) -> None:
        """A page nobody has seen on this walk."""
        self.seen.add(address)
        answer = self.page.goto(address)
        if answer is None or answer.status != 200:
            self.problems.append(f"{who} {address}: {answer and answer.status}")
        else:
            self.look(who)

    def menu(self) -> list[str]:
        found = self.page.locator("#sidebar a.nav-line[href^='/']")
        return [str(link.get_attribute("href")) for link in found.all()]

    def explore(self, who: str) -> None:
        """The desk, then each new page of the menu with the first record it lists."""
        self.look(who)
        for address in self.menu():
            if address in self.seen:
                continue
            self.visit(who, address)
            record = self.page.locator(FIRST_RECORD)
            first = record.first.get_attribute("href") if record.count() else None
            if first and "?" not in first and "/files/" not in first and first not in self.seen:
                self.visit(who, first)


@pytest.mark.parametrize(("width", "language"), WAYS)
def test_every_role_finds_its_pages_in_order(
    chromium: Browser, demo: tuple[str, dict[str, int]], width: int, language: str
):
    address, posts = demo
    context = chromium.new_context(
        base_url=address, viewport={"width": width, "height": 900}, locale=language
    )
    watch = Watch()
    walk = Walk(context.new_page(), posts)
    watch.follow(walk.page)
    for username in chosen():
        walk.enter(username)
        assert walk.page.locator("html").get_attribute("lang") == language
        walk.explore(username)
    context.close()
    assert [*walk.problems, *watch.faults] == []
    assert len(walk.seen) > 20
