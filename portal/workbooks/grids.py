"""Any accepted file as one grid of plain values; runs in the reading child only.

Loaded without Django: the standard library and calamine alone.
"""

import datetime as dt
import io
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import Any

import python_calamine as calamine

from portal.workbooks.archive import check_archive, refuse, sheet_parts
from portal.workbooks.biff import check_xls, xls_flags
from portal.workbooks.cells import LAST_COLUMN, LAST_ROW, Flags, cell_flags
from portal.workbooks.delimited import read_text
from portal.workbooks.labels import MARK, column_letter, normal_label

ROWS = 20_000
BLANK_ROWS = 200
HEAD_ROWS = 30
SHEETS = 40
MERGES = 1_000
META_SHEET = "_meta"
_TEXT_NAMES = (".csv", ".txt", ".tsv")
_BOOK_NAMES = (".xlsx", ".xls")
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml|meta|head)", re.I)

Rows = list[list[Any]]


@dataclass
class Source:
    """An opened file: its sheets by name, and how to look at one."""

    kind: str
    names: list[tuple[str, bool]]
    rows: Callable[[str, int], Rows]
    merges: Callable[[str], list[tuple[int, int, int, int]]]
    flags: Callable[[str], Flags]
    from_1904: bool = False


@dataclass
class Grid:
    """The chosen sheet, column by column, from its header row down. Row numbers are zero-based."""

    kind: str
    sheet: str
    header: int
    first: int
    columns: list[list[Any]] = field(default_factory=list)
    labels: list[Any] = field(default_factory=list)
    header_merges: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    from_1904: bool = False


