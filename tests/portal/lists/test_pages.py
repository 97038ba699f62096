"""Pages of a list: keys, filters, chips, sorting, columns, what is said when something is wrong."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import chain
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client

from agencies.models import Agency
from portal.access import PUBLIC, Actor
from portal.lists import Column, ListDef, register_list
from portal.lists.keyset import Slice, cut
from portal.lists.models import ColumnChoice, SavedView
from portal.lists.selection import COUNT_CAP, Selection, select
from tests.factories import AgencyFactory
from tests.portal.lists.checks import assert_constant_queries, paged_keys
from tests.portal.lists.sample import AGENCIES, staff

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.lists.sample")]

SORTS = ["", "name", "-name", "ended_on", "-ended_on", "code"]


class Links(HTMLParser):
    """Every link of a page by its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._href = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            values = dict(attrs)
            self._href = values.get("href") or ""
            self.found[values.get("aria-label") or ""] = self._href

    def handle_data(self, data: str) -> None:
        if self._href and data.strip():
            self.found[data.strip()] = self._href
            self._href = ""


def links(client: Client, url: str) -> dict[str, str]:
    return Links(client.get(url).content.decode()).found


def selected(actor: Actor, query: str) -> Selection:
    return select(AGENCIES, actor, QueryDict(query))


def backwards(selection: Selection, size: int) -> list[int]:
    pages: list[list[int]] = []
    cursor = "last"
    while True:
        page = cut(selection.rows, selection.order, size, cursor, AGENCIES.name)
        pages.insert(0, [row.pk for row in page.rows])
        if not page.previous:
            return list(dict.fromkeys(chain(*pages)))
        cursor = page.previous


@pytest.mark.parametrize("size", [1, 2, 3, 50])
@pytest.mark.parametrize("sort", SORTS)
def test_every_row_comes_once_in_both_directions(
    agencies: list[Agency], actor: Actor, sort: str, size: int
) -> None:
    selection = selected(actor, f"sort={sort}")
    every = [row.pk for row in selection.rows.order_by(*selection.order)]
    assert len(every) == 8
    assert paged_keys(selection, size) == every
    assert backwards(selection, size) == every


@pytest.mark.parametrize("order", [("kind", "-ended_on", "pk"), ("-ended_on", "kind", "name")])
def test_mixed_orders_with_gaps_page_too(
    agencies: list[Agency], actor: Actor, order: tuple[str, ...]
) -> None:
    rows = Agency.objects.all()
    every = [row.pk for row in rows.order_by(*order)]
    found: list[int] = []
    page = cut(rows, order, 2, "", "x")
    while True:
        found += [row.pk for row in page.rows]
        if not page.next:
            break
        page = cut(rows, order, 2, page.next, "x")
    assert found == every


def test_a_page_back_is_the_page_before(agencies: list[Agency], actor: Actor) -> None:
    def ask(cursor: str) -> Slice:
        selection = selected(actor, "sort=-ended_on")
        return cut(selection.rows, selection.order, 2, cursor, AGENCIES.name)

    first = ask("")
    second = ask(first.next)
    third = ask(second.next)
    assert [row.pk for row in ask(third.previous).rows] == [row.pk for row in second.rows]
    assert [row.pk for row in ask(second.previous).rows] == [row.pk for row in first.rows]
    assert first.previous == ""


def test_a_row_that_vanished_leaves_its_cursor_working(
    agencies: list[Agency], actor: Actor
) -> None:
    selection = selected(actor, "sort=name")
    page = cut(selection.rows, selection.order, 3, "", AGENCIES.name)
    Agency.objects.filter(pk=page.rows[-1].pk).exclude(pk=actor.agency_id).delete()
    after = cut(selection.rows, selection.order, 3, page.next, AGENCIES.name)
    assert page.rows[-1].name < after.rows[0].name


@pytest.mark.parametrize("cursor", ["nonsense", "WyJhIl0:1xUr0Z:forged", "last%00", "é" * 10])
def test_a_bad_cursor_shows_the_first_page_and_says_so(
    agencies: list[Agency], browser: Client, cursor: str
) -> None:
    page = browser.get("/sample/", {"page": cursor}).context["page"]
    assert [row.cells[0].text for row in page.rows] == [
        row.name for row in Agency.objects.order_by("name")[:3]
    ]
    assert page.notices == ["页码链接已失效，已回到第一页。"]


