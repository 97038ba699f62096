"""What an export says about itself, on a sheet of its own or as JSON beside the CSV."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.lists.definition import Column
from portal.lists.selection import Selection
from portal.lists.values import CellValue, canonical, row_bytes

FORMAT = "portal-export-1"
BLOCK_ROWS = 1000  # rows per block digest: an altered block is named
BLOCK_DIGITS = 16
CHUNK = 30_000  # characters of the machine's copy in one cell
MACHINE = "manifest.json"
PACKAGE = "monitoring-supervision-portal"
ALGORITHM = (
    "SHA-256 over UTF-8 text: the row of heads, then every row; cells joined by U+001F, each row "
    "ended by U+001E; dates as 2026-03-02, instants as 2026-03-02 10:11:12 (Asia/Shanghai), "
    "money with two decimals, empty cells as nothing."
)


class Digest:
    """Hashes rows while they stream by: as a whole, and in blocks that locate a change."""

    def __init__(self, heads: Sequence[str]) -> None:
        first = row_bytes(heads)
        self.rows = 0
        self.blocks: list[str] = []
        self._whole = hashlib.sha256(first)
        self._block = hashlib.sha256(first)

    def add(self, texts: Sequence[str]) -> None:
        line = row_bytes(texts)
        self._whole.update(line)
        self._block.update(line)
        self.rows += 1
        if self.rows % BLOCK_ROWS == 0:
            self._close()

    def through(self, rows: Iterable[list[CellValue]]) -> Iterator[list[CellValue]]:
        """Pass the rows on, hashed."""
        for row in rows:
            self.add(canonical(row))
            yield row

    @property
    def sha256(self) -> str:
        return self._whole.hexdigest()

    def all_blocks(self) -> list[str]:
        """Digests of the closed blocks and of the rest."""
        return [*self.blocks, self._block.hexdigest()[:BLOCK_DIGITS]]

    def _close(self) -> None:
        self.blocks.append(self._block.hexdigest()[:BLOCK_DIGITS])
        self._block = hashlib.sha256()


def portal_version() -> str:
    """The installed version, or the tree's own when it runs from its folder."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "0.1.0"


def manifest_of(
    selection: Selection,
    heads: Sequence[str],
    digest: Digest,
    *,
    at: dt.datetime,
    by: Mapping[str, Any],
) -> dict[str, Any]:
    """The facts of an export; ``by`` holds job, name, agency and post of who exports."""
    columns = selection.columns
    facts: dict[str, Any] = {
        "format": FORMAT,
        "portal": portal_version(),
        "list": selection.defn.name,
        "title": str(selection.defn.title),
        "created_at": at.isoformat(timespec="seconds"),
        "by": dict(by),
        "language": get_language(),
        "filters": [[item.label, item.words] for item in selection.applied],
        "sort": selection.sort_words,
        "rows": digest.rows,
        "sha256": digest.sha256,
        "algorithm": ALGORITHM,
        "block_rows": BLOCK_ROWS,
        "blocks": digest.all_blocks(),
        "columns": [_column(column, head) for column, head in zip(columns, heads, strict=True)],
    }
    return {**facts, "shown": shown(facts)}


def shown(facts: Mapping[str, Any]) -> list[list[str]]:
    """The manifest for people: item, content, remark."""
    by = facts["by"]
    filters = "；".join(f"{label}：{words}" for label, words in facts["filters"])
    lines = [
        [_("列表"), facts["title"], facts["list"]],
        [_("筛选条件"), filters or _("无"), ""],
        [_("排序"), facts["sort"], ""],
        [_("行数"), str(facts["rows"]), ""],
        [_("导出时间"), facts["created_at"], "Asia/Shanghai"],
        [_("导出人"), str(by.get("name", "")), str(by.get("post", ""))],
        [_("单位"), str(by.get("agency", "")), ""],
        [_("导出编号"), str(by.get("job", "")), ""],
        [_("平台版本"), facts["portal"], facts["format"]],
        ["SHA-256", facts["sha256"], facts["algorithm"]],
    ]
    words = kind_words()
    for column in facts["columns"]:
        personal = _("含个人信息") if column["personal"] else ""
        remark = "；".join(part for part in (personal, column["meaning"]) if part)
        item = _("列：%(label)s") % {"label": column["label"]}
        lines.append([item, words[column["kind"]], remark])
    return lines


def sheet_rows(manifest: Mapping[str, Any]) -> Iterator[list[str]]:
    """The manifest's sheet: the lines for people, then the machine's copy in pieces."""
    yield from manifest["shown"]
    text = as_json(manifest)
    for at in range(0, len(text), CHUNK):
        yield [MACHINE, text[at : at + CHUNK], ""]


def as_json(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(manifest: Mapping[str, Any]) -> str:
    """What the portal keeps of a manifest, so that a rewritten one is known."""
    return hashlib.sha256(as_json(manifest).encode()).hexdigest()


def kind_words() -> dict[str, str]:
    return {
        "text": _("文本"),
        "code": _("文本（编码）"),
        "date": _("日期"),
        "datetime": _("日期时间（北京时间）"),
        "integer": _("整数"),
        "money": _("金额（元）"),
        "badge": _("文本（状态）"),
        "link": _("文本（链接）"),
    }


def _column(column: Column, head: str) -> dict[str, Any]:
    return {
        "name": column.name,
        "label": head,
        "kind": column.kind,
        "personal": column.personal,
        "meaning": str(column.meaning),
    }
