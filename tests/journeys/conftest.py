"""Journeys: Debian's Chromium against a live server on the tests' own cluster.

`open_page(user, width=…, language=…)` gives a page of a person who is signed in (or of the
public). When the test ends, a console error, a breach of the content security policy, an
uncaught fault of a script or an answer of 5xx on any of its pages fails it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from portal.embedded import assets
from tests.journeys.browser import Watch
from tests.journeys.chain import Chain
from tests.portal.outbox.receiver import SECRET, Receiver

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
BACKEND = "django.contrib.auth.backends.ModelBackend"

# Playwright keeps an event loop in this thread; Django would take our queries for careless ones.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the run; fails, never skips, where there is none."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.fail("No Chromium found: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def front_end() -> Path:
    """The built front-end files, from node_modules by the lock."""
    base = Path(django_settings.BASE_DIR)
    assets.build(base, base / "var")
    return base / "var" / "assets"


@pytest.fixture
def site(live_server: Any, front_end: Path, settings: Any) -> Iterator[str]:
    """The address of the portal, with its static files."""
    settings.STATICFILES_DIRS = [front_end]
    finders.get_finder.cache_clear()
    yield live_server.url
    finders.get_finder.cache_clear()


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[OpenPage]:
    """Pages of people: ``open_page(user, width=390, language="en", dark=True)``."""
    contexts: list[BrowserContext] = []
    watch = Watch()

    def opened(
        user: Any = None,
        *,
        width: int = 1440,
        language: str = "zh-hans",
        dark: bool = False,
        script: bool = True,
    ) -> Page:
        context = chromium.new_context(
            base_url=site,
            viewport={"width": width, "height": 900},
            locale="en" if language == "en" else "zh-CN",
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            accept_downloads=True,
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies([_session_of(user, site)])
        page = context.new_page()
        watch.follow(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert watch.faults == []


@pytest.fixture
def platform(settings: Any) -> Iterator[Receiver]:
    receiver = Receiver()
    receiver.start()
    settings.OUTBOX_PLAIN_HOSTS = ["127.0.0.1"]
    settings.OUTBOX_CHANNELS = {"credit": {"mode": "http", "url": receiver.url, "secret": SECRET}}
    yield receiver
    receiver.stop()


@pytest.fixture
def chain(
    transactional_db: None, open_page: Any, settings: Any, tmp_path: Any, platform: Receiver
) -> Chain:
    settings.FILES_DIR = tmp_path / "files"
    return Chain(open_page, settings, platform, tmp_path)


def _session_of(user: Any, site: str) -> Any:
    """The cookie of a session that has just begun."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    name = django_settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": site}
