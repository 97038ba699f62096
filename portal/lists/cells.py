"""From a row to what a page shows of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from portal.clocks.now import SHANGHAI
from portal.lists.definition import FIGURES, Column

BLANK = "—"
CSS = {"date": "list-date", **dict.fromkeys(FIGURES, "list-figure")}
ROW_LINK, CELL_LINK = "list-link", "list-inner"  # the row's is stretched over all its cells


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, worked out so far that the template only prints: a page has hundreds."""

    label: str  # of the column, for cards on a phone
    text: str
    css: str
    tone: str  # of a badge; empty for other cells
    url: str
    link: str  # which of the two links ``url`` is


@dataclass(frozen=True, slots=True)
class Row:
    """One row; the first cell carries its link."""

    url: str
    cells: list[Cell]


def row_of(record: Any, columns: list[Column], url: str) -> Row:
    cells = [cell_of(record, column) for column in columns]
    if url and cells:
        cells[0] = replace(cells[0], url=url, link=ROW_LINK, tone="")
    return Row(url, cells)


def cell_of(record: Any, column: Column) -> Cell:
    text = words(column.of(record), column.kind)
    label = str(column.label)
    if not text:
        return Cell(label, BLANK, "list-blank", "", "", "")
    css = CSS.get(column.kind, "")
    tone = ""
    if column.kind == "badge":
        tone = column.tone(record) if column.tone else "plain"
    url = column.url(record) if column.url else ""
    return Cell(label, text, css, tone, url, CELL_LINK)


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
