"""Document numbers (发文字号) by GB/T 9704-2012: 机关代字〔年份〕序号号, without leading zeros."""

from __future__ import annotations

import re

PATTERN = "{agency}{series}〔{year}〕{n}号"
PLACES = frozenset({"agency", "series", "year", "n"})
SHAPE = re.compile(r"[\u4e00-\u9fa5A-Za-z（）()]{1,20}〔(19|20)\d{2}〕[1-9]\d{0,5}号")
MOST = 999_999
_PLACE = re.compile(r"{([a-z]*)}")
_YEAR_IN_BRACKETS = re.compile(r"[\[【［(（〔]\s*((?:19|20)\d{2}|{year})\s*[\]】］)）〕]")


def with_brackets(text: str) -> str:
    """Any brackets around the year become the six-angle 〔 〕 (U+3014, U+3015) of the standard."""
    return _YEAR_IN_BRACKETS.sub(r"〔\1〕", text.strip())


def pattern_fault(pattern: str) -> str:
    """What is wrong with a pattern: ``places``, ``year``, ``number``, ``shape``, or nothing."""
    places = _PLACE.findall(pattern)
    bare = _PLACE.sub("", pattern)
    if set(places) - PLACES or "{" in bare or "}" in bare:
        return "places"
    if places.count("year") != 1 or "〔{year}〕" not in pattern:
        return "year"
    if places.count("n") != 1 or not pattern.endswith("{n}号"):
        return "number"
    example = numbered(pattern, agency="环", series="罚", year=2026, n=1)
    return "" if SHAPE.fullmatch(example) else "shape"


def numbered(pattern: str, *, agency: str, series: str, year: int, n: int) -> str:
    """The text of one number."""
    return pattern.format(agency=agency, series=series, year=year, n=n)
