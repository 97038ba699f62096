"""The Word file: our template and an agency's own; a bad one is refused with a sentence."""

import datetime as dt
import io
import zipfile

import pytest
from docx import Document

from portal.errors import Refused
from portal.papers.content import Content
from portal.papers.printing import Sheet
from portal.papers.templates import EXAMPLE
from portal.papers.word import check_template, default_template, docx
from tests.portal.papers.test_document import NASTY, NUMBERED, whole


def text_of(body: bytes) -> str:
    document = Document(io.BytesIO(body))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def template(*lines: str) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    body = io.BytesIO()
    document.save(body)
    return body.getvalue()


def test_everything_stands_in_the_file_as_it_was_written():
    said = text_of(docx(whole(NASTY), NUMBERED))
    for line in (f"一、{NASTY}", f"{NASTY}：", f"（{NASTY}）", f"抄送：{NASTY}。", f"1．{NASTY}"):
        assert line in said
    assert "某市监通〔2026〕3号" in said
    assert "{%" not in said.replace(NASTY, "")


def test_the_same_paper_has_the_same_bytes():
    assert docx(EXAMPLE, NUMBERED) == docx(EXAMPLE, NUMBERED)


@pytest.mark.parametrize("own", [None, template("{{ title }}")])
def test_only_a_draft_carries_the_watermark_whatever_the_template(own):
    def headers(sheet: Sheet) -> str:
        document = Document(io.BytesIO(docx(EXAMPLE, sheet, own)))
        return "".join(section.header._element.xml for section in document.sections)

    assert 'string="草稿"' in headers(Sheet("某局"))
    assert "草稿" not in headers(NUMBERED)


def test_an_agencys_own_template_is_filled():
    own = template(
        "文号：{{ number }}", "{%p for block in blocks %}", "{{ block.kind }}", "{%p endfor %}"
    )
    check_template(own, EXAMPLE)
    assert text_of(docx(EXAMPLE, NUMBERED, own)).split("\n")[:2] == [
        "文号：某市监通〔2026〕3号",
        "heading",
    ]


def test_our_own_template_passes_its_own_check():
    check_template(default_template(), EXAMPLE)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{{ nobody }}", "nobody"),
        ("{{ title", "模板不能生成文书"),
        ("{% for x in blocks %}{{ x }}", "模板不能生成文书"),
        ("{{ title.__class__ }}", "模板不能生成文书"),
        ("{{ range(9) }}", "Call"),
        ("{{ title * 999999999 }}", "Mul"),
        ("{% set x = 1 %}", "Assign"),
        ("{% macro f() %}{% endmacro %}", "Macro"),
        ("{{ title|upper }}", "Filter"),
    ],
)
def test_a_bad_template_is_refused_with_a_sentence(line: str, sentence: str):
    with pytest.raises(Refused, match=sentence):
        check_template(template(line), EXAMPLE)


def test_what_is_no_word_file_or_reaches_outside_is_refused():
    with pytest.raises(Refused, match="不是有效的 Word 文件"):
        check_template(b"PK\x03\x04 nothing", EXAMPLE)
    with pytest.raises(Refused, match="模板不能生成文书"):
        check_template(_zip({"word/document.xml": "<broken"}), EXAMPLE)
    with pytest.raises(Refused, match="外部链接"):
        check_template(_zip({"word/_rels/document.xml.rels": 'TargetMode="External"'}), EXAMPLE)


def test_a_template_that_unpacks_without_end_is_refused():
    with pytest.raises(Refused, match="20 MB"):
        check_template(_zip({"word/document.xml": "0" * (21 * 1024 * 1024)}), EXAMPLE)


def test_an_empty_content_has_only_its_head():
    said = text_of(docx(Content("甲"), Sheet("某局", "某〔2026〕1号", dt.date(2026, 3, 2))))
    assert [line for line in said.split("\n") if line] == [
        "某局",
        "某〔2026〕1号",
        "甲",
        "某局",
        "2026年3月2日",
    ]


def _zip(parts: dict[str, str]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return body.getvalue()
