"""What every list's tests assert: its page, export and API agree; its queries do not grow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from portal.access import Actor
from portal.lists import ListDef
from portal.lists.api import as_json
from portal.lists.exporting import write_export
from portal.lists.keyset import cut
from portal.lists.selection import Selection, select
from portal.lists.values import canonical, plain
from portal.lists.verifying import verify


def paged_keys(selection: Selection, size: int) -> list[Any]:
    """The keys of all rows, walked page by page as a reader does."""
    keys: list[Any] = []
    cursor = ""
    while True:
        page = cut(selection.rows, selection.order, size, cursor, selection.defn.name)
        keys += [row.pk for row in page.rows]
        if not page.next:
            return keys
        cursor = page.next


def assert_list_and_export_agree(
    defn: ListDef, actor: Actor, folder: Path, query: str = "", size: int = 7
) -> list[list[str]]:
    """The rows of the page, of the API and of both files are the same, in the same order.

    Gives back the canonical rows, for further assertions.
    """
    selection = select(defn, actor, QueryDict(query))
    keys = paged_keys(selection, size)
    ordered = list(selection.rows.order_by(*selection.order))
    assert keys == [row.pk for row in ordered], "paging loses, repeats or disorders rows"
    assert selection.count == len(keys)
    expected = [
        canonical([plain(column.of(row), column.kind) for column in selection.columns])
        for row in ordered
    ]
    for kind in ("xlsx", "csv"):
        path = folder / f"{defn.name}.{'zip' if kind == 'csv' else kind}"
        written = write_export(selection, path, kind, by={})
        verdict = verify(path)
        assert verdict.intact, verdict.problems
        assert verdict.rows == expected, f"the {kind} differs from the list"
        assert written.rows == len(keys)
    names = [column.name for column in selection.columns]
    for row in ordered[:1]:
        assert list(as_json(row, selection.columns)) == ["id", *names]
    return expected


@contextmanager
def counted_queries() -> Iterator[Callable[[], int]]:
    """``with counted_queries() as number: …; number()``."""
    with CaptureQueriesContext(connection) as captured:
        yield lambda: len(captured.captured_queries)


def assert_constant_queries(ask: Callable[[], Any], grow: Callable[[], Any], most: int) -> int:
    """``ask`` needs the same number of queries before and after ``grow`` adds rows."""
    ask()  # the first request of a session also writes the session
    with counted_queries() as before:
        ask()
    grow()
    with counted_queries() as after:
        ask()
    assert before() == after(), f"{before()} queries became {after()} with more rows"
    assert after() <= most, f"{after()} queries, {most} allowed"
    return after()
