"""What was asked of a list: filters, term, sort and columns read from a query string.

The page, the export and the API all start here, so they cannot differ.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import BoundField
from django.http import QueryDict
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from portal.access.actor import Actor
from portal.lists.definition import Column, ListDef
from portal.lists.search import LONGEST_TERM, normalised

if TYPE_CHECKING:
    from portal.lists.filters import ListFilter

COUNT_CAP = 10_000
NUL = "\x00"
Rows = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Stands in for the request where a filter's callables look for ``request.actor``."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Applied:
    """One filter in force, in words; ``params`` are the (name, value) pairs that set it."""

    label: str
    words: str
    params: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Selection:
    """A list as one actor asked for it."""

    defn: ListDef
    actor: Actor
    params: QueryDict
    term: str
    filters: ListFilter | None
    sort: str
    columns: list[Column]
    notices: list[str] = field(default_factory=list)

    @cached_property
    def rows(self) -> Rows:
        """The filtered rows, unordered."""
        rows, search = self._filtered, self.defn.search
        return search.filter(rows, self.term) if search and self.term else rows

    @property
    def order(self) -> tuple[str, ...]:
        return self.defn.full_order(self.sort)

    @cached_property
    def count(self) -> int:
        """How many rows there are; one more than COUNT_CAP stands for any larger number."""
        most = COUNT_CAP + 1
        rows, search = self._filtered, self.defn.search
        if search and self.term:
            rows = search.countable(rows, self.term, most)
        return rows.order_by().values("pk")[:most].count()

    @cached_property
    def errors(self) -> dict[str, list[str]]:
        """What could not be understood, by parameter; the page still shows the rest."""
        found: dict[str, list[str]] = {}
        if self.filters is not None:
            form = self.filters.form
            for name, messages in form.errors.items():
                label = form.fields[name].label if name in form.fields else ""
                found[name] = [f"{label}：{message}" if label else message for message in messages]
        return found

    @cached_property
    def applied(self) -> list[Applied]:
        """Every filter and term in force, in the order of the form."""
        found: list[Applied] = []
        if self.term:
            found.append(Applied(_("搜索"), self.term, (("q", self.term),)))
        if self.filters is not None:
            for bound in self.filters.form:
                found += _applied(bound, self.filters.form.cleaned_data.get(bound.name))
        return found

    @property
    def sort_words(self) -> str:
        """The order in words, for people and for the manifest."""
        by_name = {column.name: column for column in self.defn.columns}
        column = by_name.get(self.sort.removeprefix("-"))
        if column is None:
            return _("默认顺序")
        words = {"column": column.label}
        if self.sort.startswith("-"):
            return _("按%(column)s降序") % words
        return _("按%(column)s升序") % words

    def query(self, *, without: Iterable[str] = (), **changes: str) -> str:
        """The query string with some parameters dropped or set; always starts a new page."""
        params = self.params.copy()
        for name in ("page", *without, *changes):
            params.pop(name, None)
        for name in [name for name, values in params.lists() if not any(values)]:
            del params[name]
        for name, value in changes.items():
            params[name] = value
        return params.urlencode()

    @cached_property
    def _filtered(self) -> Rows:
        if self.filters is None:
            return self.defn.rows(self.actor)
        rows: Rows = self.filters.qs
        return rows


def select(
    defn: ListDef, actor: Actor, params: Mapping[str, Any], *, chosen: Iterable[str] = ()
) -> Selection:
    """Read the parameters of a list; ``chosen`` columns count where the parameters name none.

    PermissionDenied when the actor may not see the list at all.
    """
    allowed = defn.permission(actor)
    if not allowed:
        raise PermissionDenied(str(allowed.why_not) or _("您的岗位无权查看这个列表。"))
    asked = _without_nul(params)
    notices: list[str] = []
    term = _term(defn, asked.get("q", ""), notices)
    filters = None
    if defn.filter is not None:
        filters = defn.filter(asked, defn.rows(actor), request=Asked(actor))
        filters.form.is_valid()
    visible = defn.columns_for(actor)
    sort = asked.get("sort", "")
    if sort and not _sortable(visible, sort):
        notices.append(_("不能按“%(column)s”排序，已按默认顺序显示。") % {"column": sort[:40]})
        sort = ""
    names = asked.get("columns", "").split(",") if asked.get("columns") else list(chosen)
    return Selection(
        defn, actor, asked, term, filters, sort, chosen_columns(visible, names), notices
    )


def chosen_columns(visible: list[Column], names: Iterable[str]) -> list[Column]:
    """The chosen ones among the visible, in the list's own order; without a choice the usual."""
    wanted = set(names)
    picked = [column for column in visible if column.name in wanted]
    return picked or [column for column in visible if column.shown]


