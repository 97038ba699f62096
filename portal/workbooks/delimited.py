"""Comma, semicolon and tab separated text, in the encodings that Excel and WPS write.

Imports the standard library alone, because the reading child loads it without Django.
"""

import codecs
import contextlib
import csv
import io
from collections.abc import Collection

from portal.workbooks.archive import refuse
from portal.workbooks.labels import MARK, normal_label

_BOMS: tuple[tuple[bytes, tuple[str, ...]], ...] = (
    (codecs.BOM_UTF8, ("utf-8",)),
    (codecs.BOM_UTF16_LE, ("utf-16-le",)),
    (codecs.BOM_UTF16_BE, ("utf-16-be",)),
)
_SEPARATORS = (",", "\t", ";")
_HEAD = 30
_CELL = 131_072


def decode(content: bytes) -> str:
    """The text, by its byte order mark or else as UTF-8 or GB18030; nothing is guessed away."""
    bom, codings = next((known for known in _BOMS if content.startswith(known[0])), (b"", ()))
    if content[1:4:2] == b"\0\0" and content[:1] != b"\0":
        codings = codings or ("utf-16-le",)
    for coding in codings or ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            text = content[len(bom) :].decode(coding)
            return text.replace(MARK, "\x01")  # another control character: reported all the same
    return refuse("not_text")


def read_text(content: bytes, labels: Collection[str], rows: int) -> list[list[str]]:
    """The records, cut by the separator under which most column labels are recognised."""
    text = decode(content)
    head = text[:_CELL]
    separator = max(_SEPARATORS, key=lambda mark: _score(head, mark, labels))
    if head[:4].casefold() == "sep=":
        separator = head[4:5] or separator
        text = "\n" + text.partition("\n")[2]  # the line stays, so that row numbers agree
    csv.field_size_limit(_CELL)
    records: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for record in reader:
            records.append(record)
            if len(records) > rows:
                break
    except csv.Error:
        refuse("csv_broken", cell=f"A{len(records) + 1}", row=len(records) + 1)
    return records


def _score(head: str, separator: str, labels: Collection[str]) -> tuple[int, int]:
    """How many labels one line yields, then how many columns."""
    best = (0, 0)
    for line in head.splitlines()[:_HEAD]:
        cells = line.split(separator)
        known = sum(normal_label(cell.strip(' "')) in labels for cell in cells)
        best = max(best, (known, len(cells)))
    return best
