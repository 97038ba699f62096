"""Searching Chinese text: terms of two characters need an index of their own.

A column is written with ``searchable``; ``bigram_index`` is declared on the model;
``BigramSearch`` asks with the index and checks the exact containment.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import connection
from django.db.models import F, Func, Q, QuerySet, TextField, Value

Rows = QuerySet[Any, Any]
LONGEST_TERM = 100


class Search(Protocol):
    """How a list is searched. ``least`` is the length of the shortest useful term."""

    @property
    def least(self) -> int: ...

    def filter(self, rows: Rows, term: str) -> Rows: ...

    def countable(self, rows: Rows, term: str, most: int) -> Rows: ...


def normalised(text: str) -> str:
    """Full width to half width, letters to capitals: how terms and searched columns agree."""
    return unicodedata.normalize("NFKC", text).upper().strip()


def searchable(*parts: str) -> str:
    """What a searched column holds: each part on a line, so that no term spans two of them."""
    return "\n".join(normalised(part) for part in parts if part)


class Bigrams(Func):
    """``portal_bigrams(text)``: the set of all two neighbouring characters."""

    function = "portal_bigrams"
    arity = 1
    output_field = ArrayField(TextField())


class Searchable(Func):
    """What ``searchable`` makes of these columns, worked out by the database: no column of its
    own, no service that keeps it. None of the columns may be null."""

    template = "upper(normalize(%(expressions)s, NFKC))"
    arg_joiner = " || E'\\n' || "
    output_field = TextField()


def bigram_index(text: str | Searchable, *, name: str) -> GinIndex:
    """The index that ``BigramSearch(text)`` needs; its migration follows portal's functions."""
    return GinIndex(OpClass(Bigrams(_expression(text)), name="array_ops"), name=name)


def _expression(text: str | Searchable) -> F | Searchable:
    return F(text) if isinstance(text, str) else text


@dataclass(frozen=True, slots=True)
class BigramSearch:
    """Containment in a text, answered by its bigram index: the name of a column written with
    ``searchable``, or ``Searchable`` columns."""

    text: str | Searchable
    least: int = 2

    def filter(self, rows: Rows, term: str) -> Rows:
        asked = Bigrams(Value(normalised(term), TextField()))
        paired: Rows = self._containing(rows, term).alias(portal_bigrams=Bigrams(self._text))
        return paired.filter(portal_bigrams__contains=asked)

    @property
    def _text(self) -> F | Searchable:
        return _expression(self.text)

    def _containing(self, rows: Rows, term: str) -> Rows:
        named: Rows = rows.alias(portal_text=self._text)
        return named.filter(portal_text__contains=normalised(term))

    def countable(self, rows: Rows, term: str, most: int) -> Rows:
        """The same rows in the form that counts faster, as the planner estimates it.

        A term that stands in nearly every row is found at once by reading the table, but would
        cost the index its longest lists and a computed bigram set for every row.
        """
        by_index = self.filter(rows, term)
        by_reading = self._containing(rows, term)
        return min(by_index, by_reading, key=lambda choice: planned_cost(choice[:most]))


@dataclass(frozen=True, slots=True)
class PlainSearch:
    """Containment in any of these paths, for tables of some thousand rows."""

    paths: tuple[str, ...]
    least: int = 1

    def filter(self, rows: Rows, term: str) -> Rows:
        wanted = unicodedata.normalize("NFKC", term).strip()
        found = Q()
        for path in self.paths:
            found |= Q(**{f"{path}__icontains": wanted})
        return rows.filter(found)

    def countable(self, rows: Rows, term: str, most: int) -> Rows:
        return self.filter(rows, term)


def planned_cost(rows: Rows) -> float:
    """PostgreSQL's own estimate for reading these rows, in its cost units."""
    sql, params = rows.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    tree = json.loads(plan) if isinstance(plan, str) else plan
    return float(tree[0]["Plan"]["Total Cost"])
