"""The template: what people get to fill in."""

import io
from typing import Any

import openpyxl

from portal.workbooks import Field, SheetDefinition, template
from tests.portal.workbooks.sample import ROSTER, good_rows


def opened(**ctx: Any) -> Any:
    content = template(ROSTER, good_rows(2), {"title": "2026 年上半年名单", **ctx})
    return openpyxl.load_workbook(io.BytesIO(content))


def test_header_marks_required_columns_below_title_and_note() -> None:
    sheet = opened()["报送名单"]
    assert sheet["A1"].value == "2026 年上半年名单"
    assert "带 * 的列必填" in sheet["A2"].value
    assert [sheet["D3"].value, sheet["H3"].value] == ["机构名称*", "备案编号"]
    assert sheet.freeze_panes == "A4"


def test_choices_are_drop_down_lists_from_a_hidden_sheet() -> None:
    book = opened()
    rules = {str(rule.sqref): rule for rule in book["报送名单"].data_validations.dataValidation}
    assert rules["N4:N20003"].formula1 == "'选项'!$N$2:$N$3"
    assert [book["选项"]["N2"].value, book["选项"]["N3"].value] == ["行政执法", "政府委托"]
    assert book["选项"].sheet_state == "hidden"


def test_open_lists_come_from_the_context() -> None:
    book = opened(choices={"nature": (("x", "其他委托"),)})
    assert [cell.value for cell in book["选项"]["N"]][1:2] == ["其他委托"]


def test_codes_are_text_cells_and_nothing_becomes_a_formula() -> None:
    defn = SheetDefinition(
        name="t", version="1", title="表", fields=(Field("x", "号", kind="code"),)
    )
    content = template(defn, [{"x": "=1+1"}, {"x": "00123"}], {})
    sheet = openpyxl.load_workbook(io.BytesIO(content))["表"]
    assert [(sheet[f"A{row}"].value, sheet[f"A{row}"].data_type) for row in (4, 5)] == [
        ("=1+1", "s"),
        ("00123", "s"),
    ]
    assert sheet["A4"].number_format == "@"


def test_help_sheet_explains_every_column() -> None:
    rows = list(opened()["填写说明"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(ROSTER.fields)
    assert rows[5][:4] == ("CMA证书编号", "必填", "号码(文本格式)", "12 位数字。")


def test_hidden_sheet_names_definition_version_and_period() -> None:
    sheet = opened(meta={"周期": "2026-H1"})["_meta"]
    assert dict(sheet.iter_rows(values_only=True)) == {
        "definition": "sample_roster",
        "version": "2026-1",
        "周期": "2026-H1",
    }