def _sortable(visible: list[Column], sort: str) -> bool:
    name = sort.removeprefix("-")
    return any(column.sort and column.name == name for column in visible)


def _without_nul(params: Mapping[str, Any]) -> QueryDict:
    """A copy that PostgreSQL can be asked with; no text of ours holds a NUL."""
    given = params if isinstance(params, QueryDict) else QueryDict("").copy()
    clean = QueryDict(mutable=True)
    for name, values in given.lists():
        clean.setlist(name, [str(value).replace(NUL, "") for value in values])
    return clean


def _term(defn: ListDef, given: str, notices: list[str]) -> str:
    term = " ".join(given.split())
    if not term or defn.search is None:
        return ""
    if len(normalised(term)) < defn.search.least:
        notices.append(
            _("搜索词至少要有 %(least)s 个字，本次未按“%(term)s”筛选。")
            % {"least": defn.search.least, "term": term}
        )
        return ""
    if len(term) > LONGEST_TERM:
        notices.append(_("搜索词太长，只用了前 %(most)s 个字。") % {"most": LONGEST_TERM})
    return term[:LONGEST_TERM]


def _applied(bound: BoundField, value: Any) -> list[Applied]:
    if value in (None, "", [], ()) or bound.is_hidden:
        return []
    names = _parameter_names(bound)
    if len(names) == 1 and _is_many(value):
        return [_one(bound, item, names) for item in value]
    return [_one(bound, value, names, whole=True)]


def _one(bound: BoundField, value: Any, names: list[str], *, whole: bool = False) -> Applied:
    data = bound.form.data
    if whole and isinstance(data, QueryDict):
        pairs = tuple((name, item) for name in names for item in data.getlist(name) if item)
    else:
        prepare = getattr(bound.field, "prepare_value", str)
        pairs = ((names[0], str(prepare(value))),)
    return Applied(str(bound.label), _in_words(bound, value), pairs)


def _is_many(value: Any) -> bool:
    return isinstance(value, (list, tuple, set, QuerySet))


def _parameter_names(bound: BoundField) -> list[str]:
    """A range has two parameters (``due_after``, ``due_before``), other fields one."""
    widget = bound.field.widget
    suffixes = getattr(widget, "suffixes", None)
    if suffixes:
        return [f"{bound.html_name}_{suffix}" if suffix else bound.html_name for suffix in suffixes]
    return [bound.html_name]


def _in_words(bound: BoundField, value: Any) -> str:
    if isinstance(value, slice):
        start, end = _value_words(value.start), _value_words(value.stop)
        if start and end:
            return _("%(start)s 至 %(end)s") % {"start": start, "end": end}
        return _("%(start)s 起") % {"start": start} if start else _("至 %(end)s") % {"end": end}
    if isinstance(value, Model):
        return str(value)
    choices = dict(_flat(getattr(bound.field, "choices", ())))
    return choices.get(str(value)) or _value_words(value)


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            yield from _flat(label)
        else:
            yield str(key), str(label)


def _value_words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dt.datetime):
        whole_day = value.time() in {dt.time.min, dt.time.max}  # how ranges of days are kept
        return date_format(value, "DATE_FORMAT" if whole_day else "DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, (int, float)):
        return number_format(value)
    return str(value)
