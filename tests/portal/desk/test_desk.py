"""The desk shows what is due, the menu what one may see, the search what one may find."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.utils import translation

from portal.access import PUBLIC, Actor
from portal.clocks import today
from portal.desk import (
    Figure,
    Hit,
    Inbox,
    MenuEntry,
    Message,
    WorkItem,
    register_figures,
    register_inbox,
    register_menu,
    register_panel,
    register_search,
    register_work,
    registry,
    selectors,
)
from portal.desk.charts import sparkline
from portal.desk.views import desk
from tests.factories import ActorFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test registers what it needs; the apps' own come back afterwards."""
    monkeypatch.setattr(registry, "_menu", [])
    for name in ("_work", "_figures", "_search", "_panels", "_inboxes"):
        monkeypatch.setattr(registry, name, {})
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def browser() -> Client:
    post = PostFactory()
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def item(title: str, due_on: dt.date | None) -> WorkItem:
    return WorkItem(title, "宝山区水务局", f"/{title}/", due_on, "去办理")


def test_work_is_grouped_by_its_legal_date():
    days = {"late": -1, "today": 0, "sunday": 6, "next_monday": 7}
    items = [item(name, MONDAY + dt.timedelta(days=days[name])) for name in days]
    register_work("rosters", lambda actor, day: [item("undated", None), *items])
    groups = selectors.work(ActorFactory(), MONDAY)
    assert {group.name: [each.title for each in group.items] for group in groups} == {
        "late": ["late"],
        "today": ["today"],
        "week": ["sunday"],
        "later": ["next_monday", "undated"],
    }


def test_the_desk_shows_each_item_with_date_days_left_and_one_button(browser: Client):
    due_on = today() - dt.timedelta(days=3)
    register_work("rosters", lambda actor, day: [item("报送名单", due_on)])
    page = browser.get("/desk/").content.decode()
    assert "逾期 3 天" in page
    assert f"{due_on.year}年{due_on.month}月{due_on.day}日" in page
    assert page.count('href="/报送名单/"') == 1


def test_what_is_due_this_week_is_counted_in_the_menu():
    days = [MONDAY + dt.timedelta(days=offset) for offset in (-1, 0, 6, 7)]
    register_work("rosters", lambda actor, day: [item("名单", each) for each in days])
    assert selectors.due_soon(ActorFactory(), MONDAY) == 3


def test_an_empty_desk_explains_itself(browser: Client):
    assert "现在没有待办事项" in browser.get("/desk/").content.decode()


def test_the_desk_needs_the_same_queries_however_much_is_due(
    browser: Client, django_assert_num_queries: Any
):
    work: list[WorkItem] = []
    register_work("rosters", lambda actor, day: work)
    register_figures("rosters", lambda actor, day: [Figure("在册机构", 3, "/", [("a", 1)] * 9)])
    browser.get("/desk/")
    for number in (0, 50):
        work[:] = [item(f"名单{each}", MONDAY) for each in range(number)]
        with django_assert_num_queries(DESK_QUERIES):
            assert browser.get("/desk/").content.decode().count('class="work-item"') == number


DESK_QUERIES = 4  # session, user, posts once, delegations to switch to


def test_a_figure_links_to_its_list_and_has_a_table_behind_its_chart(browser: Client):
    series = [("2025 年", 380.0), ("2026 年", 412.0)]
    register_figures("x", lambda actor, day: [Figure("在册机构", 412, "/list/", series)])
    page = browser.get("/desk/").content.decode()
    assert 'href="/list/"' in page
    assert '<th scope="row">2025 年</th><td>380' in "".join(page.split("\n"))


def test_a_chart_needs_two_numbers_and_keeps_inside_its_box():
    assert sparkline([("a", 1.0)]) is None
    chart = sparkline([("a", 5.0), ("b", 5.0), ("c", 9.0)])
    assert chart is not None
    points = [tuple(map(float, point.split(","))) for point in chart.line.split()]
    assert all(0 <= x <= 120 and 0 <= y <= 32 for x, y in points)
    assert points[2][1] < points[0][1] == points[1][1]


