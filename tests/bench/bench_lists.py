"""The list of institutions at a thousand and at a million rows: `ratios()` compares the two.

Each size has its own database in a private cluster; one process asks both in turn. What is timed
is the server's whole answer, from the URL to the HTML, as a signed-in officer of the market bureau
asks for it; p95 of several requests. Every kind of page is asked for: first, next, previous, last,
every filter with each of its choices, and search terms of 2, 4 and 8 characters, rare and common.
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
from pathlib import Path
from typing import Any

import dj_database_url

SMALL, LARGE = 1_000, 1_000_000
TURNS, EACH_TURN = 4, 10  # 40 timed requests of each page and size
COMMON = {"common 2": "检测", "common 4": "有限公司", "common 8": "检测技术有限公司"}


def ratios() -> dict[str, Any]:
    """The worst ratio of p95 (promise ≤ 3), the ratio of each page, and both times in ms."""
    from portal.embedded.postgres import PostgresServer

    folder = Path(tempfile.mkdtemp(prefix="bench-lists-"))
    try:
        with PostgresServer(None, folder / "data", folder, durable=False) as server:
            for name, rows in (("small", SMALL), ("large", LARGE)):
                server.create_database(name)
                _run(server.owner_url(name), "fill", rows)
            found = _run(server.app_url("large"), "measure", server.app_url("small"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    grown = [name for name, page in found.items() if len(set(page["queries"])) > 1]
    if grown:
        raise AssertionError(f"the number of queries depends on the rows: {grown}")
    times = {name: page["ms"] for name, page in found.items()}
    ratio = {name: round(large / small, 2) for name, (small, large) in times.items()}
    worst = max(ratio, key=lambda name: ratio[name])
    return {
        "rows": LARGE,
        "list_ratio": ratio[worst],
        "worst_page": worst,
        "pages": ratio,
        "ms": times,
        "queries": {name: page["queries"][0] for name, page in found.items()},
    }


def _run(url: str, step: str, argument: int | str) -> dict[str, dict[str, list[float]]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_lists", step, str(argument)],
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
    )
    if done.returncode:
        raise RuntimeError(f"{step} {argument} failed:\n{done.stderr[-3000:]}")
    answer: dict[str, dict[str, list[float]]] = json.loads(done.stdout or "{}")
    return answer


# --- Filling ----------------------------------------------------------------------------------

INSTITUTIONS = """
INSERT INTO institutions_institution (
    uscc, name, name_key, name_norm, name_core, search_text, kind, status, address,
    supervising_department, established_on, filing_number, legal_representative, contact_name,
    contact_phone, remarks, certificate_number, certificate_valid_to, source, is_historical,
    created_at, version, region_id)
SELECT uscc, name, key, name, brand, uscc || E'\\n' || name, kind, status, '示范路' || n || '号',
    '', date '2010-01-01' + (n %% 5000), CASE WHEN n %% 5 < 2 THEN '' ELSE 'BA' || n END,
    '张某', '李某', '021-5600' || lpad((n %% 10000)::text, 4, '0'), '',
    lpad((n %% 1000000)::text, 12, '2'),
    CASE WHEN n %% 10 = 0 THEN NULL ELSE current_date - 400 + (n::bigint * 7919 %% 2400)::int END,
    '', false, now(), 1, region
FROM (
    SELECT n, '91310113MA' || lpad(upper(to_hex(n)), 8, '0') AS uscc,
        brand, '上海' || brand || field || '检测技术有限公司' AS name,
        md5(brand || n) AS key,
        (ARRAY['social','social','social','departmental','public_station','operator'])[1 + n %% 6]
            AS kind,
        CASE WHEN n %% 200 = 0 THEN 'revoked' WHEN n %% 50 = 0 THEN 'deregistered'
             WHEN n %% 20 = 0 THEN 'suspended' ELSE 'active' END AS status,
        regions[1 + n %% array_length(regions, 1)] AS region
    FROM (
        SELECT n, substr(letters, 1 + (n * 31 %% 120), 1)
                || substr(letters, 1 + (n * 31 / 120 %% 120), 1) AS brand,
            (ARRAY['环境','生态','水质','大气','土壤','辐射','噪声'])[1 + n %% 7] AS field,
            (SELECT array_agg(id ORDER BY id) FROM agencies_region WHERE level = 'district')
                AS regions
        FROM generate_series(1, %(rows)s) AS n, (VALUES (%(letters)s)) AS alphabet (letters)
    ) AS brands
) AS made
"""
PRESENCES = """
INSERT INTO institutions_presence (region_path, kind, source, from_on, institution_id, region_id)
SELECT region.path, 'registered', 'institution:' || one.id, NULL, one.id, region.id
FROM institutions_institution AS one JOIN agencies_region AS region ON region.id = one.region_id
"""
STANDINGS = """
INSERT INTO institutions_standing (kind, value, source, from_on, institution_id)
SELECT 'roster', 'yes', 'bench', date '2026-01-01', id FROM institutions_institution
WHERE id % 3 = 0
"""
TABLES = ("institutions_institution", "institutions_presence", "institutions_standing")
# 120 characters of company names, so that a pair of them is rare.
LETTERS = (
    "华测谱尼实朴国检中正天祥安诺信达恒泰宏远博瑞康明新科海洋东方长江金山宝盛立英联合众兴"
    "永利万通德源清蓝翠绿碧云春秋夏冬晨晖星月日光辰宇宙航空飞龙凤凰麒麟松柏竹梅兰菊荷莲"
    "石玉珠珍宁静和谐仁义礼智勇毅诚敬慎思笃行致知格物修齐治平锦绣程前景"
)


def fill(rows: int) -> None:
    """Migrate and fill. Indexes are made after the rows, as a restore does."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    _people()
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes AS found WHERE tablename = ANY(%s)"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = found.indexname)",
            [list(TABLES)],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(INSTITUTIONS, {"rows": rows, "letters": LETTERS})
        cursor.execute(PRESENCES)
        cursor.execute(STANDINGS)
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE")


