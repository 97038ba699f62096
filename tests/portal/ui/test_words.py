"""Dates, money, masks and days left read as official documents write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from portal.templatetags import portal_ui as words

MONDAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def test_dates_and_times():
    assert words.day(MONDAY) == "2026年3月2日"
    assert words.day(None) == "–"
    late = dt.datetime(2026, 3, 2, 17, 5, tzinfo=dt.UTC)
    assert words.day(late) == "2026年3月3日"
    assert words.moment(late) == "2026年3月3日 01:05"
    with translation.override("en"):
        assert words.day(MONDAY) == "2 Mar 2026"


def test_money():
    assert words.yuan(Decimal("1234.5")) == "1,234.50 元"
    assert words.yuan(None) == "–"
    assert words.wan(Decimal("125000")) == "12.5 万元"
    assert words.wan(0) == "0 万元"


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (words.masked_phone, "13812345678", "138****5678"),
        (words.masked_phone, "5678", "**78"),
        (words.masked_phone, "", "–"),
        (words.masked_id, "310113199001011234", "310*************34"),
        (words.masked_id, "123", "***"),
        (words.masked_name, "张三丰", "张**"),
    ],
)
def test_masks(mask, text: str, shown: str):
    assert mask(text) == shown


@pytest.mark.parametrize(
    ("offset", "left", "tone"),
    [(-3, "逾期 3 天", "danger"), (0, "今天到期", "warn"), (3, "还剩 3 天", "warn"),
     (4, "还剩 4 天", "plain")],
)  # fmt: skip
def test_days_left(offset: int, left: str, tone: str):
    due = MONDAY + dt.timedelta(days=offset)
    assert words.days_left(due, MONDAY) == left
    assert words.due_tone(due, MONDAY) == tone


def test_no_deadline_is_said():
    assert words.days_left(None, MONDAY) == "无期限"
    assert words.due_tone(None, MONDAY) == "plain"


def test_a_query_string_changes_one_value_and_keeps_the_rest(rf: RequestFactory):
    request = rf.get("/list/", {"q": "检测", "page": "2"})
    shown = Template("{% query page=3 q=None %}").render(Context({"request": request}))
    assert shown == "?page=3"
    assert Template("{% query a=1 %}").render(Context({})) == "?a=1"


def test_an_icon_is_silent_unless_it_has_a_label():
    assert 'aria-hidden="true"' in words.icon("check")
    labelled = words.icon("check", "完成<")
    assert 'aria-label="完成&lt;"' in labelled


def test_facts_show_an_en_dash_for_nothing_and_keep_zero():
    template = Template("{% include 'components/facts.html' with rows=rows only %}")
    page = template.render(Context({"rows": [("行数", 0), ("备注", ""), ("电话", None)]}))
    assert "<dd>0</dd>" in page
    assert page.count("<dd>–</dd>") == 2
