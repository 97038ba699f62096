"""The zip around an xlsx, distrusted: every part is inflated and counted before any reader sees it.

Imports the standard library alone, because the reading child loads it without Django.
"""

import io
import re
import struct
import xml.etree.ElementTree as ET
import zipfile
import zlib
from dataclasses import dataclass
from typing import NoReturn

UNPACKED = 200 * 1024 * 1024
RATIO = 100
RATIO_FROM = 1024 * 1024  # small parts of blanks compress better than 100 and harm nobody
ENTRIES = 200
KEPT = 48 * 1024 * 1024  # unpacked bytes that are held between the check and the look at the cells
_LOCAL = struct.Struct("<4s5H3I2H")

_MACRO_TYPES = (b"macroEnabled", b"vnd.ms-office.vbaProject", b"vnd.ms-excel.intlmacrosheet")
_BINARY_TYPE = b"vnd.ms-excel.sheet.binary"
_DOCTYPES = tuple(
    word.encode(coding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for coding in ("utf-8", "utf-16-le", "utf-16-be")
)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_LINK = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Fault(Exception):
    """Why the whole file cannot be read; `code` is the issue's code, `facts` fill its sentence."""

    def __init__(self, code: str, *, cell: str = "", sheet: str = "", **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.cell = cell
        self.sheet = sheet
        self.facts = facts


def refuse(code: str, *, cell: str = "", sheet: str = "", **facts: object) -> NoReturn:
    raise Fault(code, cell=cell, sheet=sheet, **facts)


@dataclass(frozen=True)
class Parts:
    """The parts of a checked xlsx; what was not kept from the check is inflated again."""

    content: bytes
    entries: dict[str, zipfile.ZipInfo]
    kept: dict[str, bytes]

    def read(self, name: str) -> bytes:
        entry = self.entries.get(name)
        if entry is None:
            return b""
        known = self.kept.get(name)
        return inflate(self.content, entry, UNPACKED) if known is None else known


def check_archive(content: bytes) -> Parts:
    """Refuse what is not a plain, honest, macro-free xlsx, or return its parts."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError):
        refuse("damaged")
    if len(entries) > ENTRIES:
        refuse("zip_entries", count=len(entries), limit=ENTRIES)
    _check_names(entries)
    unpacked = 0
    parts = Parts(content, {entry.filename: entry for entry in entries}, {})
    for entry in entries:
        part = inflate(content, entry, UNPACKED - unpacked)
        unpacked += len(part)
        _check_part(entry, part)
        if unpacked <= KEPT:
            parts.kept[entry.filename] = part
    _check_types(parts)
    return parts


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        steps = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in steps or ":" in name or "\\" in name:
            refuse("zip_names")
        if name.casefold() in seen:
            refuse("zip_names")
        seen.add(name.casefold())
        if name.casefold().endswith("vbaproject.bin") or "macrosheets/" in name.casefold():
            refuse("macro")
        if entry.flag_bits & 0x1:
            refuse("encrypted")


def inflate(content: bytes, entry: zipfile.ZipInfo, room: int) -> bytes:
    """One part, from the bytes themselves: the directory's sizes are compared, never trusted."""
    start = entry.header_offset
    if len(content) < start + _LOCAL.size:
        refuse("damaged")
    header = _LOCAL.unpack_from(content, start)
    if header[0] != b"PK\x03\x04" or header[3] != entry.compress_type:
        refuse("damaged")
    start += _LOCAL.size + header[9] + header[10]
    packed = memoryview(content)[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        part = bytes(packed) if len(packed) <= room else refuse("zip_size", limit=UNPACKED >> 20)
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        part = _unpack(packed, room)
    else:
        refuse("damaged")
    if len(part) != entry.file_size or zlib.crc32(part) != entry.CRC:
        refuse("zip_lies")
    return part


def _unpack(packed: memoryview, room: int) -> bytes:
    """In one step, which ends one byte past what is allowed."""
    most = min(room, max(RATIO_FROM, RATIO * len(packed)))
    engine = zlib.decompressobj(-15)
    try:
        part = engine.decompress(packed, most + 1)
    except zlib.error:
        refuse("damaged")
    if len(part) > room:
        refuse("zip_size", limit=UNPACKED >> 20)
    if len(part) > most:
        refuse("zip_ratio", limit=RATIO)
    if not engine.eof:
        refuse("damaged")
    return part


def _check_part(entry: zipfile.ZipInfo, part: bytes) -> None:
    if entry.filename.casefold().endswith((".xml", ".rels", ".vml")) or part[:1] == b"<":
        # One byte that all of them have is found many times faster than they are.
        if b"!" in part and any(doctype in part for doctype in _DOCTYPES):
            refuse("doctype")
        if part[:2] in (b"\xff\xfe", b"\xfe\xff"):
            refuse("damaged")


def _check_types(parts: Parts) -> None:
    types = parts.read("[Content_Types].xml")
    if any(name in types for name in _MACRO_TYPES):
        refuse("macro")
    if _BINARY_TYPE in types or "mimetype" in parts.entries or not types:
        refuse("wrong_type")
    if "xl/workbook.xml" not in parts.entries and b"spreadsheetml" not in types:
        refuse("wrong_type")


@dataclass(frozen=True)
class SheetPart:
    """A worksheet as the workbook names it, and where its cells are."""

    name: str
    visible: bool
    path: str


def sheet_parts(parts: Parts) -> tuple[list[SheetPart], bool]:
    """The worksheets in order, and whether dates count from 1904."""
    root = _workbook_path(parts)
    try:
        workbook = ET.fromstring(parts.read(root))  # noqa: S314 - no DOCTYPE, bounded
        folder, _, name = root.rpartition("/")
        links = ET.fromstring(parts.read(f"{folder}/_rels/{name}.rels"))  # noqa: S314 - as above
    except ET.ParseError:
        refuse("damaged")
    targets = {link.get("Id"): link.get("Target", "") for link in links.iter(_LINK)}
    sheets = []
    for space in (_MAIN, _STRICT):
        for sheet in workbook.iter(f"{space}sheet"):
            link = next((sheet.attrib[key] for key in sheet.attrib if key.endswith("}id")), "")
            target = targets.get(link, "")
            path = target[1:] if target.startswith("/") else f"{folder}/{target}"
            visible = sheet.get("state", "visible") == "visible"
            sheets.append(SheetPart(sheet.get("name", ""), visible, path))
    flags = [
        item.get("date1904")
        for space in (_MAIN, _STRICT)
        for item in workbook.iter(f"{space}workbookPr")
    ]
    return sheets, any(flag in ("1", "true") for flag in flags)


def _workbook_path(parts: Parts) -> str:
    if "xl/workbook.xml" in parts.entries:
        return "xl/workbook.xml"
    found = re.search(rb'Target="/?([^"]*workbook\d*\.xml)"', parts.read("_rels/.rels"))
    if not found:
        refuse("damaged")
    return found[1].decode()
