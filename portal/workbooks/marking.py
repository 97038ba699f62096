"""The upload itself with its wrong cells marked; runs in the child process only.

Loaded without Django: openpyxl and the standard library. All words come with the request.
"""

import copy
import datetime as dt
import io
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from portal.workbooks.archive import check_archive, refuse
from portal.workbooks.grids import open_source, read_sheets
from portal.workbooks.labels import MARK

COMMENTS = 1_000
LINKS = 20_000
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LAST_ROW_OF_EXCEL = 1_048_576
COLOURS = {
    "format": "FFF4B6B6",
    "validity": "FFF4B6B6",
    "file": "FFF4B6B6",
    "plausible": "FFFFE08A",
    "note": "FFD6E9F8",
}
_WIDTHS = (8, 16, 10, 18, 28, 60, 50, 12, 20)
_HEAVY = ("format", "validity", "file", "plausible", "note")

# The stubs know nothing of the style numbers, hence Any: see _repaint.
Issues = list[list[str]]  # sheet, cell, value, code, tier, message, suggestion, column label


def mark_workbook(request: dict[str, Any], content: bytes) -> bytes:
    """The same xlsx, its other sheets kept, with the issues marked."""
    check_archive(content)
    try:
        book = load_workbook(io.BytesIO(content), keep_links=False)
    except (LookupError, ValueError, TypeError, AttributeError, SyntaxError, OSError):
        refuse("damaged")  # readable for calamine, but not for openpyxl
    return _finish(book, request)


def mark_copy(request: dict[str, Any], content: bytes) -> bytes:
    """An xlsx made from an xls or csv (or from nothing, when it cannot be read), marked."""
    book = Workbook()
    book.remove(book.worksheets[0])
    if content:
        source = open_source(content, request["filename"], frozenset(request["labels"]))
        for name, rows in read_sheets(source):
            sheet = book.create_sheet(name or request["first_sheet"])
            for row in rows:
                sheet.append([_plain(value) for value in row])
            _as_text(sheet)
    return _finish(book, request)


def _plain(value: Any) -> Any:
    if not isinstance(value, str):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    if value[:1] != MARK:
        return ILLEGAL_CHARACTERS_RE.sub("", value)[:32_767]
    tag, rest = value[1:2], value[2:]
    if tag == "d":
        return dt.date.fromisoformat(rest)
    if tag == "t":
        return dt.datetime.fromisoformat(rest)
    if tag == "b":
        return rest == "1"
    return ILLEGAL_CHARACTERS_RE.sub("", rest)[:32_767]


def _as_text(sheet: Any) -> None:
    """What came as text stays text, whatever it begins with."""
    for cell in sheet._cells.values():
        if isinstance(cell.value, str):
            _keep_text(cell)


def _keep_text(cell: Any) -> None:
    cell.data_type = "s"
    if cell.value[:1] in ("=", "+", "-", "@"):
        cell.quotePrefix = True


def _finish(book: Workbook, request: dict[str, Any]) -> bytes:
    for name in request["issue_sheets"]:
        if name in book.sheetnames:
            del book[name]
    issues: Issues = request["issues"]
    _clear_marks(book, request["author"])
    sheets: dict[str, Any] = {sheet.title: sheet for sheet in book.worksheets}
    if book.worksheets:
        sheets.setdefault("", book.worksheets[0])
    painter = Painter(book, request["author"])
    for (name, where), cell_issues in _by_cell(issues).items():
        if name in sheets:
            painter.mark(sheets[name], where, cell_issues)
    _list_issues(book, request, issues, sheets)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _by_cell(issues: Issues) -> dict[tuple[str, str], Issues]:
    cells: dict[tuple[str, str], Issues] = {}
    for issue in issues:
        if issue[1] and int(issue[1].lstrip(LETTERS)) <= LAST_ROW_OF_EXCEL:
            cells.setdefault((issue[0], issue[1]), []).append(issue)
    return cells


def _clear_marks(book: Any, author: str) -> None:
    """Take off what an earlier marked copy of ours left, so that mended cells look mended."""
    colours = set(COLOURS.values())
    ours = {
        number
        for number, fill in enumerate(book._fills)
        if isinstance(fill, PatternFill) and fill.fill_type and fill.fgColor.rgb in colours
    }
    for sheet in book.worksheets:
        for cell in sheet._cells.values():
            if ours and cell._style is not None and cell._style.fillId in ours:
                _repaint(cell, 0)
            if isinstance(cell, Cell) and cell.comment and cell.comment.author == author:
                cell.comment = None


def _repaint(cell: Any, fill: int) -> None:
    """Change one number of the cell's style; assigning a fill object costs twenty times more."""
    style = copy.copy(cell._style) if cell._style is not None else StyleArray()
    style.fillId = fill
    cell._style = style


class Painter:
    """Fills and comments; comments stop at the limit that keeps Excel quick."""

    def __init__(self, book: Any, author: str) -> None:
        self.author = author
        self.comments = 0
        self.fills = {
            tier: book._fills.add(PatternFill("solid", fgColor=colour))
            for tier, colour in COLOURS.items()
        }

    def mark(self, sheet: Worksheet, where: str, issues: Issues) -> None:
        cell = sheet[where]
        tiers = {issue[4] for issue in issues}
        _repaint(cell, self.fills[next(tier for tier in _HEAVY if tier in tiers)])
        if self.comments >= COMMENTS or isinstance(cell, MergedCell):
            return
        self.comments += 1
        text = "\n".join(f"{issue[5]}{issue[6]}" for issue in issues)
        if cell.comment:
            text = f"{cell.comment.text}\n{text}"
        text = ILLEGAL_CHARACTERS_RE.sub("", text)[:2_000]
        cell.comment = Comment(text, self.author, height=40 + 20 * (len(text) // 16), width=280)


def _list_issues(
    book: Workbook, request: dict[str, Any], issues: Issues, sheets: dict[str, Any]
) -> None:
    listing = book.create_sheet(request["issue_sheets"][0])
    listing.append(request["headings"])
    for number, width in enumerate(_WIDTHS):
        listing.column_dimensions["ABCDEFGHI"[number]].width = width
        listing.cell(1, number + 1).font = Font(bold=True)
    listing.freeze_panes = "A2"
    link_font, wrap = (
        Font(color="FF0563C1", underline="single"),
        Alignment(wrap_text=True, vertical="top"),
    )
    for number, issue in enumerate(issues, start=1):
        name, where, value, code, tier, message, suggestion, label = issue
        title = sheets[name].title if name in sheets else name
        words = (title, where, label, value, message, suggestion, request["tiers"][tier], code)
        row = number + 1
        listing.cell(row, 1, number)
        for column, word in enumerate(words, start=2):
            _write_text(listing.cell(row, column), word)
        if number <= COMMENTS:
            listing.cell(row, 6).alignment = wrap
            listing.cell(row, 7).alignment = wrap
        if number <= LINKS and where and name in sheets:
            quoted = title.replace("'", "''")
            linked = listing.cell(row, 3)
            linked.hyperlink = Hyperlink(ref=linked.coordinate, location=f"'{quoted}'!{where}")
            linked.font = link_font


def _write_text(cell: Any, text: str) -> None:
    if text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
        _keep_text(cell)