def _people() -> None:
    """Sixteen districts and one officer of the market bureau of the first."""
    from agencies.models import Region
    from portal.access import AgencyKind, Level
    from tests.factories import PostFactory, city, district

    top = city()
    for number in range(1, 17):
        code = f"3101{number:02}"
        Region.objects.get_or_create(
            code=code,
            defaults={
                "name": f"示范{number}区",
                "level": Level.DISTRICT,
                "parent": top,
                "path": f"{top.path}/{code}",
            },
        )
    PostFactory(user__username="bench", agency__kind=AgencyKind.MARKET, agency__region=district())


# --- Measuring --------------------------------------------------------------------------------


def measure(small_url: str) -> dict[str, dict[str, list[float]]]:
    """For each page [small, large]: p95 in ms and the number of queries.

    One process asks both databases in turn, so that a busy machine slows both alike.
    """
    from django.db import connections
    from django.test import Client
    from django.urls import reverse

    large = connections["default"]
    small = connections.create_connection("default")
    small.settings_dict = {**large.settings_dict, **dj_database_url.parse(small_url)}
    url = reverse("institution_list")
    asked: list[dict[str, str]] = []
    browsers = []
    for database in (small, large):
        connections["default"] = database
        browsers.append(Client())
        asked.append(_prepared(browsers[-1], url))
    found = {}
    for name in asked[0]:
        sides = [
            Side(database, browser, url + queries[name])
            for database, browser, queries in zip((small, large), browsers, asked, strict=True)
        ]
        for _ in range(TURNS):
            for side in sides:
                side.turn()
        found[name] = {
            "ms": [side.p95() for side in sides],
            "queries": [side.queries for side in sides],
        }
    return found


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


def _prepared(browser: Any, url: str) -> dict[str, str]:
    """Sign in, list the pages, and see that each is understood."""
    from django.test.utils import setup_test_environment, teardown_test_environment

    from agencies.models import User

    user = User.objects.get(username="bench")
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    setup_test_environment()  # gives the pages' contexts, which timing must not pay for
    asked = pages(browser, url)
    for name, query in asked.items():
        notices = browser.get(url + query).context["page"].notices
        if notices:
            raise AssertionError(f"{name}: {notices}")
    teardown_test_environment()
    return asked


def pages(browser: Any, url: str) -> dict[str, str]:
    """The query string of every kind of page, by a name."""
    from urllib.parse import quote

    from institutions.models import Institution

    rows = Institution.objects.count()
    page = browser.get(url).context["page"]
    middle = Institution.objects.order_by("pk")[rows // 2].name_key
    found = {"first": "", "last": "?page=last", **_walk(browser, url, middle)}
    filters = page.selection.filters
    for name, field in filters.form.fields.items():
        for value, _label in field.choices:
            if str(value):
                found[f"{name}={value}"] = f"?{name}={quote(str(value))}"
    found = _one_region(found)
    for head in page.heads:
        if head.url:
            found[f"sort {head.label}"] = head.url.removeprefix(url)
    brand = Institution.objects.order_by("pk")[rows // 2].name
    terms = {"rare 2": brand[2:4], "rare 4": brand[2:6], "rare 8": brand[2:10], **COMMON}
    found |= {f"search {name}": f"?q={quote(term)}" for name, term in terms.items()}
    found["search, filter, sort"] = f"?q={quote(brand[2:4])}&kind=social&sort=-name"
    return found


def _one_region(found: dict[str, str]) -> dict[str, str]:
    """All districts are alike here: one of them and the city stand for seventeen."""
    regions = sorted(name for name in found if name.startswith("region="))
    return {name: query for name, query in found.items() if name not in regions[2:]}


def _walk(browser: Any, url: str, middle: str) -> dict[str, str]:
    """Next and previous from the first page, and from the midst of the list."""
    from django.core import signing

    first = browser.get(url).context["page"]
    second = browser.get(first.next_url).context["page"]
    name, order = first.selection.defn.name, ["name_key", "pk"]
    cursors = {
        way: signing.dumps([way, order, [middle, 0]], salt=f"portal.lists.cursor.{name}")
        for way in ("after", "before")
    }
    return {
        "next": first.next_url.removeprefix(url),
        "previous": second.previous_url.removeprefix(url),
        "next from the middle": f"?page={cursors['after']}",
        "previous from the middle": f"?page={cursors['before']}",
    }


def main(step: str, argument: str) -> None:
    from portal import wsgi  # sets up Django as the application server does

    assert wsgi.application
    if step == "fill":
        fill(int(argument))
    else:
        print(json.dumps(measure(argument)))  # noqa: T201  # read by the parent


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1], sys.argv[2])
    else:
        print(json.dumps(ratios(), ensure_ascii=False, indent=1))  # noqa: T201  # a table for people
