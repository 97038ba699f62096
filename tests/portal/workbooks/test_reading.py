"""One pass over an upload: rows, every issue by cell, corrections, header, mapping."""

import datetime as dt
import gc
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.workbooks import Field, Problem, Reading, SheetDefinition, read, read_header, template
from tests.portal.workbooks.hostile import GOOD, LEDGER, book, csv, set_cell
from tests.portal.workbooks.sample import ROSTER, good_row, good_rows

FIXTURES = Path(__file__).parent / "fixtures"
SPOILED = {
    "G7": "no_such_date",
    "D8": "missing",
    "N9": "not_in_list",
    "S10": "unusual",
    "E11": "bad_uscc",
}


def found(reading: Reading) -> dict[str, str]:
    return {issue.cell: issue.code for issue in reading.issues}


def read_csv(defn: SheetDefinition, *lines: str, **ctx: Any) -> Reading:
    return read(defn, "\n".join(lines).encode(), ctx, filename="a.csv")


def test_template_reads_back_what_was_filled_in() -> None:
    content = template(ROSTER, good_rows(40), {"title": "名单", "meta": {"周期": "2026-H1"}})
    reading = read(ROSTER, content, {"meta": {"周期": "2026-H1"}}, filename="a.xlsx")
    assert reading.clean
    assert [row.values for row in reading.rows] == good_rows(40)
    assert reading.rows[0].number == 4
    assert reading.meta["周期"] == "2026-H1"
    assert reading.header_map["E"] == "uscc"


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "csv"])
def test_files_saved_by_libreoffice_give_the_same_issues(suffix: str) -> None:
    reading = read(ROSTER, FIXTURES / f"libreoffice.{suffix}", {})
    assert found(reading) == SPOILED
    assert [note.cell for note in reading.notes] == ["E11"]
    assert reading.raw_row_count == 12
    assert reading.rows[0].values == good_row(0)


def test_message_says_where_what_and_how_to_mend() -> None:
    reading = read(ROSTER, FIXTURES / "libreoffice.xls", {})
    issue = next(issue for issue in reading.issues if issue.cell == "G7")
    assert issue.message == "第 7 行“有效期至”写成“2026-02-30”，这一天不存在。"
    assert issue.suggestion == "请改为真实日期,如 2026-02-28。"
    assert (issue.sheet, issue.value, issue.tier) == ("报送名单", "2026-02-30", "format")


def test_template_of_another_period_is_refused() -> None:
    content = template(ROSTER, good_rows(1), {"meta": {"周期": "2026-H1"}})
    reading = read(ROSTER, content, {"meta": {"周期": "2026-Y"}}, filename="a.xlsx")
    assert [issue.code for issue in reading.issues] == ["other_template"]


def test_header_is_found_below_titles_by_label_alias_width_and_case() -> None:
    reading = read_csv(
        LEDGER, "某区台账,,,", ",,,", "NAME,编 号*,签订日期(必填),Ａmount", "甲,A-1,,3"
    )
    assert reading.clean
    assert reading.rows[0].values == {
        "name": "甲",
        "number": "A-1",
        "signed_on": None,
        "amount": Decimal(3),
    }
    assert reading.rows[0].number == 4


def test_units_in_a_label_are_not_ignored() -> None:
    reading = read_csv(ROSTER, "机构名称,合同金额(万元)", "甲,3")
    assert ("B1", "unknown_column") in {(issue.cell, issue.code) for issue in reading.issues}


def test_visible_sheet_is_preferred_and_a_second_one_is_reported() -> None:
    def more(sheet: Any) -> None:
        for title, state in (("隐藏", "hidden"), ("另一张", "visible")):
            other = sheet.parent.create_sheet(title, 0)
            other.sheet_state = state
            for row in sheet.iter_rows(values_only=True):
                other.append(row)

    reading = read(LEDGER, book(GOOD, then=more), {}, filename="a.xlsx")
    assert reading.sheet == "另一张"
    assert [(issue.code, issue.value) for issue in reading.issues] == [("other_sheet", "台账")]


