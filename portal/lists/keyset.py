"""Pages by key instead of by offset: the millionth row costs what the first one does.

NULL sorts after every value, as PostgreSQL's indexes hold it: last when ascending, first when
descending.
"""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import FieldError, ValidationError
from django.db.models import BooleanField, F, Field, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable

SALT = "portal.lists.cursor"
LAST = "last"
FORWARD, BACKWARD = "after", "before"
Rows = QuerySet[Any, Any]


class BadCursor(Exception):
    """The cursor was cut, forged, or made for another order."""


@dataclass(frozen=True, slots=True)
class Key:
    """One path of an order, with the field that reads a cursor's text."""

    path: str
    descending: bool
    field: Field[Any, Any]
    nullable: bool

    def reversed(self) -> Key:
        return Key(self.path, not self.descending, self.field, self.nullable)

    @property
    def order(self) -> str:
        return f"-{self.path}" if self.descending else self.path

    def of(self, row: Any) -> Any:
        value = row
        for name in self.path.split("__"):
            value = None if value is None else getattr(value, name)
        return value

    def is_value(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def beyond(self, value: Any) -> Q | None:
        """Rows that come after a value of this key, or None when there cannot be any."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if self.descending else None
        after = Q(**{f"{self.path}__{'lt' if self.descending else 'gt'}": value})
        if self.nullable and not self.descending:
            after |= Q(**{f"{self.path}__isnull": True})
        return after


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows of one page and the cursors to its neighbours, empty where there is none."""

    rows: list[Any]
    previous: str
    next: str
    bad_cursor: bool = False


class RowAfter(Func):
    """``(a, id) > (x, y)``: the one comparison that PostgreSQL answers from a composite index."""

    arity = None
    output_field = BooleanField()

    def __init__(self, keys: Sequence[Key], values: Sequence[Any]) -> None:
        left: list[Combinable] = [F(key.path) for key in keys]
        right = [Value(value, key.field) for key, value in zip(keys, values, strict=True)]
        super().__init__(*left, *right)
        self.sign = "<" if keys[0].descending else ">"

    def as_sql(  # type: ignore[override]  # a row has no template of its own
        self, compiler: Any, connection: Any, **extra: Any
    ) -> tuple[str, list[Any]]:
        parts = [compiler.compile(part) for part in self.get_source_expressions()]
        half = len(parts) // 2
        left, right = (", ".join(sql for sql, _ in side) for side in (parts[:half], parts[half:]))
        params = [param for _, values in parts for param in values]
        return f"({left}) {self.sign} ({right})", params


def cut(rows: Rows, order: Sequence[str], size: int, cursor: str, name: str) -> Slice:
    """One page of ``rows``. A bad cursor gives the first page and says so."""
    keys = keys_of(rows, order)
    if cursor == LAST:
        return _last(rows, keys, size, name)
    if not cursor:
        return _first(rows, keys, size, name)
    try:
        direction, values = read_cursor(cursor, keys, name)
    except BadCursor:
        page = _first(rows, keys, size, name)
        return Slice(page.rows, page.previous, page.next, bad_cursor=True)
    if direction == FORWARD:
        return _after(rows, keys, size, name, values)
    return _before(rows, keys, size, name, values)


def _first(rows: Rows, keys: list[Key], size: int, name: str) -> Slice:
    found = _take(rows, keys, size + 1, None)
    page = found[:size]
    more = len(found) > size
    return Slice(page, "", _cursor(FORWARD, page[-1], keys, name) if more else "")


def _last(rows: Rows, keys: list[Key], size: int, name: str) -> Slice:
    found = _take(rows, [key.reversed() for key in keys], size + 1, None)
    page = found[:size][::-1]
    more = len(found) > size
    return Slice(page, _cursor(BACKWARD, page[0], keys, name) if more else "", "")


def _after(rows: Rows, keys: list[Key], size: int, name: str, values: list[Any]) -> Slice:
    found = _take(rows, keys, size + 1, values)
    if not found:  # the rows behind the cursor are gone
        return _last(rows, keys, size, name)
    page = found[:size]
    forth = _cursor(FORWARD, page[-1], keys, name) if len(found) > size else ""
    return Slice(page, _cursor(BACKWARD, page[0], keys, name), forth)


def _before(rows: Rows, keys: list[Key], size: int, name: str, values: list[Any]) -> Slice:
    found = _take(rows, [key.reversed() for key in keys], size + 1, values)
    if len(found) <= size:  # nothing further back: show the whole first page
        return _first(rows, keys, size, name)
    page = found[:size][::-1]
    return Slice(
        page, _cursor(BACKWARD, page[0], keys, name), _cursor(FORWARD, page[-1], keys, name)
    )


def _take(rows: Rows, keys: list[Key], most: int, values: list[Any] | None) -> list[Any]:
    """The next rows in the order of the keys.

    First their primary keys alone: joins and subqueries that only columns read would lead the
    planner to prepare them for the whole table. Then these few rows with everything.
    """
    found = _take_pks(rows.order_by(*[key.order for key in keys]), keys, most, values)
    whole = {row.pk: row for row in rows.order_by().filter(pk__in=found)} if found else {}
    return [whole[pk] for pk in found if pk in whole]


def _take_pks(ordered: Rows, keys: list[Key], most: int, values: list[Any] | None) -> list[Any]:
    """A phase at a time: rows whose first key is NULL are asked for apart."""
    pks = ordered.values_list("pk", flat=True)
    if values is None:
        return list(pks[:most])
    found: list[Any] = []
    for phase in _phases(keys, values):
        if len(found) < most:
            found += pks.filter(phase)[: most - len(found)]
    return found


def _phases(keys: list[Key], values: list[Any]) -> list[Q | RowAfter]:
    """Conditions whose rows follow each other; each can start inside an index of the first key."""
    lead, value = keys[0], values[0]
    if not lead.nullable:
        return [_bounded(keys, values)]
    is_null = Q(**{f"{lead.path}__isnull": True})
    if value is not None:
        own: list[Q | RowAfter] = [_bounded(keys, values)]
        return own if lead.descending else [*own, is_null]
    rest = is_null & _expanded(keys[1:], values[1:])
    return [rest, ~is_null] if lead.descending else [rest]


def _bounded(keys: list[Key], values: list[Any]) -> Q | RowAfter:
    """After the values, the first of which is not NULL."""
    one_way = len({key.descending for key in keys}) == 1
    if one_way and not any(key.nullable for key in keys[1:]):
        return RowAfter(keys, values)
    lead, value = keys[0], values[0]
    # The bound is implied by what follows; without it the index would be read from its start.
    bound = Q(**{f"{lead.path}__{'lte' if lead.descending else 'gte'}": value})
    strict = Key(lead.path, lead.descending, lead.field, nullable=False)
    return bound & _expanded([strict, *keys[1:]], values)


def _expanded(keys: list[Key], values: list[Any]) -> Q:
    alternatives = Q()
    same = Q()
    for key, value in zip(keys, values, strict=True):
        beyond = key.beyond(value)
        if beyond is not None:
            alternatives |= same & beyond
        same &= key.is_value(value)
    return alternatives


def keys_of(rows: Rows, order: Sequence[str]) -> list[Key]:
    """Each path of an order with its field; FieldError when the rows have no such path."""
    return [_key(rows, path.removeprefix("-"), path.startswith("-")) for path in order]


def _key(rows: Rows, path: str, descending: bool) -> Key:
    annotation = rows.query.annotations.get(path)
    if annotation is not None:
        return Key(path, descending, annotation.output_field, nullable=True)
    model: Any = rows.model
    nullable = False
    field: Any = None
    for name in path.split("__"):
        if model is None:
            raise FieldError(f"{path} is not a path of {rows.model.__name__}.")
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        nullable = nullable or field.null
        model = field.related_model
    if field is None or field.is_relation:
        raise FieldError(f"{path} is a record, not a value: a list is ordered by values.")
    return Key(path, descending, field, nullable)


def _cursor(direction: str, row: Any, keys: list[Key], name: str) -> str:
    values = [_plain(key.of(row)) for key in keys]
    order = [key.order for key in keys]
    return signing.dumps([direction, order, values], salt=f"{SALT}.{name}")


def _plain(value: Any) -> Any:
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, decimal.Decimal) else value


def read_cursor(cursor: str, keys: list[Key], name: str) -> tuple[str, list[Any]]:
    """Direction and values of a cursor of this list in this order, or BadCursor."""
    try:
        direction, order, values = signing.loads(cursor, salt=f"{SALT}.{name}")
        if order != [key.order for key in keys]:
            raise BadCursor(cursor)
        pairs = zip(keys, values, strict=True)
        return direction, [key.field.to_python(value) for key, value in pairs]
    except (signing.BadSignature, ValueError, TypeError, ValidationError) as error:
        raise BadCursor(cursor) from error
