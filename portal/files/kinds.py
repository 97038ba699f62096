"""Kinds of files by their first bytes and structure; the name alone is never believed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from portal.errors import Refused

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
SAMPLE = 64 * 1024
MOST_ENTRIES = 2000  # of a zip directory; the workbook reader has stricter limits of its own


@dataclass(frozen=True, slots=True)
class Kind:
    content_type: str
    fits: Callable[[IO[Any], bytes], bool]


def _starts(*magic: bytes) -> Callable[[IO[Any], bytes], bool]:
    return lambda stream, head: head.startswith(magic)


def _office(part: str) -> Callable[[IO[Any], bytes], bool]:
    """An Office document by its main part; one that carries macros is none of ours."""

    def fits(stream: IO[Any], head: bytes) -> bool:
        if not head.startswith(ZIP):
            return False
        try:
            names = zipfile.ZipFile(stream).namelist()
        except zipfile.BadZipFile:
            return False
        macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return part in names and not macros and len(names) <= MOST_ENTRIES

    return fits


def _text(stream: IO[Any], head: bytes) -> bool:
    """Text as Excel and WPS save it: UTF-8, UTF-16 with its mark, or GB 18030."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\0" in head:
        return False
    return _decodes(head, "utf-8") or _decodes(head, "gb18030")


def _decodes(head: bytes, encoding: str) -> bool:
    """Whether the sample is this encoding; a character cut off at its end does not count."""
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        return len(head) >= SAMPLE and error.start >= len(head) - 4
    return True


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {
    "csv": Kind("text/csv", _text),
    "docx": Kind(WORD, _office("word/document.xml")),
    "jpg": Kind("image/jpeg", _starts(b"\xff\xd8\xff")),
    "jsonl": Kind("application/jsonl", _text),
    "pdf": Kind("application/pdf", _starts(b"%PDF-")),
    "png": Kind("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "xls": Kind("application/vnd.ms-excel", _starts(OLE)),
    "xlsx": Kind(XLSX, _office("xl/workbook.xml")),
}
SAME = {"jpeg": "jpg"}


def kind_of(name: str) -> str:
    """The kind that a file's name claims, by its last ending."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return SAME.get(ending, ending)


def check_kind(stream: IO[Any], name: str, allowed: tuple[str, ...]) -> str:
    """The kind of the file; Refused when it is not allowed or its bytes are something else."""
    kind = kind_of(name)
    words = {"name": name, "allowed": "、".join(allowed)}
    if kind not in allowed:
        message = _("“%(name)s”的格式不在允许之列，请上传：%(allowed)s。")
        raise Refused(message % words, code="file_kind")
    stream.seek(0)
    head = stream.read(SAMPLE)
    if not head:
        raise Refused(_("“%(name)s”是空文件。") % words, code="file_empty")
    if not KINDS[kind].fits(stream, head):
        raise Refused(_mismatch(head) % words, code="file_content")
    stream.seek(0)
    return kind


def _mismatch(head: bytes) -> str:
    if head.startswith(OLE):
        return _("“%(name)s”已加密或实为旧版格式，请去掉打开密码、另存为标准格式后再上传。")
    return _("“%(name)s”的内容与扩展名不符、已损坏或含有宏，请另存为标准格式后再上传。")
