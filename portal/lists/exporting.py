"""From a selection to its file. The rows are those of the page, read once and hashed on the way."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from portal.clocks import now
from portal.errors import Refused
from portal.lists.definition import Column
from portal.lists.manifest import MACHINE, Digest, as_json, manifest_of, sha256_of, sheet_rows
from portal.lists.selection import Selection
from portal.lists.values import CellValue, canonical, clean, neutral, plain
from portal.lists.xlsx import MOST_ROWS, Sheet, write_xlsx

CHUNK_ROWS = 1000  # fetched at a time from the server-side cursor; also the step of progress
WIDTHS = {"date": 12.0, "datetime": 20.0, "integer": 10.0, "money": 16.0, "code": 22.0}
TEXT_WIDTH = 24.0
MANIFEST_WIDTHS = (22.0, 60.0, 60.0)
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What came out: the proof that the portal keeps."""

    rows: int
    sha256: str
    manifest_sha256: str
    writer: str


def write_export(
    selection: Selection,
    path: Path,
    kind: str,
    *,
    by: Mapping[str, Any],
    progress: Progress | None = None,
) -> Written:
    """Write a selection to ``path`` as ``xlsx``, or as ``csv`` in a zip with its manifest.

    Refused when the filters hold a value that was not understood, or Excel cannot hold the rows.
    """
    if selection.errors:
        raise Refused(_("有筛选条件未被识别，导出会与页面不符。请更正条件后再导出。"))
    heads = heads_of(selection.columns)
    digest = Digest(heads)
    rows = digest.through(_watched(cell_rows(selection), kind, progress))

    def manifest() -> dict[str, Any]:
        return manifest_of(selection, heads, digest, at=now(), by=by)

    if kind == "xlsx":
        return _write_workbook(path, selection, heads, rows, digest, manifest)
    return _write_zip(path, selection, heads, rows, digest, manifest)


def heads_of(columns: list[Column]) -> list[str]:
    """The heads of the columns, told apart where two labels are the same."""
    seen: dict[str, int] = {}
    heads = []
    for column in columns:
        label = clean(str(column.label)).strip()
        seen[label] = seen.get(label, 0) + 1
        heads.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return heads


def cell_rows(selection: Selection) -> Iterator[list[CellValue]]:
    """Every row in the list's order, at constant memory."""
    readers = [(column.of, column.kind) for column in selection.columns]
    ordered = selection.rows.order_by(*selection.order)
    for record in ordered.iterator(chunk_size=CHUNK_ROWS):
        yield [plain(of(record), kind) for of, kind in readers]


def _watched(
    rows: Iterator[list[CellValue]], kind: str, progress: Progress | None
) -> Iterator[list[CellValue]]:
    for number, row in enumerate(rows, start=1):
        if kind == "xlsx" and number > MOST_ROWS:
            raise Refused(
                _("超过 Excel 单表 %(most)s 行的上限，请缩小筛选范围或改用 CSV。")
                % {"most": MOST_ROWS}
            )
        yield row
        if progress and number % CHUNK_ROWS == 0:
            progress(number)


def _write_workbook(
    path: Path,
    selection: Selection,
    heads: list[str],
    rows: Iterator[list[CellValue]],
    digest: Digest,
    manifest: Callable[[], dict[str, Any]],
) -> Written:
    told: list[dict[str, Any]] = []

    def manifest_rows() -> Iterator[list[str]]:
        told.append(manifest())  # asked for when the data has been written
        yield from sheet_rows(told[0])

    kinds = [column.kind for column in selection.columns]
    widths = [WIDTHS.get(kind, TEXT_WIDTH) for kind in kinds]
    data = Sheet(_("数据"), heads, kinds, widths, rows)
    about = Sheet(
        _("导出说明"),
        [_("项目"), _("内容"), _("备注")],
        ["text"] * 3,
        MANIFEST_WIDTHS,
        manifest_rows(),
    )
    writer = write_xlsx(path, [data, about])
    return Written(digest.rows, digest.sha256, sha256_of(told[0]), writer)


def _write_zip(
    path: Path,
    selection: Selection,
    heads: list[str],
    rows: Iterator[list[CellValue]],
    digest: Digest,
    manifest: Callable[[], dict[str, Any]],
) -> Written:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(f"{selection.defn.name}.csv", "w", force_zip64=True) as member:
            member.write(codecs.BOM_UTF8)  # Excel takes a CSV without it for the local code page
            text = io.TextIOWrapper(member, encoding="utf-8", newline="", write_through=False)
            writer = csv.writer(text, lineterminator="\r\n")
            writer.writerow([neutral(head) for head in heads])
            for row in rows:
                writer.writerow(_csv_row(row))
            text.flush()
            text.detach()
        told = manifest()
        archive.writestr(MACHINE, as_json(told))
    return Written(digest.rows, digest.sha256, sha256_of(told), "csv")


def _csv_row(row: list[CellValue]) -> list[str]:
    """Texts made harmless; numbers as they are, so that a minus stays a minus."""
    texts = canonical(row)
    return [
        neutral(text) if isinstance(cell, str) else text
        for cell, text in zip(row, texts, strict=True)
    ]
