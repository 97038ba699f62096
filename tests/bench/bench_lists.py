"""The list of institutions at a thousand and at a million rows: `ratios()` compares the two.

Each size has its own database in a private cluster; one process asks both in turn, as a signed-in
officer of the market bureau; p95 of several requests. Every kind of page is asked for: first,
next, previous, last, every filter with each of its choices, and search terms of 2, 4 and 8
characters, rare and common.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from tests.bench import asking

SMALL, LARGE = 1_000, 1_000_000
COMMON = {"common 2": "检测", "common 4": "有限公司", "common 8": "检测技术有限公司"}


def ratios() -> dict[str, Any]:
    """The worst ratio of p95 (promise ≤ 3), the ratio of each page, and both times in ms."""
    return asking.summary(asking.compared("tests.bench.bench_lists", (SMALL, LARGE)), LARGE)


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
    """Migrate and fill."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    _people()
    with asking.indexes_last(TABLES), connection.cursor() as cursor:
        cursor.execute(INSTITUTIONS, {"rows": rows, "letters": LETTERS})
        cursor.execute(PRESENCES)
        cursor.execute(STANDINGS)


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


def measure(small_url: str) -> asking.Found:
    """For each page [small, large]: p95 in ms and the number of queries."""
    from django.db import connections
    from django.urls import reverse

    url = reverse("institution_list")
    databases = asking.two_databases(small_url)
    asked, browsers = [], []
    for database in databases:
        connections["default"] = database
        browsers.append(asking.signed_in("bench"))
        with asking.with_contexts():
            asked.append(pages(browsers[-1], url))
            asking.understood(browsers[-1], url, asked[-1])
    found = {}
    for name in asked[0]:
        sides = [
            asking.Side(database, browser, url + queries[name])
            for database, browser, queries in zip(databases, browsers, asked, strict=True)
        ]
        found[name] = asking.both_sides(sides)
    return found


def pages(browser: Any, url: str) -> dict[str, str]:
    """The query string of every kind of page, by a name."""
    from urllib.parse import quote

    from institutions.models import Institution

    page = browser.get(url).context["page"]
    middle = Institution.objects.order_by("pk")[Institution.objects.count() // 2]
    found = {
        **asking.walk(browser, url, middle),
        **_one_region(asking.filters(page)),
        **asking.sorts(page, url),
    }
    brand = middle.name
    terms = {"rare 2": brand[2:4], "rare 4": brand[2:6], "rare 8": brand[2:10], **COMMON}
    found |= {f"search {name}": f"?q={quote(term)}" for name, term in terms.items()}
    found["search, filter, sort"] = f"?q={quote(brand[2:4])}&kind=social&sort=-name"
    return found


def _one_region(found: dict[str, str]) -> dict[str, str]:
    """All districts are alike here: one of them and the city stand for seventeen."""
    regions = sorted(name for name in found if name.startswith("region="))
    return {name: query for name, query in found.items() if name not in regions[2:]}


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