def open_source(content: bytes, filename: str, labels: Collection[str]) -> Source:
    """Tell the format by its first bytes; the name only decides what text may be."""
    if not content.strip(b"\0 \r\n\t"):
        refuse("empty_file")
    suffix = filename[filename.rfind(".") :].casefold() if "." in filename else ""
    if suffix not in _TEXT_NAMES + _BOOK_NAMES:
        refuse("macro" if suffix in (".xlsm", ".xltm", ".xlam") else "wrong_type")
    if content.startswith(b"PK"):
        return _open_xlsx(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _open_xls(content)
    if _MARKUP.match(content):
        refuse("web_page")
    if suffix in _BOOK_NAMES:
        refuse("not_a_workbook", suffix=suffix[1:])
    rows: Rows = [list(record) for record in read_text(content, labels, LAST_ROW)]
    return Source("csv", [("", True)], lambda _, limit: rows[:limit], lambda _: [], lambda _: {})


def _open_xlsx(content: bytes) -> Source:
    parts = check_archive(content)
    sheets, from_1904 = sheet_parts(parts)
    # All sheets: far cells must be seen before the reader sees any of them.
    flags = {sheet.name: cell_flags(parts.read(sheet.path)) for sheet in sheets[:SHEETS]}
    return _calamine_source("xlsx", content, lambda name: flags.get(name, {}), from_1904)


def _open_xls(content: bytes) -> Source:
    stream, starts, from_1904 = check_xls(content)
    for start in starts.values():
        xls_flags(stream, start)
    return _calamine_source(
        "xls", content, lambda name: xls_flags(stream, starts.get(name, len(stream))), from_1904
    )


def _calamine_source(
    kind: str, content: bytes, flags: Callable[[str], Flags], from_1904: bool
) -> Source:
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except calamine.PasswordError:
        refuse("encrypted")
    except (calamine.CalamineError, OSError, ValueError):
        refuse("damaged")
    sheets = Sheets(book)
    return Source(kind, sheets.names(), sheets.rows, sheets.merges, flags, from_1904)


class Sheets:
    """The worksheets of one book; the last few stay opened, because a sheet is asked twice."""

    def __init__(self, book: calamine.CalamineWorkbook) -> None:
        self.book = book
        self.opened: dict[str, calamine.CalamineSheet] = {}

    def names(self) -> list[tuple[str, bool]]:
        visible = calamine.SheetVisibleEnum.Visible
        sheets = self.book.sheets_metadata
        kind = calamine.SheetTypeEnum.WorkSheet
        return [(item.name, item.visible == visible) for item in sheets if item.typ == kind][
            :SHEETS
        ]

    def _open(self, name: str) -> calamine.CalamineSheet:
        if name not in self.opened:
            if len(self.opened) > 3:  # many sheets: memory before time
                self.opened.clear()
            try:
                self.opened[name] = self.book.get_sheet_by_name(name)
            except (calamine.CalamineError, OSError, ValueError):
                refuse("damaged", sheet=name)
        return self.opened[name]

    def rows(self, name: str, limit: int) -> Rows:
        return self._open(name).to_python(skip_empty_area=False, nrows=limit)

    def merges(self, name: str) -> list[tuple[int, int, int, int]]:
        return [(*start, *end) for start, end in self._open(name).merged_cell_ranges or []]


def read_grid(source: Source, labels: Collection[str], own: Collection[str]) -> Grid:
    """The sheet on which most labels are recognised, cut at its end, doubtful cells tagged.

    Hidden sheets are taken only when no visible one fits. Hidden and filtered rows are read
    like all others. Without `labels` the fullest row near the top of the first sheet is the header.
    """
    candidates: list[tuple[int, bool, int, str, int]] = []
    for place, (name, visible) in enumerate(source.names):
        if name in own or name == META_SHEET:
            continue
        known, header = find_header(source.rows(name, HEAD_ROWS), labels)
        if known:
            candidates.append((-known, not visible, place, name, header))
    if not candidates:
        refuse("no_header")
    candidates.sort(key=lambda item: (item[1], item[0], item[2]))
    best = candidates[0]
    grid = _cut(source, best[3], best[4])
    if labels:
        grid.others = [item[3] for item in candidates[1:] if item[0] == best[0] and not item[1]]
    grid.meta = _meta(source)
    return grid


def find_header(rows: Rows, labels: Collection[str]) -> tuple[int, int]:
    """How many labels the best row holds, and which row that is."""
    best, where = 0, 0
    for number, row in enumerate(rows):
        texts = {normal_label(cell) for cell in row} - {""}
        known = len(texts & set(labels)) if labels else len(texts)
        if known > best:
            best, where = known, number
    return best, where


def _cut(source: Source, name: str, header: int) -> Grid:
    rows, merges = source.rows(name, LAST_ROW + 1), source.merges(name)
    across = [m for m in merges if m[0] <= header <= m[2]]
    first = max([header, *(merge[2] for merge in across if merge[2] <= header + 2)]) + 1
    grid = Grid(source.kind, name, header, first, from_1904=source.from_1904)
    grid.header_merges = [
        f"{column_letter(m[1])}{m[0] + 1}" for m in across if m[3] > m[1] and m[2] <= header + 2
    ]
    data = rows[first:]
    _tag_cells(data, first, source.flags(name), [m for m in merges if m[2] >= first])
    del data[_end(data, first, name) :]
    grid.labels = [_portable(cell) for cell in rows[header]]
    width = max((len(row) for row in data), default=0)
    _check_width(data, width, name, first)
    columns = zip_longest(*data, fillvalue="")
    grid.columns = [_column(list(column)) for column in islice(columns, LAST_COLUMN)]
    return grid


def _tag_cells(
    data: Rows, first: int, flags: Flags, merges: list[tuple[int, int, int, int]]
) -> None:
    for (row, column), tag in flags.items():
        if 0 <= row - first < len(data):
            line = data[row - first]
            line.extend([""] * (column + 1 - len(line)))
            kept = line[column]
            line[column] = tag if tag[2:] not in ("1=", "0=") else f"{tag}{kept}"
    if len(merges) > MERGES:
        refuse("merges", count=len(merges), limit=MERGES)
    for top, left, bottom, right in merges:
        where = f"{MARK}m{column_letter(left)}{top + 1}"
        for row in range(max(top, first), min(bottom + 1, first + len(data))):
            line = data[row - first]
            for column in range(left, min(right + 1, len(line))):
                if (row, column) != (top, left):
                    line[column] = where


def _is_blank(row: list[Any]) -> bool:
    first = row[0] if row else ""
    if type(first) is str and first and not first.isspace():
        return False
    return row.count("") == len(row) or not any(
        not isinstance(cell, str) or cell.strip() for cell in row
    )


def _end(data: Rows, first: int, name: str) -> int:
    """How many rows to keep: up to the last one with content, within the limits."""
    blanks, count, end = 0, 0, 0
    for number, row in enumerate(data):
        if _is_blank(row):
            blanks += 1
            continue
        if blanks >= BLANK_ROWS:
            refuse("gap", sheet=name, cell=f"A{first + number + 1}", blanks=blanks)
        blanks, count, end = 0, count + 1, number + 1
        if count > ROWS:
            refuse("too_many_rows", sheet=name, cell=f"A{first + number + 1}", limit=ROWS)
    return end


def _check_width(data: Rows, width: int, name: str, first: int) -> None:
    if width <= LAST_COLUMN:
        return
    for number, row in enumerate(data):
        for column in range(LAST_COLUMN, len(row)):
            if row[column] != "":
                where = f"{column_letter(column)}{first + number + 1}"
                refuse("too_wide", sheet=name, cell=where, limit=LAST_COLUMN)


def _column(values: list[Any]) -> list[Any]:
    """The column as JSON can carry it; most columns can travel as they are."""
    kinds = set(map(type, values))
    if kinds <= {float, str}:
        texts = values if kinds == {str} else [value for value in values if type(value) is str]
        if MARK not in "".join(texts):
            return values
    if bool in kinds:  # True and 1.0 would share a place in the table below
        return [_portable(value) for value in values]
    table = {value: _portable(value) for value in set(values)}
    return [table[value] for value in values]


def _portable(value: Any) -> Any:
    """The value as JSON can carry it, with a tag where it cannot (see labels.MARK)."""
    if isinstance(value, str):
        return f"{MARK}s{value}" if value[:1] == MARK and value[1:2] not in "fem" else value
    if isinstance(value, bool):
        return f"{MARK}b{int(value)}"
    if isinstance(value, dt.datetime):
        return f"{MARK}t{value.isoformat()}"
    if isinstance(value, dt.date):
        return f"{MARK}d{value.isoformat()}"
    if isinstance(value, (dt.time, dt.timedelta)):
        return f"{MARK}h{value}"
    return value


def _meta(source: Source) -> dict[str, str]:
    if META_SHEET not in (name for name, _ in source.names):
        return {}
    rows = source.rows(META_SHEET, 50)
    return {str(row[0]): str(row[1]) for row in rows if len(row) > 1 and row[0] != ""}


def read_sheets(source: Source) -> list[tuple[str, Rows]]:
    """Every sheet whole, for the copy that is marked when the upload was not an xlsx."""
    return [
        (
            name,
            [
                [_portable(cell) for cell in row[:LAST_COLUMN]]
                for row in source.rows(name, LAST_ROW)
            ],
        )
        for name, _ in source.names
    ]
