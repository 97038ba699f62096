"""Cells: what is written comes back the same from every writer, and is never a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.lists.values import (
    LONGEST_TEXT,
    CellValue,
    canonical,
    clean,
    neutral,
    original,
    plain,
    row_bytes,
)
from portal.lists.verifying import _text, _typed
from portal.lists.xlsx import Sheet, write_with_rust, write_with_xlsxwriter, write_xlsx

WRITERS = [write_with_rust, write_with_xlsxwriter]
KINDS = ["text", "code", "integer", "money", "date", "datetime"]
HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", "＝1+1", "＋1",
    "－1", "＠SUM", " =1", "　=1", "'=1", "'", "=HYPERLINK(\"http://x\")", "http://example.com",
    "mailto:a@b.cn", "00123", "310113198001010018", "1E5", "TRUE", "_x0041_", "_x000D_", "a\r\nb",
    "\x01\x02", "null", " spaced ", "𠮷野", "张·某", "‮abc", "<&>\"", "2026-02-29", "#REF!",
]  # fmt: skip


def written(path: Path, writer: Any, rows: list[list[CellValue]], kinds: list[str]) -> Any:
    heads = [f"列{at}" for at in range(len(kinds))]
    writer(path, [Sheet("数据", heads, kinds, [12.0] * len(kinds), rows)])
    return openpyxl.load_workbook(path)["数据"]


@pytest.mark.parametrize("writer", WRITERS)
def test_hostile_texts_stay_texts(tmp_path: Path, writer: Any) -> None:
    cells = [plain(text, "text") for text in HOSTILE]
    sheet = written(tmp_path / "x.xlsx", writer, [[cell] for cell in cells], ["text"])
    found = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in found if cell.value is not None} == {"s"}
    assert [_text(cell) for cell in found] == [cell or "" for cell in cells]
    assert not any(cell.hyperlink for cell in found)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_csv_cell_starts_no_formula(text: str) -> None:
    cell = neutral(clean(text))
    assert cell.lstrip()[:1] not in set("=+-@＝＋－＠")
    assert original(cell) == clean(text)
    buffer = io.StringIO()
    csv.writer(buffer).writerow([cell])
    [[back]] = csv.reader(io.StringIO(buffer.getvalue(), newline=""))
    assert original(back) == clean(text)


def test_negative_amounts_stay_numbers() -> None:
    assert canonical([plain(Decimal("-12.5"), "money"), plain(-3, "integer")]) == ["-12.50", "-3"]


@given(st.text())
def test_neutralising_can_be_undone(text: str) -> None:
    assert original(neutral(text)) == text


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (None, "text", ""),
        (True, "text", "是"),
        (123, "code", "123"),
        ("00123", "code", "00123"),
        (Decimal("0.005"), "money", "0.00"),
        (Decimal("-0.001"), "money", "0.00"),
        (Decimal("12345678901234567.89"), "money", "12345678901234567.89"),
        ("面议", "money", "面议"),
        (10**15, "integer", "1000000000000000"),
        (dt.date(2026, 3, 2), "date", "2026-03-02"),
        (dt.date(1899, 1, 1), "date", "1899-01-01"),
        (dt.datetime(2026, 3, 1, 16, 30, tzinfo=dt.UTC), "date", "2026-03-02"),
        (dt.datetime(2026, 3, 1, 16, 30, tzinfo=dt.UTC), "datetime", "2026-03-02 00:30:00"),
        (dt.datetime(2026, 3, 1, 16, 30, tzinfo=dt.UTC), "text", "2026-03-02 00:30:00"),
    ],
)
def test_what_is_hashed(value: Any, kind: str, expected: str) -> None:
    assert canonical([plain(value, kind)]) == [expected]


def test_a_cell_never_holds_more_than_excel_does() -> None:
    for text in ("长" * 40_000, "𠮷" * 40_000):
        kept = clean(text)
        assert len(kept.encode("utf-16-le")) // 2 <= LONGEST_TEXT
        assert kept.endswith("…")


def test_joined_rows_are_unambiguous() -> None:
    assert row_bytes(["a", "b"]) != row_bytes(["ab", ""])
    assert clean("a\x1fb\x1ec") == "abc"


CELLS = {
    "text": st.text(max_size=40),
    "code": st.from_regex(r"[0-9]{1,20}", fullmatch=True),
    "integer": st.integers(),
    "money": st.decimals(allow_nan=False, allow_infinity=False, places=2),
    "date": st.dates(),
    "datetime": st.datetimes(timezones=st.just(dt.UTC)),
}
ROWS = st.lists(st.tuples(*[st.none() | CELLS[kind] for kind in KINDS]), min_size=1, max_size=5)


@pytest.mark.parametrize("writer", WRITERS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS)
def test_every_cell_comes_back(tmp_path: Path, writer: Any, rows: list[Any]) -> None:
    cells = [[plain(value, kind) for value, kind in zip(row, KINDS, strict=True)] for row in rows]
    sheet = written(tmp_path / "x.xlsx", writer, cells, KINDS)
    for number, row in enumerate(cells, start=2):
        found = [_typed(sheet.cell(number, at), kind) for at, kind in enumerate(KINDS, start=1)]
        assert found == canonical(row)


def test_both_writers_write_the_same(tmp_path: Path) -> None:
    kinds = KINDS
    when = dt.datetime.fromisoformat("2026-03-02T10:11:12")
    row: list[CellValue] = ["文字", "007", 7, -1234.5, dt.date(2026, 3, 2), when]
    rows = [row, [None] * 6, ["=1", None, 0, 0.0, None, None]]
    one = written(tmp_path / "1.xlsx", write_with_rust, rows, kinds)
    two = written(tmp_path / "2.xlsx", write_with_xlsxwriter, rows, kinds)

    def facts(sheet: Any) -> list[Any]:
        return [[(cell.value, cell.data_type) for cell in line] for line in sheet.iter_rows()] + [
            sheet.freeze_panes,
            sheet.auto_filter.ref,
        ]

    assert facts(one) == facts(two)
    for at in range(1, 7):
        assert one.cell(2, at).number_format == two.cell(2, at).number_format
        assert one.cell(1, at).fill.fgColor.rgb == two.cell(1, at).fill.fgColor.rgb


def test_without_rows_or_without_rust_xlsxwriter_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = Sheet("数据", ["a", "a"], ["text", "text"], [9.0, 9.0], [])
    assert write_xlsx(tmp_path / "1.xlsx", [sheet]) == "XlsxWriter"
    heads = openpyxl.load_workbook(tmp_path / "1.xlsx")["数据"][1]
    assert [cell.value for cell in heads] == ["a", "a (2)"]
    full = Sheet("数据", ["a"], ["text"], [9.0], [["x"]])
    assert write_xlsx(tmp_path / "2.xlsx", [full]) == "rustpy-xlsxwriter"
    monkeypatch.setattr("portal.lists.xlsx.rust", None)
    assert write_xlsx(tmp_path / "3.xlsx", [full]) == "XlsxWriter"


@pytest.mark.parametrize("writer", WRITERS)
def test_an_error_while_reading_rows_is_not_swallowed(tmp_path: Path, writer: Any) -> None:
    def rows() -> Any:
        yield ["x"]
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        writer(tmp_path / "x.xlsx", [Sheet("数据", ["a"], ["text"], [9.0], rows())])
