"""What every journey does with a page: watch it, look at it, ask axe about it."""

from __future__ import annotations

import gzip
from pathlib import Path

from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page, Response

BASE = Path(settings.BASE_DIR)
SHOTS = BASE / "var" / "shots"
AXE = BASE / "node_modules" / "axe-core" / "axe.min.js"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
RUN_AXE = """() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
    .map(one => `${one.id}: ${one.help}: ${one.nodes.map(node => node.target).join(" | ")}`))"""


class Watch:
    """Collects what a page must not do: errors of scripts and policy, and answers of 5xx."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def follow(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        # A page that is meant to be refused (403, 404, 409, 422) is also an error to Chromium.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(f"{message.location.get('url')}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.url}: {response.status}")


def look(page: Page, name: str) -> Path:
    """Keep a picture of the whole page in var/shots; it must not scroll sideways."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    path = SHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate(OVERFLOW) <= 0, f"{page.url} scrolls sideways at {width} px"
    return path


def assert_accessible(page: Page) -> None:
    """axe finds nothing. The page's own policy stays in force: axe comes through the debugger."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN_AXE)
    assert found == [], f"{page.url}: {found}"


def weight(page: Page, url: str) -> int:
    """The bytes of a page and all it loads, each compressed as a server would send it."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(url)
    page.wait_for_load_state("networkidle")
    return sum(len(gzip.compress(answer.body())) for answer in answers if answer.ok)
