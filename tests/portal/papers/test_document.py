"""The PDF: text stays text, drafts are marked, the same paper has the same bytes."""

import datetime as dt
import json
import time

import pytest

from portal.papers import document
from portal.papers.content import Content, Facts, Grid, Heading, Items, Signatures, Text
from portal.papers.document import FontsMissing, pdf, pictures
from portal.papers.printing import Sheet

NASTY = (
    '#let x = 1 #eval("2") *粗* _斜_ $x^2$ \\ \\u{41} @ref `code` ```raw``` [a] {b} <tag> = 标题 '
    "- 列 + 列 / 项: // 注 /* 注 */ ~ -- --- ... 'a' \"b\" https://example.invalid {{ x }} {% if %}"
)
NUMBERED = Sheet("某区市场监督管理局", "某市监通〔2026〕3号", dt.date(2026, 7, 2))
PARTS = ("text", "body", "child", "children")
ELEMENTS = ("math.equation", "raw", "strong", "emph", "link", "ref", "heading", "list", "enum")


def whole(text: str) -> Content:
    """The same text in every place that a content has."""
    return Content(
        text, text, (
            Heading(text), Text(text), Facts(((text, text),)), Grid((text, text), ((text, text),)),
            Items((text,)), Signatures((text,)),
        ), (text,), (text,), text,
    )  # fmt: skip


def texts_in(found: object) -> str:
    """All text below a queried element."""
    if isinstance(found, dict):
        return "".join(texts_in(found[key]) for key in PARTS if key in found)
    if isinstance(found, list):
        return "".join(map(texts_in, found))
    return found if isinstance(found, str) else ""


def test_content_never_becomes_markup():
    compiler = document._compiler(whole(NASTY), NUMBERED)
    for element in ELEMENTS:
        assert json.loads(compiler.query(element)) == [], element
    paragraphs = [texts_in(each) for each in json.loads(compiler.query("par"))]
    assert NASTY in paragraphs
    assert f"一、{NASTY}" in paragraphs


def test_the_same_paper_has_the_same_bytes_and_another_one_has_others():
    assert pdf(whole("甲"), NUMBERED) == pdf(whole("甲"), NUMBERED)
    assert pdf(whole("甲"), NUMBERED) != pdf(whole("乙"), NUMBERED)
    assert pdf(whole("甲"), NUMBERED).body.startswith(b"%PDF-")


def test_only_a_draft_carries_the_watermark_on_every_page():
    content = Content("甲", blocks=tuple(Text("文字" * 100) for _n in range(9)))

    def marked(sheet: Sheet) -> list[bool]:
        pages = document._compiler(content, sheet).compile(format="svg")
        assert isinstance(pages, list)
        return [b"#e9e9e9" in page for page in pages]

    assert marked(Sheet(NUMBERED.authority)) == [True] * 4
    assert marked(NUMBERED) == [False] * 4


def test_a_very_long_word_stays_inside_its_page_and_cell():
    """A word that could not break would make no second line: the cell grows with it."""
    low = pdf(Content("甲", blocks=(Facts((("值", "a" * 20),)),)), NUMBERED)
    rows = tuple(("值", "a" * 2000) for _row in range(3))
    high = pdf(Content("甲", blocks=(Facts(rows),)), NUMBERED)
    assert low.pages == 1
    assert high.pages >= 2


def test_twenty_pages_in_time():
    content = Content("甲", blocks=tuple(Text(f"第{n}段，" + "文字" * 100) for n in range(85)))
    began = time.monotonic()
    made = pdf(content, NUMBERED)
    assert made.pages >= 20
    assert time.monotonic() - began < 5
    assert len(pictures(content, NUMBERED, ppi=10)) == made.pages


def test_missing_fonts_say_what_installs_them(settings, tmp_path):
    settings.PAPER_FONTS = tmp_path
    with pytest.raises(FontsMissing, match=r"portal\.embedded assets"):
        pdf(Content("甲"), NUMBERED)
