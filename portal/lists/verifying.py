"""Is an exported file what the portal wrote? The hash is computed again from its cells."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from django.db import DatabaseError
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from portal.lists.manifest import FORMAT, MACHINE, Digest, sha256_of, sheet_rows
from portal.lists.models import ExportJob
from portal.lists.values import original

MOST_BYTES = 4 * 1024**3  # unpacked; a million rows of 25 columns take about 1.5 GiB
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
CSV_FIELD_LIMIT = 10**6
ABOUT_COLUMNS = 3


class Unreadable(Exception):
    """Not a file that the portal exports, or cut short."""


@dataclass(slots=True)
class Verdict:
    """What was found. ``rows`` are the canonical rows when they were asked for."""

    manifest: dict[str, Any]
    problems: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.problems


def verify(path: Path, *, keep_rows: bool = True) -> Verdict:
    """Compare the cells of an export with its manifest. Unreadable when it is no export."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise Unreadable(_("文件解压后过大。"))
            if "[Content_Types].xml" not in archive.namelist():
                return _verify_zip(archive, keep_rows)
        return _verify_workbook(path, keep_rows)
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        ParseError,
        OSError,
        EOFError,
        KeyError,
        ValueError,
        TypeError,
        csv.Error,
    ) as error:
        raise Unreadable(str(error)) from error


def _verify_zip(archive: zipfile.ZipFile, keep_rows: bool) -> Verdict:
    manifest = _manifest(archive.read(MACHINE).decode())
    verdict = Verdict(manifest)
    names = [name for name in archive.namelist() if name != MACHINE]
    if names != [f"{manifest['list']}.csv"]:
        verdict.problems.append(_("压缩包内的文件与导出说明不符。"))
        return verdict
    csv.field_size_limit(CSV_FIELD_LIMIT)
    with archive.open(names[0]) as member:
        text = io.TextIOWrapper(member, encoding="utf-8-sig", newline="")
        kinds = [column["kind"] for column in manifest["columns"]]
        lines = ([_from_csv(cell) for cell in line] for line in csv.reader(text))
        _compare(verdict, lines, len(kinds), keep_rows)
    return verdict


def _from_csv(cell: str) -> str:
    return original(cell)


def _verify_workbook(path: Path, keep_rows: bool) -> Verdict:
    book = load_workbook(path, read_only=True)
    try:
        if len(book.sheetnames) < 2:
            raise Unreadable(_("没有“导出说明”工作表。"))
        about = [_about(row) for row in _cells(book.worksheets[1])][1:]
        manifest = _manifest("".join(row[1] for row in about if row[0] == MACHINE))
        verdict = Verdict(manifest)
        if len(book.sheetnames) != 2:
            verdict.problems.append(_("工作簿被增加了工作表。"))
        if about != [list(row) for row in sheet_rows(manifest)]:
            verdict.problems.append(_("“导出说明”的文字被改动。"))
        kinds = [column["kind"] for column in manifest["columns"]]
        lines = _workbook_rows(verdict, book.worksheets[0], kinds)
        _compare(verdict, lines, len(kinds), keep_rows)
    finally:
        book.close()
    return verdict


def _about(row: Sequence[Any]) -> list[str]:
    texts = [_text(cell) for cell in row]
    return [*texts, *[""] * (ABOUT_COLUMNS - len(texts))]


def _cells(sheet: Any) -> Iterator[Sequence[Any]]:
    sheet.reset_dimensions()  # never believe what a file says about its size
    yield from sheet.iter_rows()


def _workbook_rows(verdict: Verdict, sheet: Any, kinds: list[str]) -> Iterator[list[str]]:
    for number, row in enumerate(_cells(sheet), start=1):
        if any(cell.data_type == "f" for cell in row):
            verdict.problems.append(_("第 %(row)s 行出现公式。") % {"row": number})
        texts = [_typed(cell, kind) for cell, kind in zip(row, kinds, strict=False)]
        extra = [_text(cell) for cell in row[len(kinds) :] if cell.value is not None]
        missing = [""] * (len(kinds) - len(texts))
        yield [*texts, *missing, *extra]


def _typed(cell: Any, kind: str) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return _text(cell)
    if kind == "money" and isinstance(value, (int, float)):
        return f"{value:.2f}"
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        rounded = (value + dt.timedelta(milliseconds=500)).replace(microsecond=0)
        return rounded.date().isoformat() if kind == "date" else rounded.isoformat(sep=" ")
    return str(value)


def _text(cell: Any) -> str:
    value = cell.value
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x" in value else value


def _manifest(text: str) -> dict[str, Any]:
    manifest = json.loads(text)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Unreadable(_("没有可识别的导出说明。"))
    return manifest


def _compare(verdict: Verdict, lines: Iterator[list[str]], width: int, keep_rows: bool) -> None:
    manifest, problems = verdict.manifest, verdict.problems
    heads = next(lines, [])
    if heads != [column["label"] for column in manifest["columns"]]:
        problems.append(_("表头被改动。"))
    digest = Digest(heads)
    for number, row in enumerate(lines, start=1):
        if len(row) != width:
            problems.append(_("第 %(row)s 行的列数不符。") % {"row": number + 1})
        digest.add(row)
        if keep_rows:
            verdict.rows.append(row)
    if digest.rows != manifest["rows"]:
        words = {"found": digest.rows, "written": manifest["rows"]}
        problems.append(_("现有 %(found)s 行，导出时为 %(written)s 行。") % words)
    if digest.sha256 != manifest["sha256"]:
        problems.append(_where(digest, manifest))


def _where(digest: Digest, manifest: dict[str, Any]) -> str:
    """The first block of rows whose digest differs, in row numbers of the sheet."""
    size = int(manifest["block_rows"])
    pairs = zip(digest.all_blocks(), manifest["blocks"], strict=False)
    for at, (found, written) in enumerate(pairs):
        if found != written:
            first, last = at * size + 2, min((at + 1) * size, digest.rows) + 1
            return _("数据被改动，首处在第 %(first)s 至 %(last)s 行之间。") % {
                "first": first,
                "last": last,
            }
    return _("数据的校验值与导出说明不符。")


def known_to_portal(verdict: Verdict) -> str:
    """Compare with the portal's own record of the export; says what was found.

    A manifest that was rewritten together with the data contradicts it, and becomes a problem.
    """
    key = verdict.manifest.get("by", {}).get("job")
    try:
        job = ExportJob.objects.filter(pk=key).first() if isinstance(key, int) else None
    except DatabaseError as error:
        return _("未能查询平台登记：%(error)s") % {"error": error}
    if job is None:
        return _("本平台没有这次导出的登记，只核对了文件自身。")
    if job.manifest_sha256 != sha256_of(verdict.manifest):
        verdict.problems.append(_("导出说明与平台登记不符。"))
        return ""
    return _("与平台登记一致。")
