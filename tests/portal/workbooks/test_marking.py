"""The marked copy is the upload itself, with fills, comments and a list of issues."""

import io
from typing import Any

import openpyxl
import pytest

from portal.workbooks import Field, SheetDefinition, mark, read, template
from tests.portal.workbooks.hostile import GOOD, LEDGER, book, csv, xls
from tests.portal.workbooks.sample import ROSTER, good_rows

BAD = ["", "x", "2026-02-30", 1.5]


def marked_book(content: bytes, filename: str, defn: SheetDefinition = LEDGER) -> Any:
    reading = read(defn, content, {}, filename=filename)
    marked = mark(defn, content, reading.issues, filename=filename)
    return openpyxl.load_workbook(io.BytesIO(marked))


def colour(cell: Any) -> str:
    return str(cell.fill.fgColor.rgb) if cell.fill.fill_type else ""


def test_wrong_cells_are_filled_and_say_what_to_do() -> None:
    sheet = marked_book(book(GOOD, BAD), "a.xlsx")["台账"]
    assert colour(sheet["C3"]) == "FFF4B6B6"
    assert "请改为真实日期,如 2026-02-28。" in sheet["C3"].comment.text
    assert colour(sheet["A3"]) == "FFF4B6B6"
    assert (colour(sheet["C2"]), sheet["C2"].comment) == ("", None)


def test_doubtful_cells_have_another_colour() -> None:
    rows = good_rows(1)
    rows[0]["amount"] = 9_000_000
    sheet = marked_book(template(ROSTER, rows, {}), "a.xlsx", ROSTER)["报送名单"]
    assert colour(sheet["S4"]) == "FFFFE08A"


def test_other_sheets_formats_and_lists_are_kept() -> None:
    rows = good_rows(1)
    rows[0]["name"] = None
    kept = marked_book(template(ROSTER, rows, {}), "a.xlsx", ROSTER)
    assert kept.sheetnames == ["报送名单", "填写说明", "选项", "_meta", "问题清单"]
    assert kept["_meta"].sheet_state == "veryHidden"
    sheet = kept["报送名单"]
    assert sheet.freeze_panes == "A4"
    assert sheet.data_validations.dataValidation
    assert sheet["E4"].number_format == "@"


@pytest.mark.parametrize(
    ("content", "filename", "sheet"),
    [(xls(BAD), "a.xls", "台账"), (csv(BAD, coding="gbk"), "a.csv", "台账")],
)
def test_xls_and_csv_come_back_as_xlsx(content: bytes, filename: str, sheet: str) -> None:
    marked = marked_book(content, filename)
    assert marked[sheet]["C2"].value == "2026-02-30"
    assert colour(marked[sheet]["C2"]) == "FFF4B6B6"


def test_marked_copy_can_be_uploaded_again_and_mended_cells_lose_their_mark() -> None:
    content = book(GOOD, BAD)
    reading = read(LEDGER, content, {}, filename="a.xlsx")
    marked = openpyxl.load_workbook(
        io.BytesIO(mark(LEDGER, content, reading.issues, filename="a.xlsx"))
    )
    marked["台账"]["C3"] = "2026-02-28"
    target = io.BytesIO()
    marked.save(target)
    again = marked_book(target.getvalue(), "a.xlsx")
    assert again.sheetnames == ["台账", "问题清单"]
    assert (colour(again["台账"]["C3"]), again["台账"]["C3"].comment) == ("", None)
    assert again["台账"]["A3"].comment.text.count("没有填写") == 1
    assert again["问题清单"].max_row == 2


def test_comments_of_the_uploader_are_kept() -> None:
    from openpyxl.comments import Comment

    def comment(sheet: Any) -> None:
        sheet["C2"].comment = Comment("我的备注", "科员")
        sheet["B2"].comment = Comment("另一条", "科员")

    sheet = marked_book(book(BAD, then=comment), "a.xlsx")["台账"]
    assert sheet["C2"].comment.text.startswith("我的备注\n")
    assert sheet["B2"].comment.text == "另一条"


def test_list_links_to_the_cells_and_holds_no_formula() -> None:
    defn = SheetDefinition(name="f", version="1", fields=(Field("x", "值", kind="date"),))
    listing = marked_book("值\n+1\n=1+1\n@x\n".encode(), "a.csv", defn)["问题清单"]
    assert [row[4].value for row in listing.iter_rows(min_row=2)] == ["+1", "=1+1", "@x"]
    assert {cell.data_type for cell in listing["E"][1:]} == {"s"}
    assert all(cell.quotePrefix for cell in listing["E"][1:])
    assert listing["C2"].hyperlink.location.endswith("!A2")


def test_comments_stop_at_a_thousand_but_the_list_does_not() -> None:
    lines = "\n".join(f"c,A{n},x," for n in range(1_200))
    content = f"名称,编号,签订日期,金额\n{lines}\n".encode()
    marked = marked_book(content, "a.csv")
    sheet = marked["台账"]
    comments = sum(1 for row in sheet.iter_rows() for cell in row if cell.comment)
    assert comments == 1_000
    assert colour(sheet["C1201"]) == "FFF4B6B6"
    assert marked["问题清单"].max_row == 1_201


def test_a_file_that_cannot_be_opened_gives_the_list_alone() -> None:
    marked = marked_book(b"PK\x03\x04broken", "a.xlsx")
    assert marked.sheetnames == ["问题清单"]
    assert marked["问题清单"]["I2"].value == "damaged"
