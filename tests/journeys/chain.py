"""The people of the chain from a finding to its last echo, and how each of them visits the portal.

A visit is one person on one day: a wide page in Chinese on which they click, and a phone in
English that is shown the same pages, so that every page on the way is looked at in both.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from agencies.accounts.selectors import actor_from_post
from agencies.matters.services import seed_matters
from agencies.models import Matter, Post, User
from inspections.findings import services as findings
from inspections.models import Finding
from penalties.discretion.services import seed_bounds
from portal.access import Actor, AgencyKind, Role
from portal.clocks.now import SHANGHAI, real_now
from portal.law.seed import seed_calendar, seed_law
from portal.outbox.tasks import deliver_outbox
from portal.tasks import dispatch_events
from tests.factories import AgencyFactory, PostFactory
from tests.inspections.onsite import Crew
from tests.journeys.browser import OVERFLOW, assert_accessible, look
from tests.penalties.district import Ways, bureau
from tests.portal.outbox.receiver import Receiver

expect.set_options(timeout=15_000)  # a journey says what is true, not how fast
PARTNERS = {
    AgencyKind.AGRICULTURE: "示范区农业农村委员会",
    AgencyKind.PLANNING: "示范区规划和自然资源局",
    AgencyKind.WATER: "示范区水务局",
    AgencyKind.TRANSPORT: "示范区交通委员会",
    AgencyKind.GREENING: "示范区绿化和市容管理局",
}
REPORT = "HJ-2026-0815"


def actor_of(post: Post) -> Actor:
    return actor_from_post(post.pk, source="test")


def drain() -> None:
    """What the worker does until nothing is left to tell."""
    for _round in range(3):
        dispatch_events()
    deliver_outbox()


@dataclass
class Visit:
    """One person at the portal on one day."""

    page: Page
    phone: Callable[[], Page]
    shown: set[str]

    def look(self, what: str) -> None:
        """The page stands as it should: wide and narrow, Chinese and English; each page once."""
        if what in self.shown:
            return
        self.shown.add(what)
        look(self.page, f"chain-{what}")
        assert_accessible(self.page)
        self.page.set_viewport_size({"width": 390, "height": 900})
        assert self.page.evaluate(OVERFLOW) <= 0, f"{self.page.url} scrolls sideways in Chinese"
        self.page.set_viewport_size({"width": 1440, "height": 900})
        phone = self.phone()
        phone.goto(self.page.url)
        look(phone, f"chain-{what}-en")
        assert_accessible(phone)
        phone.context.close()

    def desk(self, *words: str) -> None:
        """From the desk to the piece of work that it names."""
        self.page.goto("/desk/")
        item = self.page.locator(".work-item")
        for word in words:
            item = item.filter(has_text=word)
        item.first.locator("a").click()

    def letter(self, words: str) -> None:
        """From the inbox to what the message is about."""
        self.page.goto("/inbox/")
        self.page.locator(".letters a").filter(has_text=words).first.click()
        self.page.get_by_role("link", name="前往处理").click()

    def press(self, label: str) -> None:
        """A link of the page: in its head, behind its menu or in a card."""
        named = self.page.locator("#content a").filter(has_text=label).first
        named.wait_for(state="attached")
        if not named.is_visible():
            self.page.locator("summary", has_text="更多操作").click()
        named.click()

    def fill(self, **values: Any) -> None:
        """Fields by their names: True ticks, so do values of boxes; words choose."""
        for name, value in values.items():
            box = self.page.locator(f"#content form [name={name}]")
            kind = box.first.evaluate("box => box.tagName + (box.type || '')")
            if kind.startswith("SELECT"):
                option = box.locator("option", has_text=re.compile(rf"^\s*{value}")).first
                box.select_option(value=option.get_attribute("value"))
            elif value is True:
                box.check()
            elif kind in {"INPUTcheckbox", "INPUTradio"}:
                for each in [value] if isinstance(value, str) else value:
                    self.page.locator(f"#content form [name={name}][value={each}]").check()
            else:
                box.fill(str(value))

    def send(self, label: str = "") -> None:
        """The button of the form."""
        button = self.page.locator("#content form button[type=submit]")
        (button.filter(has_text=label) if label else button).last.click()

    def act(self, label: str, *, shot: str = "", **values: Any) -> None:
        """An act on a record: its page, its form, done."""
        self.press(label)
        if shot:
            self.look(shot)
        self.fill(**values)
        self.send()
        expect(self.page.locator(".notes .note-ok").first).to_be_visible()

    def refused(self, sentence: str) -> None:
        """The page says why not."""
        expect(self.page.locator("[role=alert]").first).to_contain_text(sentence)

    def stands(self, words: str) -> None:
        """The badge in the head of the page."""
        expect(self.page.locator(".head-badge").first).to_contain_text(words)


class Chain:
    """Both bureaus, five partners and an institution; a signed record with false data in it."""

    def __init__(
        self, open_page: Callable[..., Page], settings: Any, platform: Receiver, folder: Path
    ) -> None:
        self.open_page, self.settings, self.platform = open_page, settings, platform
        self.folder = folder
        self.shown: set[str] = set()
        for seed in (seed_law, seed_calendar, seed_matters, seed_bounds):
            seed()
        self.travel("2026-09-01")
        facts = {"code": "ecology", "name": "示范区生态环境局", "document_prefix": "示环"}
        self.own = Ways(bureau(AgencyKind.ECOLOGY, uscc="11310113MB2F00000X", **facts))
        facts = {"code": "market", "name": "示范区市场监督管理局", "document_prefix": "示市监"}
        self.peer = Ways(bureau(AgencyKind.MARKET, **facts), self.own.institution)
        self.credit = PostFactory(agency=self.own.own.agency, roles=[Role.CREDIT])
        self.partners = {kind: self._partner(kind, name) for kind, name in PARTNERS.items()}

    @staticmethod
    def _partner(kind: str, name: str) -> Post:
        agency = AgencyFactory(kind=kind, name=name, reports_rosters=True)
        made: Post = PostFactory(agency=agency, roles=[Role.REPORTER])
        return made

    @property
    def readers(self) -> list[Post]:
        """Who answers a penalty notice: a reporter of each partner, the market bureau's officer."""
        return [*self.partners.values(), self.peer.own.posts["officer"]]

    def travel(self, day: str) -> None:
        """Ten in the morning of a day, for the server and the jobs alike."""
        wanted = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(10), SHANGHAI)
        self.settings.CLOCK_SHIFT_SECONDS = int((wanted - real_now()).total_seconds())

    def visit(self, user: User | None) -> Visit:
        """Signed in, today; None is the public."""
        page = self.open_page(user)
        page.set_default_timeout(15_000)
        return Visit(page, lambda: self.open_page(user, width=390, language="en"), self.shown)

    def of(self, who: str) -> Visit:
        """Somebody of the deciding bureau, by what they do there."""
        return self.visit(self.own.own.posts[who].user)

    def finding(self) -> Finding:
        """False data, found on a joint visit; the record is signed by all."""
        inspectors = [*self.own.own.inspectors, *self.peer.own.inspectors]
        crew = Crew(self.peer.own.agency, self.own.own.agency, inspectors)
        visit = crew.opened(crew.plan(institution=self.own.institution))
        found = findings.add_finding(
            visit,
            matter=Matter.objects.get(code="E09"),
            facts="采样记录与原始谱图不符，涉嫌监测数据弄虚作假。",
            severity="serious",
            actor=crew.mkt,
        )
        crew.signed(visit)
        self.peer.staffed("M11", report_numbers=(REPORT,))  # the market bureau was as quick
        return found
