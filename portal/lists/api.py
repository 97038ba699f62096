"""The REST side of a list: the rows of its page, in pages by cursor."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.access.rest import actor_of
from portal.clocks.now import SHANGHAI
from portal.lists.definition import Column, ListDef
from portal.lists.keyset import cut
from portal.lists.selection import COUNT_CAP, Selection, select
from portal.lists.values import plain

MOST_PER_PAGE = 200
WHOLE = re.compile(r"[0-9]{1,4}")
COUNT_HELP = f"Rows that match; {COUNT_CAP + 1} stands for any larger number."


def view_of(defn: ListDef) -> type[APIView]:
    """A view class of its own for each list, so that the schema describes its rows."""

    class MayList(BasePermission):
        def has_permission(self, request: Request, view: APIView) -> bool:
            return bool(defn.permission(actor_of(request)))

    class ListView(APIView):
        permission_classes = [MayList]

        @extend_schema(
            operation_id=f"{defn.name}_list",
            summary=str(defn.title),
            parameters=_parameters(defn),
            responses=_envelope(defn),
        )
        def get(self, request: Request) -> Response:
            return Response(_answer(defn, request))

    ListView.__name__ = f"{_pascal(defn.name)}ListView"
    return ListView


def as_json(row: Any, columns: list[Column]) -> dict[str, Any]:
    """One row: its key, then the columns by name, as the schema says."""
    return {
        "id": row.pk,
        **{column.name: _json(column.of(row), column.kind) for column in columns},
    }


def _answer(defn: ListDef, request: Request) -> dict[str, Any]:
    selection = select(defn, actor_of(request), request.query_params)
    size, problems = _size(defn, request.query_params.get("limit", ""))
    cursor = request.query_params.get("page", "")
    page = cut(selection.rows, selection.order, size, cursor, defn.name)
    problems = {**selection.errors, **problems}
    if selection.notices:
        problems["query"] = selection.notices
    if page.bad_cursor:
        problems["page"] = [_("页码链接已失效，请从第一页重新读取。")]
    if problems:
        raise ValidationError(problems)
    return {
        "next": _address(request, selection, page.next),
        "previous": _address(request, selection, page.previous),
        "count": selection.count,
        "results": [as_json(row, selection.columns) for row in page.rows],
    }


def _size(defn: ListDef, limit: str) -> tuple[int, dict[str, list[str]]]:
    if not limit:
        return defn.page_size, {}
    if WHOLE.fullmatch(limit) and 1 <= int(limit) <= MOST_PER_PAGE:
        return int(limit), {}
    return defn.page_size, {
        "limit": [_("每页条数须为 1 至 %(most)s 的整数。") % {"most": MOST_PER_PAGE}]
    }


def _address(request: Request, selection: Selection, cursor: str) -> str | None:
    if not cursor:
        return None
    return request.build_absolute_uri(f"{request.path}?{selection.query(page=cursor)}")


def _json(value: Any, kind: str) -> Any:
    if isinstance(value, dt.datetime) and kind == "datetime":
        return value.astimezone(SHANGHAI).isoformat()
    cell = plain(value, kind)
    if isinstance(cell, float):
        return f"{cell:.2f}"
    return cell.isoformat() if isinstance(cell, dt.date) else cell


def _envelope(defn: ListDef) -> serializers.BaseSerializer[Any]:
    name = _pascal(defn.name)
    row = inline_serializer(
        f"{name}Row",
        {
            "id": serializers.IntegerField(),
            **{column.name: _field(column) for column in defn.columns},
        },
        many=True,
    )
    return inline_serializer(
        f"{name}Page",
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "count": serializers.IntegerField(help_text=COUNT_HELP),
            "results": row,
        },
    )


FIELDS: dict[str, type[serializers.Field[Any, Any, Any, Any]]] = {
    "integer": serializers.IntegerField,
    "date": serializers.DateField,
    "datetime": serializers.DateTimeField,
}


def _field(column: Column) -> serializers.Field[Any, Any, Any, Any]:
    """Not required: a reader may choose columns, and some are hidden from some actors."""
    options: dict[str, Any] = {
        "required": False,
        "allow_null": True,
        "help_text": str(column.meaning or column.label),
    }
    if column.kind == "money":
        return serializers.DecimalField(16, 2, **options)
    return FIELDS.get(column.kind, serializers.CharField)(**options)


def _parameters(defn: ListDef) -> list[OpenApiParameter]:
    sorts = [f"{sign}{column.name}" for column in defn.columns if column.sort for sign in ("", "-")]
    found = [
        OpenApiParameter("page", str, description="Cursor of a page, or `last`."),
        OpenApiParameter("limit", int, description=f"Rows per page, at most {MOST_PER_PAGE}."),
        OpenApiParameter("columns", str, description="Names of columns, joined by commas."),
    ]
    if sorts:
        found.append(OpenApiParameter("sort", str, enum=sorts))
    if defn.search is not None:
        words = f"Search term, at least {defn.search.least} characters."
        found.append(OpenApiParameter("q", str, description=words))
    filters = defn.filter.base_filters if defn.filter else {}
    return found + [
        OpenApiParameter(name, str, description=str(item.label))
        for name, filter in filters.items()
        for name, item in _spread(name, filter)
    ]


def _spread(name: str, item: Any) -> list[tuple[str, Any]]:
    """A range filter is read from two parameters, as on the page."""
    suffixes = getattr(item.field_class.widget, "suffixes", None)
    return [(f"{name}_{suffix}", item) for suffix in suffixes] if suffixes else [(name, item)]


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace("-", "_").split("_"))
