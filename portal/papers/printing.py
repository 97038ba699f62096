"""What stands on a paper besides its content, and the content as both renderers want it."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Any

from portal.papers.content import Content

NARROWEST, WIDEST = 4, 24  # of a column, in Chinese characters
WATERMARK = "草稿"
UNNUMBERED = "（草稿，尚未编号）"
NONCHARACTERS = "\ufffe\uffff"
NUMERALS = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Authority, number and date. A draft has no number and no date."""

    authority: str
    number: str = ""
    on: dt.date | None = None

    @property
    def is_draft(self) -> bool:
        return not self.number


def printed(content: Content, sheet: Sheet) -> dict[str, Any]:
    """Everything that stands on the paper; on paper Chinese stays Chinese on every screen."""
    content = Content.from_json(_clean(content.to_json()))
    date = chinese_date(sheet.on) if sheet.on else ""
    closing = content.closing or tuple(filter(None, (sheet.authority, date)))
    return {
        **content.to_json(),
        "authority": sheet.authority,
        "number": sheet.number or UNNUMBERED,
        "draft": sheet.is_draft,
        "watermark": WATERMARK,
        "closing": list(closing),
        "printed": f"{date}印发" if date else "",
        "blocks": _blocks(content),
    }


def _clean(value: Any) -> Any:
    """Without signs that print nothing: controls end a Word file, bidi marks disguise words."""
    if isinstance(value, str):
        return "".join(sign for sign in value if sign == "\n" or _prints(sign))
    if isinstance(value, list):
        return [_clean(each) for each in value]
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}
    return value


def _prints(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs"} and sign not in NONCHARACTERS


def chinese_date(day: dt.date) -> str:
    """2026年3月2日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_numeral(n: int) -> str:
    """一 to 九十九, then figures: nobody counts headings further."""
    if not 1 <= n <= 99:
        return str(n)
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else ("" if tens == 1 else NUMERALS[tens - 1]) + "十"
    return head + (NUMERALS[ones - 1] if ones else "")


def _blocks(content: Content) -> list[dict[str, Any]]:
    """The blocks with the marks of their headings, their lines, the widths of their columns."""
    first = second = 0
    blocks: list[dict[str, Any]] = []
    for block in content.to_json()["blocks"]:
        if block["kind"] == "heading":
            first, second = (first + 1, 0) if block["level"] == 1 else (first, second + 1)
            block["mark"] = _mark(block["level"], first if block["level"] == 1 else second)
        elif block["kind"] == "text":
            block["lines"] = block["text"].split("\n")
        elif block["kind"] == "items":
            block["lines"] = [f"{n}．{line}" for n, line in enumerate(block.pop("items"), 1)]
        elif block["kind"] == "grid":
            block["widths"] = _widths([block["header"], *block["rows"]])
        blocks.append(block)
    return blocks


def _mark(level: int, n: int) -> str:
    return f"{chinese_numeral(n)}、" if level == 1 else f"（{chinese_numeral(n)}）"


def _widths(rows: list[list[str]]) -> list[float]:
    """Columns share the width by their longest cells, none too narrow for its words."""
    columns = zip(*rows, strict=True)
    return [min(max(max(map(_length, column)), NARROWEST), WIDEST) for column in columns]


def _length(text: str) -> float:
    """In Chinese characters; a Latin letter is half of one."""
    return max(
        sum(1.0 if unicodedata.east_asian_width(sign) in "FWA" else 0.5 for sign in line)
        for line in text.split("\n")
    )
