"""What a reader does not tell about the cells of an xlsx sheet: formulas, errors, far cells.

Imports the standard library alone, because the reading child loads it without Django.
"""

import re
from collections.abc import Iterator
from html import unescape

from portal.workbooks.archive import refuse
from portal.workbooks.labels import MARK, column_index, column_letter

LAST_COLUMN = 60
LAST_ROW = 21_000
FLAGS = 20_000

_REF = re.compile(rb"""\sr\s*=\s*["']\$?([A-Za-z]{1,3})\$?(\d{1,7})["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*?)?(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>([^<]+)<")
_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
_OPEN = re.compile(rb"<(?:\w+:)?c[\s>]")
_CLOSE = re.compile(rb"</(?:\w+:)?c>")
# One pass in C over the whole part; single cells are looked at only where something was hit.
_HAS_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_FAR = re.compile(
    rb' r="\$?(?:[A-Za-z]{3}|[C-Zc-z][A-Za-z]|[Bb][I-Zi-z]'
    rb"|[A-Za-z]{1,2}(?:\d{6}|[3-9]\d{4}|2[1-9]\d{3}))"
)

Flags = dict[tuple[int, int], str]


def cell_flags(part: bytes) -> Flags:
    """Tagged texts by (row, column), zero-based, of the cells whose value must not be believed.

    Raises Fault when a cell with a value stands so far out that a reader would fill the memory.
    """
    for attributes, body in _cells(part, _FAR):
        refuse_far(_place(attributes), body)
    flags: Flags = {}
    if b'"e"' in part or b"'e'" in part:
        for attributes, body in _cells(part, _ERROR):
            _flag(flags, attributes, body)
    if b"<f" in part or b":f" in part:
        for attributes, body in _cells(part, _HAS_FORMULA):
            _flag(flags, attributes, body)
    return flags


def _cells(part: bytes, wanted: re.Pattern[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Attributes and content of each cell whose opening tag a pattern hits in, or just behind."""
    for hit in wanted.finditer(part):
        start = part.rfind(b"<", 0, max(hit.start(), 1))
        end = part.find(b">", start)
        if end < 0 or part[end - 1 : end] == b"/" or not _OPEN.match(part, start):
            continue
        close = _CLOSE.search(part, end)
        yield part[start:end], part[end + 1 : close.start() if close else end + 1]


def _flag(flags: Flags, attributes: bytes, body: bytes) -> None:
    formula = _FORMULA.search(body)
    value = _VALUE.search(_FORMULA.sub(b"", body))
    if formula:
        tag = f"{MARK}f{'1' if value else '0'}={_text(formula[1])}"
    else:
        tag = f"{MARK}e{_text(value[1]) if value else ''}"
    place = _place(attributes)
    if place is None or len(flags) >= FLAGS:
        refuse("formulas")
    flags[place] = tag


def _place(attributes: bytes) -> tuple[int, int] | None:
    found = _REF.search(attributes)
    return (int(found[2]) - 1, column_index(found[1].decode())) if found else None


def refuse_far(place: tuple[int, int] | None, body: bytes) -> None:
    """Refuse a cell with a value beyond the last column or row that is read."""
    if place is None or not _VALUE.search(body):
        return
    row, column = place
    if column >= LAST_COLUMN:
        refuse("too_wide", cell=f"{column_letter(column)}{row + 1}", limit=LAST_COLUMN)
    if row >= LAST_ROW:
        refuse("too_many_rows", cell=f"{column_letter(column)}{row + 1}", limit=20_000)


def _text(content: bytes | None) -> str:
    return unescape((content or b"").decode("utf-8", "replace"))[:200]