def test_messages_stand_beside_the_work(browser: Client):
    letter = Message("名单将到期", "", "/inbox/1/", dt.datetime(2026, 3, 2, tzinfo=dt.UTC), True)
    register_inbox(Inbox(lambda actor: 3, lambda actor, limit: [letter], "desk"))
    page = browser.get("/desk/").content.decode()
    assert "名单将到期" in page
    assert "未读" in page


def test_the_menu_hides_what_the_actor_may_not_see():
    register_menu(MenuEntry("system", "审计日志", "desk", visible=lambda actor: False))
    register_menu(MenuEntry("desk", "我的待办", "desk"))
    parts = selectors.menu(ActorFactory())
    assert [part.section.name for part in parts] == ["desk"]
    assert selectors.menu(PUBLIC) == []


def test_the_menu_is_in_order_and_knows_its_sections():
    register_menu(MenuEntry("desk", "二", "search", order=20))
    register_menu(MenuEntry("desk", "一", "desk", order=10))
    (part,) = selectors.menu(ActorFactory())
    assert [line.entry.label for line in part.lines] == ["一", "二"]
    with pytest.raises(ValueError, match="no section"):
        register_menu(MenuEntry("elsewhere", "三", "desk"))


def test_counts_come_by_themselves_and_only_for_lines_that_count(browser: Client):
    register_menu(MenuEntry("desk", "我的待办", "desk", count=lambda actor: 12))
    register_menu(MenuEntry("desk", "搜索", "search"))
    answer = browser.get("/desk/counts/").content.decode()
    assert "count-desk" in answer
    assert ">12<" in answer
    assert "count-search" not in answer
    assert ">12<" not in browser.get("/search/").content.decode()


def test_the_longest_menu_line_that_fits_is_the_present_one(browser: Client):
    register_menu(MenuEntry("desk", "我的待办", "desk"))
    register_menu(MenuEntry("desk", "搜索", "search"))
    page = browser.get("/search/").content.decode()
    assert page.count('aria-current="page"') == 1


def test_the_search_wants_two_characters_and_groups_by_kind(browser: Client):
    asked: list[str] = []

    def find(actor: Actor, text: str, limit: int) -> list[Hit]:
        asked.append(text)
        return [Hit("机构", f"上海{text}公司", "宝山区", "/i/1/"), Hit("单位", "水务局", "", "/a/")]

    register_search("institutions", find)
    assert "请至少输入两个字" in browser.get("/search/", {"q": "检"}).content.decode()
    page = browser.get("/search/", {"q": " 检测 "}).content.decode()
    assert asked == ["检测"]
    assert page.index("上海检测公司") < page.index("水务局")
    assert "上海检测公司" in browser.get("/search/suggest/", {"q": "检测"}).content.decode()


def test_a_search_without_hits_says_so_and_escapes_what_was_typed(browser: Client):
    page = browser.get("/search/", {"q": "<script>"}).content.decode()
    assert "没有找到" in page
    assert "<script>“" not in page
    assert "&lt;script&gt;" in page


def test_a_name_is_registered_once():
    register_work("rosters", lambda actor, day: [])
    with pytest.raises(ValueError, match="registered twice"):
        register_work("rosters", lambda actor, day: [])


def test_panels_belong_to_their_page_and_may_stay_away():
    register_panel("institution", "rosters", lambda obj, actor: ("panel.html", {"obj": obj}))
    register_panel("institution", "none", lambda obj, actor: None)
    assert selectors.panels("institution", 7, PUBLIC) == [("panel.html", {"obj": 7})]
    assert selectors.panels("agency", 7, PUBLIC) == []


def test_a_person_without_a_post_is_told_whom_to_ask(rf: RequestFactory):
    request = rf.get("/desk/")
    request.user, request.actor = UserFactory(), PUBLIC
    with pytest.raises(PermissionDenied, match="没有有效岗位"):
        desk(request)
    request.user = AnonymousUser()
    assert desk(request).url == "/accounts/login/?next=/desk/"
