"""A list over the directory of agencies, small enough to reason about."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django.http import HttpResponse
from django.urls import path

from agencies.models import Agency
from portal.access import Actor, AgencyKind, Allowed, Request
from portal.lists import Column, ListDef, list_api, list_page
from portal.lists.filters import ListFilter
from portal.lists.search import PlainSearch
from portal.urls import urlpatterns as portal_urls
from tests.factories import AgencyFactory


class AgencyFilter(ListFilter):
    kind = django_filters.MultipleChoiceFilter(label="类别", choices=AgencyKind)
    ended_on = django_filters.DateFromToRangeFilter(label="停用日期")
    superior = django_filters.ModelChoiceFilter(
        label="上级单位", queryset=lambda asked: Agency.objects.visible_to(asked.actor)
    )


def staff(actor: Actor) -> Allowed:
    return Allowed(actor.is_staff, "只有工作人员可以查看。")


def _number(row: Agency) -> int:
    return len(row.name)


AGENCIES = ListDef(
    "sample_agencies",
    "单位",
    lambda actor: Agency.objects.visible_to(actor).select_related("region"),
    AgencyFilter,
    (
        Column("name", "单位名称", "name", sort="name"),
        Column("code", "代号", "code", kind="code", sort="code"),
        Column("kind", "类别", "get_kind_display", kind="badge", tone=lambda row: "info"),
        Column("region", "行政区划", "region.name"),
        Column("ended_on", "停用日期", "ended_on", kind="date", sort="ended_on"),
        Column("letters", "字数", _number, kind="integer"),
        Column("fee", "费用", lambda row: row.version * 12345.5, kind="money", shown=False),
        Column("phone", "电话", "phone", personal=True, visible=lambda actor: actor.is_bureau),
    ),
    ("name",),
    staff,
    search=PlainSearch(("name", "code"), least=2),
    row_url=lambda row: f"/agencies/{row.pk}/",
    page_size=3,
)

ENDED = [None, dt.date(2026, 3, 2), None, dt.date(2026, 3, 2), dt.date(2025, 1, 1), None, None]


def some_agencies() -> list[Agency]:
    """Seven, with ties and gaps in the day they ended."""
    return [
        AgencyFactory(
            name=f"样本单位{number:02}",
            ended_on=day,
            kind=AgencyKind.WATER if number % 2 else AgencyKind.MARKET,
        )
        for number, day in enumerate(ENDED)
    ]


def sample_list(request: Request) -> HttpResponse:
    return list_page(request, AGENCIES, "skeletons/list.html")


urlpatterns: list[Any] = [
    *portal_urls,
    path("sample/", sample_list, name="sample_list"),
    path("api/v1/sample/", list_api(AGENCIES).as_view(), name="api_sample_list"),
]
