"""A batch as a file: a workbook, CSV in UTF-8, or JSON, each with its manifest.

Rendered when it is fetched: the payloads never change, so it is the same file each time.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from portal.lists.values import clean, neutral
from portal.outbox.channels import columns_of
from portal.outbox.models import OutboxBatch, OutboxBatchRow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES = {"xlsx": XLSX, "csv": "application/zip", "json": "application/json"}
ENDINGS = {"xlsx": "xlsx", "csv": "zip", "json": "json"}
OWN_COLUMNS = ("batch", "row", "key")  # named as the receipt wants them back


def rendered(batch: OutboxBatch, kind: str) -> bytes:
    """The batch's file of this kind (a key of CONTENT_TYPES)."""
    lines = list(batch.lines.select_related("message"))
    payloads = [json.loads(line.message.payload) for line in lines]
    columns = _columns(batch.channel, payloads)
    facts = manifest(batch, columns)
    if kind == "json":
        return _json(facts, lines, payloads)
    table = [[batch.number, str(line.number), line.message.key] for line in lines]
    for row, payload in zip(table, payloads, strict=True):
        row += [cell_text(payload.get(name)) for name, _label in columns]
    heads = [*OWN_COLUMNS, *(label for _name, label in columns)]
    return (_xlsx if kind == "xlsx" else _csv)(facts, heads, table)


def manifest(batch: OutboxBatch, columns: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What the file holds; ``sha256`` is over a line ``number key sha256`` for each row."""
    return {
        "batch": batch.number,
        "channel": batch.channel,
        "agency": str(batch.agency),
        "made_at": batch.made_at.isoformat(),
        "rows": batch.rows,
        "sha256": batch.sha256,
        "columns": dict(columns),
    }


def _columns(channel: str, payloads: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    declared = columns_of(channel)
    if declared:
        return declared
    return [(name, name) for name in sorted({name for payload in payloads for name in payload})]


def cell_text(value: Any) -> str:
    """A value of a payload as one text; what is nested stays JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    return clean(json.dumps(value, ensure_ascii=False, sort_keys=True))


def _json(
    facts: dict[str, Any], lines: Sequence[OutboxBatchRow], payloads: Sequence[dict[str, Any]]
) -> bytes:
    rows = [
        {"row": line.number, "key": line.message.key, "payload": payload}
        for line, payload in zip(lines, payloads, strict=True)
    ]
    text = json.dumps({"manifest": facts, "rows": rows}, ensure_ascii=False, indent=1)
    return text.encode()


def _csv(facts: dict[str, Any], heads: list[str], table: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in (heads, *table):
        writer.writerow([neutral(cell) for cell in row])
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{facts['batch']}.csv", text.getvalue().encode("utf-8-sig"))
        archive.writestr("manifest.json", json.dumps(facts, ensure_ascii=False, indent=1))
    return target.getvalue()


def _xlsx(facts: dict[str, Any], heads: list[str], table: list[list[str]]) -> bytes:
    """Every cell is a string, so nothing becomes a formula, a link or a rounded number."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheets = ((_("数据"), [heads, *table]), (_("导出说明"), _told(facts)))
        for title, rows in sheets:
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, cell)
    return target.getvalue()


def _told(facts: dict[str, Any]) -> list[list[str]]:
    return [[name, cell_text(value)] for name, value in facts.items()]
