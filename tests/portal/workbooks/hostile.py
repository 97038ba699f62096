"""Files that people and attackers send, made here; each with the issue it must get.

One generator per line of the list in the security design (openpyxl's behaviour is noted there).
`expected` is an issue's code, or "" when the file must be read without one; `note` is the code
of a correction that must be shown.
"""

import dataclasses
import datetime as dt
import io
import random
import struct
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import xlwt
from openpyxl.styles import PatternFill
from xlwt.CompoundDoc import XlsDoc

from portal.workbooks import Field, SheetDefinition

LEDGER = SheetDefinition(
    name="hostile",
    version="1",
    key=("number",),
    title="台账",
    fields=(
        Field("name", "名称", required=True, max_length=1_000, aliases=("Name",)),
        Field("number", "编号", kind="code", required=True, aliases=("Number",)),
        Field("signed_on", "签订日期", kind="date", aliases=("Signed on",)),
        Field("amount", "金额", kind="decimal", aliases=("Amount",)),
    ),
)
HEADER = ["名称", "编号", "签订日期", "金额"]
GOOD = ["示例监测公司", "A-001", "2026-01-31", 12.5]


@dataclasses.dataclass(frozen=True)
class Hostile:
    """One file: how it is called when uploaded, its maker, what must be said about it."""

    title: str
    filename: str
    make: Callable[[], bytes]
    expected: str
    note: str = ""
    rows: int | None = None

    def __str__(self) -> str:
        return f"{self.expected or 'accepted'}: {self.title}"


def book(*rows: list[Any], then: Callable[[Any], object] | None = None) -> bytes:
    """An honest xlsx of the header and the rows, changed by `then` before it is saved."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "台账"
    for row in (HEADER, *rows):
        sheet.append(row)
    if then:
        then(sheet)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def rezip(
    content: bytes,
    changed: Mapping[str, bytes | Callable[[bytes], bytes]],
    *,
    level: int = 6,
) -> bytes:
    """The same zip with some parts replaced, rewritten or added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive,
    ):
        for name in source.namelist():
            part = source.read(name)
            change = changed.get(name, part)
            archive.writestr(name, change(part) if callable(change) else change)
        for name, part_or_change in changed.items():
            if name not in source.namelist() and isinstance(part_or_change, bytes):
                archive.writestr(name, part_or_change)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def in_sheet(old: bytes, new: bytes, *rows: list[Any], level: int = 6) -> bytes:
    """An honest book in whose sheet part one text was replaced."""

    def change(part: bytes) -> bytes:
        assert old in part
        return part.replace(old, new, 1)

    return rezip(book(*(rows or (GOOD,))), {SHEET: change}, level=level)


def huge_cell() -> bytes:
    filler = b"<row><c t='inlineStr'><is><t>" + b"A" * 150_000_000 + b"</t></is></c></row>"
    return in_sheet(b"</sheetData>", filler + b"</sheetData>", level=1)


def just_too_big() -> bytes:
    """210 MB that compress by less than a hundred, so that only the sum gives them away."""
    dice = random.Random(7)
    block = b"<!--" + b"a" * 1_000_000 + b"-->"
    blocks = b"".join(
        b"<!--" + dice.randbytes(10_000).hex().encode() + b"-->" + block for _ in "x" * 210
    )
    return in_sheet(b"</sheetData>", b"</sheetData>" + blocks, level=1)


def styled_empty_rows() -> bytes:
    rows = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(3, 1_000_001))
    return in_sheet(b"</sheetData>", rows + b"</sheetData>", level=1)


def far_cell(ref: bytes, row: bytes) -> bytes:
    cell = b'<row r="%s"><c r="%s"><v>1</v></c></row></sheetData>' % (row, ref)
    return in_sheet(b"</sheetData>", cell)


def wide_style() -> bytes:
    def paint(sheet: Any) -> None:
        sheet["XFD2"].fill = PatternFill("solid", fgColor="FFFFFF00")

    return book(GOOD, then=paint)


def with_dimension(ref: bytes) -> bytes:
    def change(part: bytes) -> bytes:
        start = part.index(b'<dimension ref="') + 16
        return part[:start] + ref + part[part.index(b'"', start) :]

    return rezip(book(GOOD, ["另一公司", "A-002", None, None]), {SHEET: change})


def with_doctype(doctype: bytes, coding: str = "") -> bytes:
    def change(part: bytes) -> bytes:
        head, _, rest = part.partition(b"<worksheet")
        whole = head + doctype + b"<worksheet" + rest
        return whole.decode().encode(coding) if coding else whole

    return rezip(book(GOOD), {SHEET: change})


LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)
QUADRATIC = b'<!DOCTYPE q [<!ENTITY a "' + b"x" * 60_000 + b'">]>'
EXTERNAL = b'<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def macro_type() -> bytes:
    def change(part: bytes) -> bytes:
        return part.replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )

    return rezip(book(GOOD), {"[Content_Types].xml": change})


def lying_size() -> bytes:
    """The directory claims that the sheet is ten bytes long."""
    content = bytearray(book(GOOD))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo(SHEET)
    entry = content.index(b"PK\x01\x02", archive.start_dir)
    while content[entry + 46 : entry + 46 + len(SHEET)] != SHEET.encode():
        entry = content.index(b"PK\x01\x02", entry + 4)
    content[entry + 24 : entry + 28] = struct.pack("<I", 10)
    assert info.file_size > 10
    return bytes(content)


def many_parts() -> bytes:
    return rezip(book(GOOD), {f"xl/extra{number}.xml": b"<a/>" for number in range(200)})


def encrypted_flag() -> bytes:
    content = bytearray(book(GOOD))
    entry = content.index(b"PK\x01\x02")
    content[entry + 8] |= 1
    return bytes(content)


def other_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office/>")
    return target.getvalue()


def xls(*rows: list[Any], then: Callable[[Any, Any], object] | None = None) -> bytes:
    """An xls of the header and the rows."""
    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet("台账", cell_overwrite_ok=True)
    for row, cells in enumerate((HEADER, *rows)):
        for column, value in enumerate(cells):
            sheet.write(row, column, value)
    if then:
        then(workbook, sheet)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def container(name: str) -> bytes:
    """A compound file with one stream of the given name, as encrypted workbooks are."""
    target = io.BytesIO()
    XlsDoc().save(target, b"\0" * 5_000)
    old = "Workbook\0".encode("utf-16-le")
    new = f"{name}\0".encode("utf-16-le")
    content = bytearray(target.getvalue())
    start = content.index(old)
    content[start : start + 64] = new.ljust(64, b"\0")
    content[start + 64 : start + 66] = struct.pack("<H", len(new))
    return bytes(content)


def locked_xls() -> bytes:
    """A FILEPASS record right after the first one says: the rest is encrypted."""
    content = xls(GOOD)
    start = content.index(b"\x09\x08\x10\x00")  # the first record: BOF of 16 bytes
    head, rest = content[: start + 20], content[start + 20 :]
    return head + b"\x2f\x00\x06\x00" + b"\0" * 6 + rest[10:]


def biting_chain() -> bytes:
    """The sector table sends its first sector to itself."""
    content = bytearray(xls(GOOD))
    table = (struct.unpack_from("<I", content, 76)[0] + 1) * 512
    for sector in range(20):
        content[table + 4 * sector : table + 4 * sector + 4] = struct.pack("<I", sector)
    return bytes(content)


def csv(*rows: list[Any], coding: str = "utf-8", separator: str = ",") -> bytes:
    lines = [separator.join("" if cell is None else str(cell) for cell in row) for row in rows]
    return ("\r\n".join([separator.join(HEADER), *lines]) + "\r\n").encode(coding)


def merged(ref: str) -> Callable[[Any], object]:
    def change(sheet: Any) -> None:
        sheet.merge_cells(ref)

    return change


def many_merges(sheet: Any) -> None:
    from openpyxl.worksheet.cell_range import MultiCellRange

    for row in range(2, 1_600):
        sheet.cell(row, 1, f"公司{row}")
    sheet.merged_cells = MultiCellRange(f"C{row}:D{row}" for row in range(2, 1_600))


def hidden_rows(sheet: Any) -> None:
    sheet.row_dimensions[2].hidden = True
    sheet.auto_filter.ref = "A1:D2"
    sheet.parent.create_sheet("旧表").sheet_state = "hidden"


def from_1904(sheet: Any) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    sheet.parent.epoch = CALENDAR_MAC_1904
    sheet["C2"] = dt.date(2026, 1, 31)


def set_cell(ref: str, value: Any, *, kind: str = "") -> Callable[[Any], object]:
    def change(sheet: Any) -> None:
        sheet[ref] = value
        if kind:
            sheet[ref].data_type = kind

    return change


def first_cell(xml: bytes) -> bytes:
    """An honest book whose cell A2 was replaced by the given element."""

    def change(part: bytes) -> bytes:
        start = part.index(b'<c r="A2"')
        return part[:start] + xml + part[part.index(b'<c r="B2"') :]

    return rezip(book(GOOD), {SHEET: change})


def one_bad(index: int, value: Any) -> Callable[[], bytes]:
    row = [*GOOD]
    row[index] = value
    return lambda: book(row)


# As Excel saves it; openpyxl saves no results.
FORMULA = b'<c r="A2" t="str"><f>UPPER(&quot;a&quot;)</f><v>A</v></c>'
