"""The lists of cases and visits at a thousand and at 200,000 rows: `ratios()` compares the two.

Asked as the list of institutions is (`asking.py`), by each kind of reader whose door to the rows
is another one: an officer and the chief of a district's bureau, the city's bureau, the auditor, a
partner department and the enforcement team. Pages, filters, searches, sorting and the API.
"""

from __future__ import annotations

import json
import sys
from typing import Any
from urllib.parse import quote

from tests.bench import asking, chain_rows

SMALL, LARGE = 1_000, 200_000
OFFICER = f"market.{chain_rows.DISTRICTS[0]}.1"
# Each list with its readers; all kinds of pages are asked for by the first.
READERS = {
    "case": ("chief", OFFICER, "city", "auditor"),
    "visit": ("chief", OFFICER, "city", "auditor", "partner", "team"),
}
FEW = ("first", "last", "next from the middle", "previous from the middle", "search rare")


def ratios() -> dict[str, Any]:
    """The worst ratio of p95 (promise ≤ 3), the ratio of each page, and both times in ms."""
    return asking.summary(asking.compared("tests.bench.bench_chain_lists", (SMALL, LARGE)), LARGE)


def fill(rows: int) -> None:
    """Migrate and fill."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    chain_rows.fill(rows)


def measure(small_url: str) -> asking.Found:
    """For each list, reader and page [small, large]: p95 in ms and the number of queries."""
    from django.db import connections

    databases = asking.two_databases(small_url)
    found: asking.Found = {}
    for name, readers in READERS.items():
        for number, reader in enumerate(readers):
            asked, browsers = [], []
            for database in databases:
                connections["default"] = database
                browsers.append(asking.signed_in(reader))
                asked.append(pages(browsers[-1], name, every=number == 0))
            for page in asked[0]:
                sides = [
                    asking.Side(database, browser, queries[page])
                    for database, browser, queries in zip(databases, browsers, asked, strict=True)
                ]
                found[f"{name}s, {reader}, {page}"] = asking.both_sides(sides)
    return found


def pages(browser: Any, name: str, *, every: bool) -> dict[str, str]:
    """The address of every kind of page, by a name; or of a few."""
    from django.urls import reverse

    from inspections.models import Visit
    from penalties.models import Case

    url, api = reverse(f"{name}_list"), reverse(f"api_{name}s")
    rows: Any = {"case": Case, "visit": Visit}[name].objects
    middle = rows.order_by("pk")[rows.count() // 2]
    with asking.with_contexts():
        page = browser.get(url).context["page"]
        found = asking.walk(browser, url, middle)
        found |= _extremes(asking.filters(page))
        found |= {f"days {key}": query for key, query in _days(name, middle).items()}
        found |= asking.sorts(page, url)
        found |= {f"search {key}": f"?q={quote(term)}" for key, term in _terms(middle).items()}
        found["search, filter, sort"] = f"?q={quote(middle.institution_name[2:4])}&{_mixed(name)}"
        if not every:
            found = {key: query for key, query in found.items() if key in FEW}
        asking.understood(browser, url, found)
    return {key: url + query for key, query in found.items()} | {"API": f"{api}?limit=50"}


def _extremes(found: dict[str, str]) -> dict[str, str]:
    """Of each filter its first, its middle and its last choice."""
    by_name: dict[str, list[str]] = {}
    for key in found:
        by_name.setdefault(key.partition("=")[0], []).append(key)
    kept = {keys[at] for keys in by_name.values() for at in (0, len(keys) // 2, -1)}
    return {key: query for key, query in found.items() if key in kept}


def _days(name: str, middle: Any) -> dict[str, str]:
    if name == "case":
        return {"from": f"?found_from={middle.found_on}", "to": f"?found_to={middle.found_on}"}
    day = middle.planned_from
    return {
        "from": f"?planned_from_after={day}",
        "to": f"?planned_from_before={day}",
        "one": f"?planned_from_after={day}&planned_from_before={day}",
    }


def _terms(middle: Any) -> dict[str, str]:
    name = middle.institution_name
    found = {"rare": name[2:4], "rare and long": name[2:8], "common": "检测技术有限公司"}
    return found | ({"number": middle.number} if hasattr(middle, "number") else {})


def _mixed(name: str) -> str:
    return "state=closed&sort=found_on" if name == "case" else "state=closed&sort=planned_from"


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
