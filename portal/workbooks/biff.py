"""What a reader does not tell about an xls: encryption, macros, formulas, far cells.

Only the sector chain of the container and the heads of the records are walked ([MS-CFB], [MS-XLS]).
Imports the standard library alone, because the reading child loads it without Django.
"""

import struct
from collections.abc import Iterator

from portal.workbooks.archive import refuse
from portal.workbooks.cells import LAST_COLUMN, LAST_ROW, Flags
from portal.workbooks.labels import MARK, column_letter

_FREE = 0xFFFFFFF0
_EOF, _FORMULA, _FILEPASS, _DATE1904, _BOUNDSHEET, _ERROR = 0x0A, 0x06, 0x2F, 0x22, 0x85, 0x205
_VALUES = {0x06, 0x203, 0x204, 0x205, 0xFD, 0x27E, 0xBD}
_ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
}


class Container:
    """A compound file: 512-byte (or larger) sectors chained by a table."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        try:
            self._open()
        except (struct.error, IndexError, ValueError):
            refuse("damaged")

    def _open(self) -> None:
        head = self.content[:512]
        self.size = 1 << struct.unpack_from("<H", head, 30)[0]
        self.small = 1 << struct.unpack_from("<H", head, 32)[0]
        if self.size not in (512, 4096) or self.small > self.size:
            refuse("damaged")
        tables = list(struct.unpack_from("<109I", head, 76))
        follow = struct.unpack_from("<I", head, 68)[0]
        while follow < _FREE and len(tables) * self.size < len(self.content) + 512 * self.size:
            words = struct.unpack(f"<{self.size // 4}I", self._sector(follow))
            tables.extend(words[:-1])
            follow = words[-1]
        self.chain: list[int] = []
        for table in tables:
            if table < _FREE:
                self.chain.extend(struct.unpack(f"<{self.size // 4}I", self._sector(table)))
        self.cutoff = struct.unpack_from("<I", head, 56)[0]
        self.minis = struct.unpack_from("<I", head, 60)[0]
        self.streams = dict(self._directory(struct.unpack_from("<I", head, 48)[0]))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        return self.content[start : start + self.size].ljust(self.size, b"\0")

    def _stream(self, start: int) -> bytes:
        pieces: list[bytes] = []
        limit = len(self.content) // self.size + 1
        while start < _FREE:
            if len(pieces) > limit:  # a chain that bites its tail
                refuse("damaged")
            pieces.append(self._sector(start))
            start = self.chain[start]
        return b"".join(pieces)

    def _directory(self, start: int) -> Iterator[tuple[str, tuple[int, int]]]:
        table = self._stream(start)
        for at in range(0, len(table), 128):
            entry = table[at : at + 128]
            length = struct.unpack_from("<H", entry, 64)[0]
            first, size = struct.unpack_from("<2I", entry, 116)
            if entry[66] == 5:
                self.root = first
            if entry[66] and 2 <= length <= 64:
                yield entry[: length - 2].decode("utf-16-le", "replace"), (first, size)

    def read(self, name: str) -> bytes:
        start, size = self.streams[name]
        try:
            if size >= self.cutoff:
                return self._stream(start)[:size]
            return self._mini(start)[:size]
        except (struct.error, IndexError):
            refuse("damaged")

    def _mini(self, start: int) -> bytes:
        """Short streams live in 64-byte sectors inside the root entry's stream."""
        body, table = self._stream(self.root), self._stream(self.minis)
        pieces: list[bytes] = []
        while start < _FREE and len(pieces) * self.small <= len(body):
            pieces.append(body[start * self.small : (start + 1) * self.small])
            start = struct.unpack_from("<I", table, start * 4)[0]
        return b"".join(pieces)


def check_xls(content: bytes) -> tuple[bytes, dict[str, int], bool]:
    """The workbook stream, where each sheet begins in it, and whether dates count from 1904."""
    container = Container(content)
    names = container.streams
    if names.keys() & {"EncryptedPackage", "EncryptionInfo"}:
        refuse("encrypted")
    if names.keys() & {"_VBA_PROJECT_CUR", "VBA"}:
        refuse("macro")
    name = next((name for name in ("Workbook", "Book", "WORKBOOK", "BOOK") if name in names), "")
    if not name:
        refuse("wrong_type")
    stream = container.read(name)
    sheets, from_1904 = _sheets(stream)
    return stream, sheets, from_1904


def _sheets(stream: bytes) -> tuple[dict[str, int], bool]:
    sheets: dict[str, int] = {}
    from_1904 = False
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            refuse("encrypted")
        if kind == _DATE1904:
            from_1904 = body[:1] == b"\1"
        if kind == _BOUNDSHEET and len(body) > 8:
            if body[5] == 1:
                refuse("macro")
            sheets[_sheet_name(body)] = struct.unpack_from("<I", body)[0]
    return sheets, from_1904


def _sheet_name(body: bytes) -> str:
    wide = body[7] & 1
    return body[8 : 8 + body[6] * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream, without those of charts embedded in it."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<2H", stream, at)
        if kind == 0x809:
            depth += 1
        if kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def xls_flags(stream: bytes, start: int) -> Flags:
    """Tagged texts of formulas and errors by (row, column); raises Fault on cells too far out."""
    flags: Flags = {}
    for kind, body in _records(stream, start):
        if kind not in _VALUES or len(body) < 6:
            continue
        row, column = struct.unpack_from("<2H", body)
        where = f"{column_letter(column)}{row + 1}"
        if column >= LAST_COLUMN:
            refuse("too_wide", cell=where, limit=LAST_COLUMN)
        if row >= LAST_ROW:
            refuse("too_many_rows", cell=where, limit=20_000)
        if kind == _FORMULA:
            flags[row, column] = f"{MARK}f1="
        elif kind == _ERROR and len(body) >= 8 and body[7]:
            flags[row, column] = f"{MARK}e{_ERRORS.get(body[6], '#N/A')}"
    return flags
