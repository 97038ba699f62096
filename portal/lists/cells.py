"""From a row to what a page shows of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from portal.clocks.now import SHANGHAI
from portal.lists.definition import Column


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the template prints it."""

    label: str  # of the column, for cards on a phone
    text: str
    kind: str
    tone: str = ""
    url: str = ""

    @property
    def is_number(self) -> bool:
        return self.kind in {"integer", "money"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row; the first cell carries its link, stretched over the whole row."""

    url: str
    cells: list[Cell]


def row_of(record: Any, columns: list[Column], url: str) -> Row:
    return Row(url, [cell_of(record, column) for column in columns])


def cell_of(record: Any, column: Column) -> Cell:
    value = column.of(record)
    tone = column.tone(record) if column.tone and column.kind == "badge" else ""
    url = column.url(record) if column.url else ""
    return Cell(str(column.label), words(value, column.kind), column.kind, tone or "plain", url)


def words(value: Any, kind: str) -> str:
    """A value as the page's language writes it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dt.datetime):
        return date_format(local(value), "DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return date_format(value, "DATE_FORMAT")
    if kind == "money":
        return number_format(Decimal(value), decimal_pos=2, force_grouping=True)
    if kind == "integer":
        return number_format(value, force_grouping=True)
    return str(value)


def local(value: dt.datetime) -> dt.datetime:
    """An instant as wall time in Asia/Shanghai, without a zone, as Excel and people read it."""
    if timezone.is_naive(value):
        return value
    return value.astimezone(SHANGHAI).replace(tzinfo=None)
