"""Asking the pages of a list from two databases in turn: what the benches of lists share.

What is timed is the server's whole answer, from the URL to the HTML, as a signed-in reader asks
for it. One process asks both databases, so that a busy machine slows both alike.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dj_database_url

TURNS, EACH_TURN = 4, 10  # 40 timed requests of each page and size
BACKEND = "django.contrib.auth.backends.ModelBackend"
Found = dict[str, dict[str, list[float]]]


def compared(module: str, sizes: tuple[int, int]) -> Found:
    """Fill a database for each size in a private cluster, then measure; each step by ``module``.

    ``module`` is run as ``fill ROWS`` and ``measure SMALL_URL``.
    """
    from portal.embedded.postgres import PostgresServer

    folder = Path(tempfile.mkdtemp(prefix="bench-lists-"))
    try:
        with PostgresServer(None, folder / "data", folder, durable=False) as server:
            for name, rows in zip(("small", "large"), sizes, strict=True):
                server.create_database(name)
                _run(module, server.owner_url(name), "fill", str(rows))
            return _run(module, server.app_url("large"), "measure", server.app_url("small"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(module: str, url: str, step: str, argument: str) -> Found:
    done = subprocess.run(
        [sys.executable, "-m", module, step, argument],
        cwd=Path(__file__).resolve().parents[2],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PORTAL_MODE": "test",
            "ALLOWED_HOSTS": "testserver",
            "DATABASE_URL": url,
            "DATABASE_OWNER_URL": url,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{step} {argument} failed:\n{done.stderr[-3000:]}")
    answer: Found = json.loads(done.stdout or "{}")
    return answer


def summary(found: Found, rows: int) -> dict[str, Any]:
    """The worst ratio of p95, the ratio of each page, both times in ms; AssertionError when the
    number of queries differs between the sizes."""
    grown = [name for name, page in found.items() if len(set(page["queries"])) > 1]
    if grown:
        raise AssertionError(f"the number of queries depends on the rows: {grown}")
    times = {name: page["ms"] for name, page in found.items()}
    ratio = {name: round(large / small, 2) for name, (small, large) in times.items()}
    worst = max(ratio, key=lambda name: ratio[name])
    return {
        "rows": rows,
        "list_ratio": ratio[worst],
        "worst_page": worst,
        "pages": ratio,
        "ms": times,
        "queries": {name: page["queries"][0] for name, page in found.items()},
    }


@contextmanager
def indexes_last(tables: Sequence[str]) -> Iterator[None]:
    """Fill tables without their indexes, which are made after the rows, as a restore does."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes AS found WHERE tablename = ANY(%s)"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = found.indexname)",
            [list(tables)],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE")


# --- Measuring --------------------------------------------------------------------------------


def two_databases(small_url: str) -> tuple[Any, Any]:
    """Connections to the small database and to the large one, which is the default."""
    from django.db import connections

    large = connections["default"]
    small = connections.create_connection("default")
    small.settings_dict = {**large.settings_dict, **dj_database_url.parse(small_url)}
    return small, large


class Side:
    """One page at one size."""

    def __init__(self, database: Any, browser: Any, url: str) -> None:
        self.database, self.browser, self.url = database, browser, url
        self.times: list[float] = []
        self.queries = 10**6

    def turn(self) -> None:
        """Some timed requests after one that counts queries and warms."""
        from django.db import connections
        from django.test.utils import CaptureQueriesContext

        connections["default"] = self.database
        with CaptureQueriesContext(self.database) as queries:
            self.ask()
            # the fewest: now and then the session's time of last use is written down
            self.queries = min(self.queries, len(queries.captured_queries))
        self.times += [self.ask() for _ in range(EACH_TURN)]

    def ask(self) -> float:
        begun = time.perf_counter()
        answer = self.browser.get(self.url)
        spent = time.perf_counter() - begun
        if answer.status_code != 200:
            raise AssertionError(f"{self.url} answered {answer.status_code}")
        return spent

    def p95(self) -> float:
        return round(1000 * statistics.quantiles(self.times, n=20)[-1], 2)


def both_sides(sides: Sequence[Side]) -> dict[str, list[float]]:
    """[small, large]: p95 in ms and the number of queries."""
    for _ in range(TURNS):
        for side in sides:
            side.turn()
    return {"ms": [side.p95() for side in sides], "queries": [side.queries for side in sides]}


def signed_in(username: str) -> Any:
    """A browser of this user."""
    from django.test import Client

    from agencies.models import User

    browser = Client()
    browser.force_login(User.objects.get(username=username), backend=BACKEND)
    return browser


@contextmanager
def with_contexts() -> Iterator[None]:
    """The pages' contexts can be read, which timing must not pay for."""
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment()
    try:
        yield
    finally:
        teardown_test_environment()


def understood(browser: Any, url: str, asked: Mapping[str, str]) -> None:
    """AssertionError for a page that the list answers with a notice."""
    for name, query in asked.items():
        notices = browser.get(url + query).context["page"].notices
        if notices:
            raise AssertionError(f"{name}: {notices}")


def walk(browser: Any, url: str, middle: Any) -> dict[str, str]:
    """First, next, previous and last page, and both ways from the row ``middle``."""
    from django.core import signing

    from portal.lists.keyset import SALT, keys_of

    first = browser.get(url).context["page"]
    found = {"first": "", "last": "?page=last"}
    if first.next_url:
        second = browser.get(first.next_url).context["page"]
        found["next"] = first.next_url.removeprefix(url)
        found["previous"] = second.previous_url.removeprefix(url)
    keys = keys_of(first.selection.rows, first.selection.order)
    order, values = [key.order for key in keys], [str(key.of(middle)) for key in keys]
    for words, way in (("next", "after"), ("previous", "before")):
        cursor = signing.dumps([way, order, values], salt=f"{SALT}.{first.name}")
        found[f"{words} from the middle"] = f"?page={cursor}"
    return found


def filters(page: Any) -> dict[str, str]:
    """Every filter with each of its choices."""
    from urllib.parse import quote

    found = {}
    for name, field in page.selection.filters.form.fields.items():
        for value, _label in getattr(field, "choices", ()):
            if str(value):
                found[f"{name}={value}"] = f"?{name}={quote(str(value))}"
    return found


def sorts(page: Any, url: str) -> dict[str, str]:
    """Each column that sorts."""
    return {f"sort {head.label}": head.url.removeprefix(url) for head in page.heads if head.url}
