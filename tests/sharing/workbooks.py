"""Roster workbooks as a reporter fills them in."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from sharing.models import Roster
from sharing.rosters import sheets
from sharing.rosters.choices import PeriodKind

FIRST_ROW = 4
GOOD_ROW = {
    "机构名称": "上海样本检测技术有限公司",
    "统一社会信用代码": "91310113MA1TEX706G",
    "CMA证书编号": "240912050001",
    "证书有效期至": "2030-05-31",
    "备案编号": "BA-2025-001",
    "监测项目类别": "水、土壤",
    "项目名称": "河道断面水质监测",
    "委托性质": "政府委托",
    "合同编号": "HT-2026-01",
    "合同起始日": "2026-01-01",
    "合同终止日": "2026-12-31",
    "是否纳入双随机": "是",
    "部门联系人": "陈某",
    "联系电话": "021-56780000",
}


def filled(roster: Roster, *rows: dict[str, Any]) -> io.BytesIO:
    """The roster's own template with one good row for each of ``rows``, changed by it."""
    book = openpyxl.load_workbook(io.BytesIO(sheets.roster_template(roster)))
    sheet = book.worksheets[0]
    columns = {str(cell.value).strip("* "): cell.column for cell in sheet[FIRST_ROW - 1]}
    head = {
        "填报部门": roster.agency.short_name,
        "报送年度": roster.period.year,
        "周期": str(PeriodKind(roster.period.kind).label),
    }
    for number, changed in enumerate(rows or ({},), start=FIRST_ROW):
        for label, value in (head | GOOD_ROW | changed).items():
            sheet.cell(row=number, column=columns[label], value=value)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "名单.xlsx"
    return file
