"""The page of a list, ready for the template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.forms import BoundField
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from portal.access import Allowed, Request
from portal.lists.cells import Row, row_of
from portal.lists.definition import FIGURES, Column, Empty, ListDef
from portal.lists.keyset import LAST, Slice, cut
from portal.lists.models import ColumnChoice, SavedView
from portal.lists.selection import COUNT_CAP, Selection, select


@dataclass(frozen=True, slots=True)
class Head:
    """One column's head; ``url`` sorts by it, the other way round when it already does."""

    label: str
    kind: str
    meaning: str
    url: str = ""
    direction: str = ""  # ascending, descending, or not sorted by

    @property
    def is_number(self) -> bool:
        return self.kind in FIGURES


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force and the address of the list without it."""

    label: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A saved view and whether it is what the page shows."""

    pk: int
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A column that may be shown or not."""

    name: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class ListPage:
    """Everything the list skeleton prints. Templates read, they ask no database."""

    selection: Selection
    path: str
    slice: Slice
    count: int
    views: list[ViewLink]
    may_export: Allowed
    may_keep: bool

    @property
    def name(self) -> str:
        return self.selection.defn.name

    @property
    def title(self) -> str:
        return str(self.selection.defn.title)

    @cached_property
    def rows(self) -> list[Row]:
        defn, columns = self.selection.defn, self.selection.columns
        return [row_of(record, columns, defn.row_url(record)) for record in self.slice.rows]

    @cached_property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.selection.columns]

    @cached_property
    def chips(self) -> list[Chip]:
        return [
            Chip(item.label, item.words, self._url(self._without(item.params)))
            for item in self.selection.applied
        ]

    @property
    def clear_url(self) -> str:
        """The list without any filter, still sorted and arranged as it is."""
        kept = {"sort", "columns"}
        return self._url(
            self.selection.query(
                without=[name for name in self.selection.params if name not in kept]
            )
        )

    @property
    def filter_fields(self) -> list[BoundField]:
        filters = self.selection.filters
        return [] if filters is None else filters.form.visible_fields()

    @property
    def searches(self) -> bool:
        return self.selection.defn.search is not None

    @property
    def search_hint(self) -> str:
        search = self.selection.defn.search
        least = search.least if search else 1
        return _("搜索，至少 %(least)s 个字") % {"least": least} if least > 1 else _("搜索")

    @property
    def term(self) -> str:
        return self.selection.params.get("q", "")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter form must carry along: the sort and the columns."""
        pairs = [(name, self.selection.params.get(name, "")) for name in ("sort", "columns")]
        return [(name, value) for name, value in pairs if value]

    @cached_property
    def notices(self) -> list[str]:
        found = list(self.selection.notices)
        if self.slice.bad_cursor:
            found.append(_("页码链接已失效，已回到第一页。"))
        for messages in self.selection.errors.values():
            found += [_("%(problem)s 这一条件未生效。") % {"problem": text} for text in messages]
        return found

    @property
    def count_words(self) -> str:
        if self.count > COUNT_CAP:
            return f"{number_format(COUNT_CAP, force_grouping=True)}+"
        return number_format(self.count, force_grouping=True)

    @property
    def first_url(self) -> str:
        return self._url(self.selection.query()) if self.slice.previous else ""

    @property
    def previous_url(self) -> str:
        return self._page_url(self.slice.previous)

    @property
    def next_url(self) -> str:
        return self._page_url(self.slice.next)

    @property
    def last_url(self) -> str:
        return self._page_url(LAST) if self.slice.next else ""

    @cached_property
    def options(self) -> list[Option]:
        chosen = {column.name for column in self.selection.columns}
        visible = self.selection.defn.columns_for(self.selection.actor)
        return [Option(item.name, str(item.label), item.name in chosen) for item in visible]

    @property
    def query(self) -> str:
        """The filters, sort and columns in force, for the export and for a saved view."""
        chosen = ",".join(column.name for column in self.selection.columns)
        return self.selection.query(columns=chosen)

    @property
    def here(self) -> str:
        """This list as it is filtered, for forms that come back to it."""
        return self._url(self.selection.query())

    @property
    def is_filtered(self) -> bool:
        return bool(self.selection.applied)

    @property
    def empty(self) -> Empty:
        """Why nothing is shown: the filters, or there is nothing yet."""
        if not self.is_filtered:
            return self.selection.defn.empty
        return Empty(
            _("没有符合当前条件的记录。"),
            _("请去掉部分筛选条件，或换一个搜索词。"),
            self.clear_url,
            _("清除全部条件"),
        )

    def _head(self, column: Column) -> Head:
        label, meaning = str(column.label), str(column.meaning)
        if not column.sort:
            return Head(label, column.kind, meaning)
        direction = {column.name: "ascending", f"-{column.name}": "descending"}.get(
            self.selection.sort, ""
        )
        sort = f"-{column.name}" if direction == "ascending" else column.name
        return Head(
            label, column.kind, meaning, self._url(self.selection.query(sort=sort)), direction
        )

    def _without(self, params: tuple[tuple[str, str], ...]) -> str:
        left = QueryDict(self.selection.query(), mutable=True)
        for name, value in params:
            if name == "q":
                left.pop(name, None)
            values = left.getlist(name)
            left.setlist(name, [item for item in values if item != value])
        return left.urlencode()

    def _page_url(self, cursor: str) -> str:
        if not cursor:
            return ""
        params = QueryDict(self.selection.query(), mutable=True)
        params["page"] = cursor
        return self._url(params.urlencode())

    def _url(self, query: str) -> str:
        return f"{self.path}?{query}" if query else self.path


def answer(
    request: Request, defn: ListDef, template: str, extra: Mapping[str, Any] | None
) -> HttpResponse:
    """Read what was asked, fetch one page, render."""
    actor = request.actor
    selection = select(defn, actor, request.GET, chosen=chosen_by(defn, actor.user_id))
    rows = cut(
        selection.rows, selection.order, defn.page_size, request.GET.get("page", ""), defn.name
    )
    page = ListPage(
        selection,
        request.path,
        rows,
        selection.count,
        saved_views(selection, request.path),
        defn.may_export(actor),
        actor.user_id is not None,
    )
    return render(request, template, {"page": page, **(extra or {})})


def chosen_by(defn: ListDef, user_id: int | None) -> list[str]:
    """The columns that this user chose before."""
    if user_id is None:
        return []
    choice = ColumnChoice.objects.filter(user_id=user_id, list_name=defn.name).first()
    return list(choice.columns) if choice else []


def saved_views(selection: Selection, path: str) -> list[ViewLink]:
    views = SavedView.objects.visible_to(selection.actor).filter(list_name=selection.defn.name)
    here = selection.query()
    return [
        ViewLink(view.pk, view.name, f"{path}?{view.query}", view.query == here) for view in views
    ]
