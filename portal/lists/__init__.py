"""A list is declared once; its page, saved views, export and API follow from that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.lists.definition import (
    Column,
    Empty,
    ListDef,
    everyone,
    list_named,
    register_list,
    registered_lists,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse
    from rest_framework.views import APIView

    from portal.access import Request

__all__ = [
    "Column",
    "Empty",
    "ListDef",
    "everyone",
    "list_api",
    "list_named",
    "list_page",
    "register_list",
    "registered_lists",
]


def list_page(
    request: Request, defn: ListDef, template: str, extra: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Answer a list's page: context ``page`` is a ListPage; PermissionDenied says why not."""
    from portal.lists.page import answer  # models may not be imported with the package

    return answer(request, defn, template, extra)


def list_api(defn: ListDef) -> type[APIView]:
    """The REST view of a list: the same rows, filters, columns and permission as its page."""
    from portal.lists.api import view_of  # as above

    return view_of(defn)
