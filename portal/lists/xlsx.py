"""Writing workbooks row by row in constant memory: by the Rust writer, or by XlsxWriter."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

from portal.lists.values import CellValue

log = logging.getLogger(__name__)

try:
    rust: Any = import_module("rustpy_xlsxwriter")
except ImportError:  # no wheel for this machine: XlsxWriter does the same, six times slower
    rust = None

NUMBER_FORMATS = {
    "integer": "0",
    "money": "#,##0.00",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm:ss",
}
TEXT_FORMAT = "@"  # stays text when the reader edits the cell
HEAD_FILL, HEAD_INK = "#12426B", "#FFFFFF"
MOST_ROWS = 1_048_575  # of a sheet, under its head


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: heads, the kind and width of each column, and rows that are read once."""

    title: str
    heads: Sequence[str]
    kinds: Sequence[str]
    widths: Sequence[float]
    rows: Iterable[Sequence[CellValue]]

    def format_of(self, column: int) -> str:
        return NUMBER_FORMATS.get(self.kinds[column], TEXT_FORMAT)


def write_xlsx(path: Path, sheets: Sequence[Sheet]) -> str:
    """Write the sheets in turn, each read after the one before it; gives the writer's name.

    Strings are written as strings, so nothing becomes a formula or a link.
    """
    if rust is None:
        return write_with_xlsxwriter(path, sheets)
    return write_with_rust(path, sheets)


def write_with_rust(path: Path, sheets: Sequence[Sheet]) -> str:
    """The Rust writer takes its heads from the first record, so a sheet needs at least one."""
    started = []
    for number, sheet in enumerate(sheets):
        rows = iter(sheet.rows)
        if number == 0:  # later sheets may only be read when this one is written
            first = next(rows, None)
            if first is None:
                return write_with_xlsxwriter(path, [_emptied(sheet), *sheets[1:]])
            rows = chain([first], rows)
        started.append((sheet, rows))
    names = {sheet.title: _names(sheet.heads) for sheet in sheets}
    rust.write_worksheets(
        [(sheet.title, _records(names[sheet.title], rows)) for sheet, rows in started],
        str(path),
        freeze_panes={"general": {"row": 1, "col": 0}},
        autofilter={"general": True},
        header_format={sheet.title: _head_format() for sheet in sheets},
        column_widths={sheet.title: list(sheet.widths) for sheet in sheets},
        column_formats={
            sheet.title: [
                rust.Format().set_num_format(sheet.format_of(at)) for at in range(len(sheet.heads))
            ]
            for sheet in sheets
        },
    )
    return "rustpy-xlsxwriter"


def write_with_xlsxwriter(path: Path, sheets: Sequence[Sheet]) -> str:
    """The same workbook by XlsxWriter."""
    from xlsxwriter import Workbook

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(str(path), options) as book:
        head = book.add_format({"bold": True, "bg_color": HEAD_FILL, "font_color": HEAD_INK})
        for sheet in sheets:
            _write_sheet(book, head, sheet)
    return "XlsxWriter"


def _write_sheet(book: Any, head: Any, sheet: Sheet) -> None:
    target = book.add_worksheet(sheet.title)
    target.freeze_panes(1, 0)
    formats = [
        book.add_format({"num_format": sheet.format_of(at)}) for at in range(len(sheet.heads))
    ]
    for at, (name, width) in enumerate(zip(_names(sheet.heads), sheet.widths, strict=True)):
        target.set_column(at, at, width, formats[at])
        target.write_string(0, at, name, head)
    number = 0
    for number, row in enumerate(sheet.rows, start=1):
        for at, value in enumerate(row):
            _write_cell(target, number, at, value, formats[at])
    if sheet.heads:
        target.autofilter(0, 0, number, len(sheet.heads) - 1)


def _write_cell(target: Any, row: int, column: int, value: CellValue, style: Any) -> None:
    if isinstance(value, str):
        target.write_string(row, column, value, style)
    elif isinstance(value, (dt.date, dt.datetime)):
        target.write_datetime(row, column, value, style)
    elif value is not None:
        target.write_number(row, column, value, style)


def _names(heads: Sequence[str]) -> list[str]:
    """Heads that differ from each other, as the Rust writer's records need them."""
    seen: dict[str, int] = {}
    names = []
    for head in heads:
        seen[head] = seen.get(head, 0) + 1
        names.append(head if seen[head] == 1 else f"{head} ({seen[head]})")
    return names


def _records(
    names: list[str], rows: Iterator[Sequence[CellValue]]
) -> Iterator[dict[str, CellValue]]:
    for row in rows:
        yield dict(zip(names, row, strict=True))


def _head_format() -> Any:
    return rust.Format().set_bold().set_background_color(HEAD_FILL).set_font_color(HEAD_INK)


def _emptied(sheet: Sheet) -> Sheet:
    return Sheet(sheet.title, sheet.heads, sheet.kinds, sheet.widths, ())
