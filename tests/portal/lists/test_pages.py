"""Pages of a list, over the directory of agencies."""

from __future__ import annotations

import datetime as dt
from itertools import chain
from pathlib import Path
from typing import Any

import django_filters
import pytest
from django.http import QueryDict
from django.test import RequestFactory

from agencies.models import Agency
from portal.access import Actor, AgencyKind, Allowed
from portal.lists import Column, ListDef, list_page
from portal.lists.filters import ListFilter
from portal.lists.keyset import cut
from portal.lists.search import PlainSearch
from portal.lists.selection import select
from tests.factories import ActorFactory, AgencyFactory
from tests.portal.lists.checks import assert_list_and_export_agree

pytestmark = pytest.mark.django_db


class AgencyFilter(ListFilter):
    kind = django_filters.MultipleChoiceFilter(label="类别", choices=AgencyKind)
    ended_on = django_filters.DateFromToRangeFilter(label="停用日期")


def staff(actor: Actor) -> Allowed:
    return Allowed(actor.is_staff, "只有工作人员可以查看。")


AGENCIES = ListDef(
    "test_agencies",
    "单位",
    lambda actor: Agency.objects.visible_to(actor).select_related("region"),
    AgencyFilter,
    (
        Column("name", "单位名称", "name", sort="name"),
        Column("code", "代号", "code", kind="code", sort="code"),
        Column("kind", "类别", "get_kind_display", kind="badge", tone=lambda row: "info"),
        Column("region", "行政区划", "region.name"),
        Column("ended_on", "停用日期", "ended_on", kind="date", sort="ended_on"),
        Column("phone", "电话", "phone", personal=True, visible=lambda actor: actor.is_bureau),
    ),
    ("name",),
    staff,
    search=PlainSearch(("name", "code")),
    row_url=lambda row: f"/agencies/{row.pk}/",
    page_size=3,
)


@pytest.fixture
def actor() -> Actor:
    return ActorFactory()


@pytest.fixture
def agencies(actor: Actor) -> list[Agency]:
    days = [None, dt.date(2026, 3, 2), None, dt.date(2026, 3, 2), dt.date(2025, 1, 1), None, None]
    return [
        AgencyFactory(
            name=f"单位{n:02}", ended_on=day, kind=AgencyKind.WATER if n % 2 else AgencyKind.MARKET
        )
        for n, day in enumerate(days)
    ]


@pytest.mark.parametrize("sort", ["", "name", "-name", "ended_on", "-ended_on", "code"])
def test_pages_walk_through_every_row_once_in_both_directions(
    agencies: list[Agency], actor: Actor, sort: str
) -> None:
    selection = select(AGENCIES, actor, QueryDict(f"sort={sort}"))
    every = [row.pk for row in selection.rows.order_by(*selection.order)]
    for size in (1, 2, 3, 50):
        forward, cursor = [], ""
        while True:
            page = cut(selection.rows, selection.order, size, cursor, "x")
            forward.append([row.pk for row in page.rows])
            if not page.next:
                break
            cursor = page.next
        assert list(chain(*forward)) == every
        backward, cursor = [], "last"
        while True:
            page = cut(selection.rows, selection.order, size, cursor, "x")
            backward.insert(0, [row.pk for row in page.rows])
            if not page.previous:
                break
            cursor = page.previous
        merged = list(dict.fromkeys(chain(*backward)))
        assert merged == every


def test_export_is_the_list(agencies: list[Agency], actor: Actor, tmp_path: Path) -> None:
    rows = assert_list_and_export_agree(AGENCIES, actor, tmp_path)
    assert len(rows) == Agency.objects.count()
    assert_list_and_export_agree(AGENCIES, actor, tmp_path, "kind=water&sort=-ended_on")


def test_page_renders(agencies, actor, rf: RequestFactory) -> None:
    request: Any = rf.get("/x/", {"kind": ["water", "nonsense"], "q": "单位", "sort": "-name"})
    request.actor = actor
    html = list_page(request, AGENCIES, "skeletons/list.html").content.decode()
    assert "单位05" in html
