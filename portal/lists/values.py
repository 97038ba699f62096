"""Values of an export: what a cell holds, and the text of it that is hashed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from portal.lists.cells import local

CellValue: TypeAlias = str | int | float | dt.date | dt.datetime | None

LONGEST_TEXT = 32_767  # of an Excel cell, in UTF-16 units
CUT_MARK = "…"
FIELD_END, ROW_END = "\x1f", "\x1e"  # no cell holds them, so joined rows are unambiguous
EXACT_INTEGER = 10**15  # Excel keeps 15 digits
EXACT_MONEY = 10**13
CENT = Decimal("0.01")
FIRST_EXCEL_DAY = dt.date(1900, 3, 1)  # before it Excel counts a day that never was
# What XML 1.0 cannot hold, and the two marks above; tab and line feed stay.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Spreadsheets take such a text for a formula, also behind blanks and in full width.
FORMULA_START = re.compile(r"[\s\u3000\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|[\t\r\n]")


def plain(value: Any, kind: str) -> CellValue:
    """The value a cell of this kind holds; what does not fit the kind exactly becomes text."""
    if value is None or value == "":
        return None
    if kind == "money":
        return _money(value)
    if kind == "integer":
        return _integer(value)
    if kind in {"date", "datetime"} and isinstance(value, dt.date):
        return _day(value, kind)
    return clean(_text(value)) or None


def clean(text: str) -> str:
    """Text as every reader of the file gives it back: no control characters, LF line ends."""
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = UNWRITABLE.sub("", text)
    if len(text) > LONGEST_TEXT // 2:
        units = text.encode("utf-16-le")
        if len(units) > 2 * LONGEST_TEXT:
            kept = units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore")
            text = kept + CUT_MARK
    return text


def canonical(cells: Sequence[CellValue]) -> list[str]:
    """The texts of a row that its hash is made of."""
    return [_canonical_cell(cell) for cell in cells]


def row_bytes(texts: Sequence[str]) -> bytes:
    """A row as the hash sees it."""
    return (FIELD_END.join(texts) + ROW_END).encode()


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula; ``original`` undoes it."""
    if text.startswith("'") or FORMULA_START.match(text):
        return f"'{text}"
    return text


def original(text: str) -> str:
    """The text before ``neutral``."""
    return text.removeprefix("'")


def _canonical_cell(cell: CellValue) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.2f}"
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return str(cell)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dt.datetime):
        return local(value).isoformat(sep=" ", timespec="seconds")
    return str(value)


def _money(value: Any) -> CellValue:
    try:
        amount = Decimal(value).quantize(CENT)
    except (InvalidOperation, TypeError, ValueError):
        return clean(str(value)) or None
    if abs(amount) >= EXACT_MONEY:
        return str(amount)
    return float(amount) + 0.0  # there is no minus nought in a cell


def _integer(value: Any) -> CellValue:
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < EXACT_INTEGER else str(value)
    return clean(_text(value)) or None


def _day(value: dt.date, kind: str) -> CellValue:
    if isinstance(value, dt.datetime):
        value = local(value).replace(microsecond=0)
        if kind == "date":
            value = value.date()
    elif kind == "datetime":
        value = dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001  # Excel knows no zone
    first = value.date() if isinstance(value, dt.datetime) else value
    return value if first >= FIRST_EXCEL_DAY else value.isoformat()
