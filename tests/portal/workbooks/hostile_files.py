"""The list of hostile files with the issue each must get."""

import datetime as dt

import xlwt

from tests.portal.workbooks.hostile import (
    EXTERNAL,
    FORMULA,
    GOOD,
    LAUGHS,
    QUADRATIC,
    SHEET,
    Hostile,
    biting_chain,
    book,
    container,
    csv,
    encrypted_flag,
    far_cell,
    first_cell,
    from_1904,
    hidden_rows,
    huge_cell,
    in_sheet,
    just_too_big,
    locked_xls,
    lying_size,
    macro_type,
    many_merges,
    many_parts,
    merged,
    one_bad,
    other_zip,
    rezip,
    set_cell,
    styled_empty_rows,
    wide_style,
    with_dimension,
    with_doctype,
    xls,
)

FILES = [
    Hostile("one cell of 150 MB", "a.xlsx", huge_cell, "zip_ratio"),
    Hostile("210 MB in all", "a.xlsx", just_too_big, "zip_size"),
    Hostile("a million styled empty rows", "a.xlsx", styled_empty_rows, "", rows=1),
    Hostile(
        "a cell at XFD1048576", "a.xlsx", lambda: far_cell(b"XFD1048576", b"1048576"), "too_wide"
    ),
    Hostile(
        "a cell at A1048576", "a.xlsx", lambda: far_cell(b"A1048576", b"1048576"), "too_many_rows"
    ),
    Hostile("a style at XFD2", "a.xlsx", wide_style, "", rows=1),
    Hostile(
        "a row number beyond Excel",
        "a.xlsx",
        lambda: far_cell(b"A9999999", b"9999999"),
        "too_many_rows",
    ),
    Hostile(
        "dimension smaller than data (WPS)", "a.xlsx", lambda: with_dimension(b"A1:D2"), "", rows=2
    ),
    Hostile(
        "dimension of the whole sheet",
        "a.xlsx",
        lambda: with_dimension(b"A1:XFD1048576"),
        "",
        rows=2,
    ),
    Hostile("billion laughs", "a.xlsx", lambda: with_doctype(LAUGHS), "doctype"),
    Hostile("quadratic blow-up", "a.xlsx", lambda: with_doctype(QUADRATIC), "doctype"),
    Hostile("external entity", "a.xlsx", lambda: with_doctype(EXTERNAL), "doctype"),
    Hostile(
        "external entity in UTF-16", "a.xlsx", lambda: with_doctype(EXTERNAL, "utf-16"), "doctype"
    ),
    Hostile(
        "macro renamed", "a.xlsx", lambda: rezip(book(GOOD), {"xl/vbaProject.bin": b"x"}), "macro"
    ),
    Hostile("macro by content type", "a.xlsx", macro_type, "macro"),
    Hostile("macro by name", "a.xlsm", lambda: book(GOOD), "macro"),
    Hostile("zip-slip", "a.xlsx", lambda: rezip(book(GOOD), {"../../evil.xml": b"x"}), "zip_names"),
    Hostile(
        "absolute member", "a.xlsx", lambda: rezip(book(GOOD), {"/etc/evil": b"x"}), "zip_names"
    ),
    Hostile("sizes that lie", "a.xlsx", lying_size, "zip_lies"),
    Hostile("too many parts", "a.xlsx", many_parts, "zip_entries"),
    Hostile("zip with a password", "a.xlsx", encrypted_flag, "encrypted"),
    Hostile("csv renamed", "a.xlsx", lambda: csv(GOOD), "not_a_workbook"),
    Hostile(
        "web page renamed", "a.xls", lambda: b"<html><table><tr><td>1</td></tr></table>", "web_page"
    ),
    Hostile("empty", "a.xlsx", lambda: b"", "empty_file"),
    Hostile("truncated", "a.xlsx", lambda: book(GOOD)[:-400], "damaged"),
    Hostile(
        "sheet cut in the middle",
        "a.xlsx",
        lambda: rezip(book(GOOD), {SHEET: lambda part: part[:300]}),
        "damaged",
    ),
    Hostile(
        "string that does not exist",
        "a.xlsx",
        lambda: first_cell(b'<c r="A2" t="s"><v>99999</v></c>'),
        "damaged",
    ),
    Hostile("encrypted by Excel", "a.xlsx", lambda: container("EncryptedPackage"), "encrypted"),
    Hostile("another compound file", "a.xls", lambda: container("WordDocument"), "wrong_type"),
    Hostile("OpenDocument renamed", "a.xlsx", other_zip, "wrong_type"),
    Hostile("program", "a.exe", lambda: b"MZ" + b"\0" * 500, "wrong_type"),
    Hostile("merged header", "a.xlsx", lambda: book(GOOD, then=merged("B1:C1")), "merged_header"),
    Hostile(
        "merged data",
        "a.xlsx",
        lambda: book(GOOD, ["x", "A-2", None, None], then=merged("A2:A3")),
        "merged_cell",
    ),
    Hostile("thousands of merged cells", "a.xlsx", lambda: book(GOOD, then=many_merges), "merges"),
    Hostile("formula never calculated", "a.xlsx", one_bad(0, "=UPPER(B2)"), "formula_uncalculated"),
    Hostile("formula with a result", "a.xlsx", lambda: first_cell(FORMULA), "formula"),
    Hostile(
        "formula as text",
        "a.xlsx",
        lambda: book(GOOD, then=set_cell("A2", "=cmd", kind="s")),
        "formula",
    ),
    Hostile("DDE in a csv", "a.csv", lambda: csv(["=cmd|'/c calc'!A1", "A-1", "", ""]), "formula"),
    Hostile(
        "texts like formulas",
        "a.xlsx",
        lambda: book(["+1", "@SUM(1)", None, None], ["-x", "B", None, None]),
        "",
        rows=2,
    ),
    Hostile(
        "error value",
        "a.xlsx",
        lambda: book(GOOD, then=set_cell("D2", "#N/A", kind="e")),
        "error_value",
    ),
    Hostile("18 digits as a number", "a.xlsx", one_bad(1, 310115199001011234), "digits_lost"),
    Hostile(
        "18 digits as Excel's csv",
        "a.csv",
        lambda: csv(["甲", "3.10115E+17", "", ""]),
        "digits_lost",
    ),
    Hostile("leading zero lost", "a.xlsx", one_bad(1, 123), "code_as_number"),
    Hostile("leading zeros kept", "a.xlsx", one_bad(1, "00123"), "", rows=1),
    Hostile("code turned into a date", "a.xlsx", one_bad(1, dt.date(2026, 1, 1)), "code_as_number"),
    Hostile("full-width digits", "a.xlsx", one_bad(1, "Ａ-００１"), "", note="corrected", rows=1),
    Hostile("a day that does not exist", "a.xlsx", one_bad(2, "2026-02-30"), "no_such_date"),
    Hostile("a date in words", "a.xlsx", one_bad(2, "明年"), "not_a_date"),
    Hostile("a serial date", "a.xlsx", one_bad(2, 46053), "", note="corrected", rows=1),
    Hostile("dates from 1904", "a.xlsx", lambda: book(GOOD, then=from_1904), "", rows=1),
    Hostile("the year 20260", "a.xlsx", one_bad(2, "20260-01-01"), "not_a_date"),
    Hostile("a number of a thousand digits", "a.xlsx", one_bad(3, "9" * 1000), "not_a_number"),
    Hostile(
        "infinity", "a.xlsx", lambda: in_sheet(b"<v>12.5</v>", b"<v>1e999</v>"), "not_a_number"
    ),
    Hostile(
        "not a number", "a.xlsx", lambda: in_sheet(b"<v>12.5</v>", b"<v>NaN</v>"), "not_a_number"
    ),
    Hostile("the same row twice", "a.xlsx", lambda: book(GOOD, GOOD), "duplicate"),
    Hostile(
        "English header",
        "a.csv",
        lambda: b"Name,Number *,SIGNED ON,Amount\r\nx,1,,\r\n",
        "",
        rows=1,
    ),
    Hostile("hidden rows and sheets", "a.xlsx", lambda: book(GOOD, then=hidden_rows), "", rows=1),
    Hostile("a very long cell", "a.xlsx", one_bad(0, "长" * 32_767), "too_long"),
    Hostile(
        "right-to-left override", "a.xlsx", one_bad(0, "公司\u202etxt.exe"), "control_character"
    ),
    Hostile(
        "zero-width characters", "a.xlsx", one_bad(0, "公\u200b司"), "", note="corrected", rows=1
    ),
    Hostile("NUL in a csv", "a.csv", lambda: csv(["公\0司", "A-1", "", ""]), "control_character"),
    Hostile(
        "our own tag mark in a csv",
        "a.csv",
        lambda: csv(["\x1fd2026", "A-1", "", ""]),
        "control_character",
    ),
    Hostile("GBK csv", "a.csv", lambda: csv(GOOD, coding="gbk"), "", rows=1),
    Hostile("UTF-8 csv with BOM", "a.csv", lambda: csv(GOOD, coding="utf-8-sig"), "", rows=1),
    Hostile(
        "Excel's Unicode text",
        "a.txt",
        lambda: csv(GOOD, coding="utf-16", separator="\t"),
        "",
        rows=1,
    ),
    Hostile("semicolons", "a.csv", lambda: csv(GOOD, separator=";"), "", rows=1),
    Hostile(
        "a quote that never closes", "a.csv", lambda: csv(['"公司', "A-1", "", ""]), "csv_broken"
    ),
    Hostile(
        "a picture called csv",
        "a.csv",
        lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
        "not_text",
    ),
    Hostile(
        "20,001 rows",
        "a.csv",
        lambda: csv(*([f"c{n}", f"A{n}", "", ""] for n in range(20_001))),
        "too_many_rows",
    ),
    Hostile("61 columns", "a.csv", lambda: csv([*GOOD, *["x"] * 57]), "too_wide"),
    Hostile("more rows after a long gap", "a.csv", lambda: csv(GOOD, *[[""]] * 201, GOOD), "gap"),
    Hostile("no header", "a.csv", lambda: b"1,2,3\r\n4,5,6\r\n", "no_header"),
    Hostile("header alone", "a.xlsx", lambda: book(), "no_rows"),
    Hostile("a column is missing", "a.csv", lambda: "名称\r\n公司\r\n".encode(), "missing_column"),
    Hostile(
        "a column twice",
        "a.xlsx",
        lambda: book([*GOOD, "x"], then=set_cell("E1", "名 称*")),
        "duplicate_column",
    ),
    Hostile(
        "an unknown column",
        "a.xlsx",
        lambda: book([*GOOD, "x"], then=set_cell("E1", "其他")),
        "unknown_column",
    ),
    Hostile("xls", "a.xls", lambda: xls(GOOD), "", rows=1),
    Hostile("xls called xlsx", "a.xlsx", lambda: xls(GOOD), "", rows=1),
    Hostile(
        "formula in an xls",
        "a.xls",
        lambda: xls(GOOD, then=lambda _b, s: s.write(1, 3, xlwt.Formula("1+1"))),
        "formula",
    ),
    Hostile("xls with a password", "a.xls", locked_xls, "encrypted"),
    Hostile("xls cut in the middle", "a.xls", lambda: xls(GOOD)[:1_500], "damaged"),
    Hostile("xls whose chain bites its tail", "a.xls", biting_chain, "damaged"),
    Hostile(
        "a cell at IV65536 of an xls",
        "a.xls",
        lambda: xls(GOOD, then=lambda _b, s: s.write(65_535, 255, 1)),
        "too_wide",
    ),
]