def test_a_cursor_of_another_order_or_list_is_bad(agencies: list[Agency], actor: Actor) -> None:
    rows = Agency.objects.all()
    by_name = cut(rows, ("name", "pk"), 2, "", "a").next
    assert not cut(rows, ("name", "pk"), 2, by_name, "a").bad_cursor
    assert cut(rows, ("code", "pk"), 2, by_name, "a").bad_cursor
    assert cut(rows, ("name", "pk"), 2, by_name, "b").bad_cursor


def test_filters_survive_sorting_and_paging(agencies: list[Agency], browser: Client) -> None:
    query = "/sample/?kind=water&kind=market&q=样本&sort=-name"
    found = links(browser, query)
    for text in ("单位名称", "下一页", "末页"):
        asked = parse_qs(urlsplit(found[text]).query)
        assert asked["kind"] == ["water", "market"]
        assert asked["q"] == ["样本"]
    assert parse_qs(urlsplit(found["单位名称"]).query)["sort"] == ["name"]
    page = browser.get(found["下一页"]).context["page"]
    assert [row.cells[0].text for row in page.rows] == [f"样本单位0{n}" for n in (3, 2, 1)]


def test_each_chip_takes_away_one_condition(agencies: list[Agency], browser: Client) -> None:
    url = "/sample/?kind=water&kind=market&q=样本&ended_on_after=2026-01-01"
    page = browser.get(url).context["page"]
    assert {(chip.label, chip.words) for chip in page.chips} == {
        ("搜索", "样本"),
        ("类别", "市场监督管理局"),
        ("类别", "水务部门"),
        ("停用日期", "2026年1月1日 起"),
    }
    without_water = next(chip for chip in page.chips if chip.words == "水务部门")
    left = parse_qs(urlsplit(without_water.url).query)
    assert left["kind"] == ["market"]
    assert left["q"] == ["样本"]
    assert left["ended_on_after"] == ["2026-01-01"]
    without_day = next(chip for chip in page.chips if chip.label == "停用日期")
    assert "ended_on_after" not in parse_qs(urlsplit(without_day.url).query)
    assert browser.get(page.clear_url).context["page"].chips == []


def test_a_bad_value_is_said_and_the_rest_is_kept(agencies: list[Agency], browser: Client) -> None:
    page = browser.get("/sample/?ended_on_after=2026-02-30&kind=water").context["page"]
    assert len(page.notices) == 1
    assert page.notices[0].startswith("停用日期")
    assert page.count == 3
    html = browser.get("/sample/?ended_on_after=2026-02-30&kind=water").content.decode()
    assert "2026-02-30" in html


@pytest.mark.parametrize(
    "query", ["kind=%00", "q=%00%00", "superior=x", "superior=99999999999999999999", "sort=phone"]
)
def test_hostile_values_are_answered(agencies: list[Agency], browser: Client, query: str) -> None:
    assert browser.get(f"/sample/?{query}").status_code == 200


def test_one_character_is_too_short_to_search(agencies: list[Agency], browser: Client) -> None:
    page = browser.get("/sample/?q=样").context["page"]
    assert page.count == 8
    assert "至少要有 2 个字" in page.notices[0]
    assert page.term == "样"


def test_full_width_terms_are_found(agencies: list[Agency], browser: Client) -> None:
    page = browser.get("/sample/", {"q": "样本单位03"}).context["page"]
    assert page.count == 1


def test_only_declared_columns_sort(agencies: list[Agency], browser: Client) -> None:
    page = browser.get("/sample/?sort=region").context["page"]
    assert page.notices == ["不能按“region”排序，已按默认顺序显示。"]
    assert [head.direction for head in page.heads] == [""] * len(page.heads)


def test_the_head_says_how_it_is_sorted(agencies: list[Agency], browser: Client) -> None:
    html = browser.get("/sample/?sort=-name").content.decode()
    assert 'aria-sort="descending"' in html


def test_hidden_columns_are_nowhere(agencies: list[Agency], actor: Actor, partner: Actor) -> None:
    seen = [column.name for column in selected(actor, "columns=name,phone").columns]
    assert seen == ["name", "phone"]
    hidden = [column.name for column in selected(partner, "columns=name,phone").columns]
    assert hidden == ["name"]