def test_faulty_and_blank_cells_reach_row_checks_as_none() -> None:
    seen: list[Any] = []

    def look(row: Any, _ctx: Any) -> list[Problem]:
        seen.append((row["on"], row["count"]))
        return []

    defn = SheetDefinition(
        name="seen",
        version="1",
        fields=(Field("on", "日期", kind="date"), Field("count", "数量", kind="integer")),
        row_checks=(look,),
    )
    read_csv(defn, "日期,数量", "2026-02-30,2", "/,三", '2026年3月1日,"1,200"')
    assert seen == [(None, 2), (None, None), (dt.date(2026, 3, 1), 1200)]


def test_value_check_runs_once_for_each_distinct_value() -> None:
    asked: list[str] = []

    def ask(value: str, _ctx: Any) -> list[Problem]:
        asked.append(value)
        return [Problem("不对。", "wrong")] if value == "b" else []

    defn = SheetDefinition(name="once", version="1", fields=(Field("x", "项", check=ask),))
    reading = read_csv(defn, "项", "a", "b", "a", "b")
    assert sorted(asked) == ["a", "b"]
    assert found(reading) == {"A3": "wrong", "A5": "wrong"}


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("date", "2026/1/5", dt.date(2026, 1, 5)),
        ("date", "2026.01.05", dt.date(2026, 1, 5)),
        ("date", "20260105", dt.date(2026, 1, 5)),
        ("date", "2026-01-05 00:00:00", dt.date(2026, 1, 5)),
        ("boolean", "是", True),
        ("boolean", "No", False),
        ("decimal", "¥12.50元", Decimal("12.50")),
        ("integer", "１２", 12),
        ("multi", "水、Air; 水", ("water", "air")),
        ("choice", " 固体 废物 ", "waste"),
        ("text", "/", "/"),
        ("decimal", "——", None),
    ],
)
def test_cells_are_understood_as_people_write_them(kind: Any, cell: str, value: Any) -> None:
    choices = (("water", "水"), ("air", "气"), ("waste", "固体废物"))
    defn = SheetDefinition(
        name="k",
        version="1",
        fields=(Field("x", "值", kind=kind, choices=choices), Field("y", "名")),
    )
    reading = read_csv(defn, "值,名", f"{cell},n")
    assert reading.issues == ()
    assert reading.rows[0]["x"] == value


@pytest.mark.parametrize(
    ("field", "cell", "code", "tier"),
    [
        (Field("x", "值", kind="integer"), "1.5", "not_an_integer", "format"),
        (Field("x", "值", kind="decimal"), "1.234", "too_many_places", "format"),
        (Field("x", "值", kind="decimal"), "3万元", "not_a_number", "format"),
        (Field("x", "值", kind="integer", minimum=2), "1", "too_low", "validity"),
        (Field("x", "值", kind="integer", maximum=2), "3", "too_high", "validity"),
        (Field("x", "值", kind="integer", likely=(1, 5)), "9", "unusual", "plausible"),
        (Field("x", "值", kind="boolean"), "也许", "not_yes_or_no", "format"),
        (Field("x", "值", kind="date"), "1026-01-01", "date_out_of_range", "validity"),
        (Field("x", "值", kind="choice", choices=(("a", "甲"),)), "乙", "not_in_list", "validity"),
        (Field("x", "值", required=True), "", "missing", "format"),
        (Field("x", "值", kind="date", required=True), "/", "missing", "format"),
        (Field("x", "值", max_length=2), "三个字", "too_long", "format"),
    ],
)
def test_faulty_cells_get_their_code_and_tier(
    field: Field, cell: str, code: str, tier: str
) -> None:
    defn = SheetDefinition(name="f", version="1", fields=(field, Field("y", "名")))
    reading = read_csv(defn, "值,名", f"{cell},n")
    assert [(i.cell, i.code, i.tier) for i in reading.issues] == [("A2", code, tier)]
    assert reading.rows[0]["x"] is None or tier != "format"


