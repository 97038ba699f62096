"""Our own Word template, built here so that it can be read, compared and changed as text."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

SONG, FANG = "宋体", "仿宋"
CENTER, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
RED = RGBColor(0xC8, 0x16, 0x1D)
BODY, SMALL = Pt(16), Pt(12)  # 三号, 小四
PITCH = Pt(28.6)  # 22 lines on a full page
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def build() -> bytes:
    """A .docx whose placeholders are those of `printing.printed`."""
    document: Any = Document()
    _page(document)
    _head(document)
    _body(document)
    _end(document)
    facts = document.core_properties
    facts.author, facts.title, facts.created, facts.modified = "", "", LONG_AGO, LONG_AGO
    body = io.BytesIO()
    document.save(body)
    return body.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = document.styles["Normal"]
    style.font.size = BODY
    _font(style, FANG)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = PITCH
    line = section.footer.paragraphs[0]
    line.alignment = CENTER
    for text, field in (("— ", ""), ("", "PAGE"), (" —", "")):
        run = line.add_run(text)
        run.font.size = Pt(14)
        _font(run, SONG)
        if field:
            _add_field(run, field)


def _head(document: Any) -> None:
    authority = _line(document, "{{ authority }}", align=CENTER, size=Pt(32), bold=True, font=SONG)
    authority.runs[0].font.color.rgb = RED
    authority.paragraph_format.line_spacing = Pt(48)
    number = _line(document, "{{ number }}", align=CENTER)
    number.paragraph_format.space_after = Pt(24)
    _underline(number)
    title = _line(document, "{{ title }}", align=CENTER, size=Pt(22), bold=True, font=SONG)
    title.paragraph_format.line_spacing = Pt(34)
    title.paragraph_format.space_after = Pt(16)
    _when(document, "addressee", "{{ addressee }}：", indent=False)


def _body(document: Any) -> None:
    _tag(document, "for block in blocks")
    _tag(document, 'if block.kind == "heading"')
    _line(document, "{{ block.mark }}{{ block.text }}", bold=True, indent=True)
    _tag(document, 'elif block.kind == "text" or block.kind == "items"')
    _tag(document, "for line in block.lines")
    _line(document, "{{ line }}", indent=True)
    _tag(document, "endfor")
    _tag(document, 'elif block.kind == "facts"')
    _table(document, [["{%tr for row in block.rows %}", ""], ["{{ row[0] }}", "{{ row[1] }}"],
                      ["{%tr endfor %}", ""]])  # fmt: skip
    _tag(document, 'elif block.kind == "grid"')
    cells = ["{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"]
    names = ["{%tc for cell in block.header %}", *cells[1:]]
    _table(document, [names, ["{%tr for row in block.rows %}", "", ""], cells,
                      ["{%tr endfor %}", "", ""]])  # fmt: skip
    _tag(document, 'elif block.kind == "signatures"')
    _tag(document, "for label in block.labels")
    _line(document, "{{ label }}：＿＿＿＿＿＿＿＿　　　年　　月　　日")
    _tag(document, "endfor")
    _tag(document, "endif")
    _tag(document, "endfor")


def _end(document: Any) -> None:
    _line(document, "")
    _tag(document, "for line in closing")
    closing = _line(document, "{{ line }}", align=RIGHT)
    closing.paragraph_format.right_indent = Pt(32)
    _tag(document, "endfor")
    _when(document, "note", "（{{ note }}）")
    _tag(document, "if copies_to")
    _line(document, "")
    each = "{% for each in copies_to %}{% if not loop.first %}，{% endif %}{{ each }}{% endfor %}"
    last = _line(document, f"抄送：{each}。", size=Pt(14))
    _underline(last, colour="000000", above=True)
    last = _line(document, "{{ authority }}　{{ printed }}", size=Pt(14))
    _underline(last, colour="000000", above=True)
    _tag(document, "endif")


def _when(document: Any, name: str, text: str, *, indent: bool = True) -> None:
    """A line that stands only where there is something to say."""
    _tag(document, f"if {name}")
    _line(document, text, indent=indent)
    _tag(document, "endif")


def _tag(document: Any, words: str) -> None:
    """A paragraph that holds a tag and is gone when the paper is made."""
    document.add_paragraph(f"{{%p {words} %}}")


def _line(
    document: Any,
    text: str,
    *,
    align: Any = None,
    size: Any = None,
    bold: bool = False,
    font: str = "",
    indent: bool = False,
) -> Any:
    line = document.add_paragraph()
    line.alignment = align
    if indent:
        line.paragraph_format.first_line_indent = Pt(32)
    run = line.add_run(text)
    run.bold = bold
    if size is not None:
        run.font.size = size
    if font:
        _font(run, font)
    return line


def _table(document: Any, rows: list[list[str]]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            line = cell.paragraphs[0]
            line.paragraph_format.line_spacing = Pt(20)
            line.add_run(text).font.size = SMALL
    gap = document.add_paragraph()
    gap.paragraph_format.line_spacing = Pt(12)


def _font(styled: Any, name: str) -> None:
    """For Latin and for Chinese signs alike."""
    styled.font.name = name
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _underline(line: Any, *, colour: str = "C8161D", above: bool = False) -> None:
    borders = OxmlElement("w:pBdr")
    edge = OxmlElement("w:top" if above else "w:bottom")
    weight = "6" if above else "18"
    for name, value in (("val", "single"), ("sz", weight), ("space", "6"), ("color", colour)):
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)
    line._p.get_or_add_pPr().append(borders)


def _add_field(run: Any, name: str) -> None:
    for kind in ("begin", "", "end"):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = name
        run._r.append(part)