def test_chosen_columns_are_remembered_and_reset(
    agencies: list[Agency], browser: Client, actor: Actor
) -> None:
    there = {"next": "/sample/?kind=water&columns=name"}
    answer = browser.post("/lists/sample_agencies/columns/", {"columns": ["fee", "name"], **there})
    assert answer["Location"] == "/sample/?kind=water"
    heads = [head.label for head in browser.get("/sample/").context["page"].heads]
    assert heads == ["单位名称", "费用"]
    browser.post("/lists/sample_agencies/columns/", {"reset": "1", **there})
    assert len(browser.get("/sample/").context["page"].heads) == 7
    assert ColumnChoice.objects.get().user_id == actor.user_id


def test_a_view_keeps_filters_sort_and_columns(
    agencies: list[Agency], browser: Client, actor: Actor
) -> None:
    page = browser.get("/sample/?kind=water&sort=-name&page=last").context["page"]
    saved = browser.post(
        "/lists/sample_agencies/views/",
        {"name": "水务", "query": page.query, "next": page.here},
    )
    assert saved.status_code == 302
    [view] = browser.get("/sample/").context["page"].views
    assert view.name == "水务"
    shown = browser.get(view.url).context["page"]
    assert shown.count == 3
    assert shown.rows[0].cells[0].text == "样本单位05"
    assert shown.views[0].current


def test_a_view_has_one_name_and_one_owner(
    agencies: list[Agency], browser: Client, partner: Actor
) -> None:
    form = {"name": "水务", "query": "kind=water", "next": "/sample/"}
    browser.post("/lists/sample_agencies/views/", form)
    answer = browser.post("/lists/sample_agencies/views/", form, follow=True)
    assert "您在这个列表中已有名为“水务”的视图。" in answer.content.decode()
    view = SavedView.objects.get()
    assert not SavedView.objects.visible_to(partner).exists()
    assert not SavedView.objects.visible_to(PUBLIC).exists()
    browser.post(f"/lists/views/{view.pk}/delete/", {"next": "/sample/"})
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example/x", "javascript:x"])
def test_forms_lead_to_no_other_site(agencies: list[Agency], browser: Client, there: str) -> None:
    answer = browser.post("/lists/sample_agencies/columns/", {"next": there})
    assert answer["Location"] == "/desk/"


def test_an_empty_list_says_why(agencies: list[Agency], browser: Client) -> None:
    html = browser.get("/sample/?q=没有这样的单位").content.decode()
    assert "没有符合当前条件的记录。" in html
    assert "清除全部条件" in html


def test_the_count_is_capped(
    agencies: list[Agency], browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.lists.selection.COUNT_CAP", 4)
    monkeypatch.setattr("portal.lists.page.COUNT_CAP", 4)
    assert COUNT_CAP == 10_000
    page = browser.get("/sample/").context["page"]
    assert page.count == 5
    assert page.count_words == "4+"


def test_the_first_cell_links_the_row(agencies: list[Agency], browser: Client) -> None:
    found = links(browser, "/sample/?q=样本单位05")
    assert found["样本单位05"] == f"/agencies/{agencies[5].pk}/"


def test_strangers_are_refused(agencies: list[Agency], client: Client) -> None:
    assert client.get("/sample/").status_code == 403


def test_queries_do_not_grow_with_the_rows(agencies: list[Agency], browser: Client) -> None:
    def grow() -> None:
        AgencyFactory.create_batch(20)

    number = assert_constant_queries(
        lambda: browser.get("/sample/?q=单位&sort=-name&kind=market"), grow, most=25
    )
    assert number > 0


def test_a_definition_is_checked_when_it_is_made() -> None:
    name = Column("name", "名称", "name")
    with pytest.raises(ValueError, match="names a column twice"):
        ListDef("x", "x", lambda actor: Agency.objects.all(), None, (name, name), ("pk",), staff)
    twin = ListDef(
        AGENCIES.name, "x", lambda actor: Agency.objects.all(), None, (name,), ("pk",), staff
    )
    with pytest.raises(ValueError, match="registered twice"):
        register_list(twin)