def test_choices_of_the_context_replace_those_of_the_field() -> None:
    field = Field("x", "值", kind="choice", choices=(("a", "甲"),))
    defn = SheetDefinition(name="c", version="1", fields=(field,))
    reading = read_csv(defn, "值", "乙", choices={"x": (("b", "乙"),)})
    assert reading.rows[0]["x"] == "b"


def test_nearest_choice_is_suggested() -> None:
    field = Field("x", "值", kind="choice", choices=(("g", "政府委托"), ("e", "行政执法")))
    reading = read_csv(SheetDefinition(name="n", version="1", fields=(field,)), "值", "政府委脱")
    assert reading.issues[0].suggestion == "是否为“政府委托”?可填:政府委托、行政执法。"


def test_repeated_keys_name_the_first_row() -> None:
    reading = read(LEDGER, csv(GOOD, ["乙", "A-002"], GOOD), {}, filename="a.csv")
    assert found(reading) == {"B4": "duplicate"}
    assert "与第 2 行重复" in reading.issues[0].message


def test_every_issue_of_a_file_comes_in_one_pass_in_sheet_order() -> None:
    content = book(["", "x", "明年", "三"], ["乙", 12, None, None], then=set_cell("E1", "多余"))
    reading = read(LEDGER, content, {}, filename="a.xlsx")
    assert list(found(reading)) == ["A2", "C2", "D2", "B3"]


def test_an_old_ledger_is_read_by_the_mapping_a_person_chose() -> None:
    old = "\n".join(["旧台账", "单位,签了没,合同号", "甲公司,是,A-7", "乙公司,否,A-8"]).encode()
    header = read_header(old, filename="old.csv", defn=LEDGER)
    assert (header.row, [column.label for column in header.columns]) == (
        2,
        ["单位", "签了没", "合同号"],
    )
    assert header.columns[0].samples == ("甲公司", "乙公司")
    reading = read(LEDGER, old, {}, filename="old.csv", mapping={"A": "name", "C": "number"})
    assert reading.clean
    assert [row["number"] for row in reading.rows] == ["A-7", "A-8"]


def test_header_of_a_broken_file_is_an_issue() -> None:
    header = read_header(b"PK\x03\x04broken", filename="a.xlsx")
    assert [issue.code for issue in header.issues] == ["damaged"]


FLAGS = SheetDefinition(
    name="flags",
    version="1",
    fields=(
        Field("name", "名称"),
        Field("yes", "是否", kind="boolean"),
        Field("count", "数量", kind="integer"),
        Field("day", "日期", kind="date"),
    ),
)


@pytest.mark.parametrize("height", [1, 2, 300])
def test_columns_of_one_value_arrive_in_every_row(height: int) -> None:
    row = {"name": "同", "yes": True, "count": 1, "day": dt.date(2026, 6, 30)}
    reading = read(FLAGS, template(FLAGS, [row] * height, {}), {}, filename="a.xlsx")
    assert [each.values for each in reading.rows] == [row] * height
    assert reading.issues == ()


def test_a_value_in_the_first_and_last_row_alone_is_not_in_all() -> None:
    reading = read_csv(FLAGS, "名称,数量", "甲,1", "乙,1", ",1", "甲,1")
    assert [row["name"] for row in reading.rows] == ["甲", "乙", None, "甲"]


def test_a_row_without_content_between_columns_with_gaps_is_no_row() -> None:
    reading = read_csv(FLAGS, "名称,是否,数量", "甲,,", ",是,", "   ,,", ",,3")
    assert [row.number for row in reading.rows] == [2, 3, 5]


def test_reading_leaves_the_collector_as_it_was() -> None:
    for filename in ("a.csv", "a.docx"):
        read(FLAGS, b"\n", {}, filename=filename)
        assert gc.isenabled()
    gc.disable()
    try:
        read_csv(FLAGS, "名称,数量", "甲,1")
        assert not gc.isenabled()
    finally:
        gc.enable()
