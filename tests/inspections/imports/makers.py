"""A superior's result as a workbook, brought in by the market officer, confirmed by ecology's."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import Inspector
from inspections.draws.models import Draw, DrawImport
from inspections.imports import services, sheets
from portal.access import Actor
from portal.files.kinds import XLSX
from portal.workbooks import template
from tests.inspections.ceremonies import makers
from tests.inspections.ceremonies.makers import FIRST_DAY, Stage

PDF = b"%PDF-1.4\n% told by the city\n"
FACTS = {
    "platform": "全市双随机抽查平台",
    "superior": "市市场监督管理局",
    "number": "2026-沪-017",
    "drawn_on": dt.date(2026, 11, 20),
    "for_date": FIRST_DAY,
}
SLOTS = [name for name, _dept in makers.JOINT]


def people(here: Stage) -> dict[str, list[Inspector]]:
    ready = Inspector.objects.ready_on(FIRST_DAY).order_by("pk")
    return {
        "eco": list(ready.filter(agency=here.eco.agency_id)),
        "mkt": list(ready.filter(agency=here.mkt.agency_id)),
    }


def row(here: Stage, number: int, **changed: str) -> dict[str, str]:
    """One institution of the stage with two inspectors of each bureau."""
    known = people(here)
    team = [*known["eco"][:2], *known["mkt"][:2]]
    seats = {
        f"seat_{slot}": each.certificate_number for slot, each in zip(SLOTS, team, strict=True)
    }
    return {"uscc": here.institutions[number].uscc, **seats, **changed}


def workbook(here: Stage, *rows: dict[str, str]) -> SimpleUploadedFile:
    book = template(sheets.sheet_of(here.batch), rows, {})
    return SimpleUploadedFile("结果.xlsx", book, content_type=XLSX)


def source(name: str = "通知.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def begun(here: Stage, *rows: dict[str, str], **changed: Any) -> DrawImport:
    given: dict[str, Any] = {**FACTS, **changed}
    book = workbook(here, *(rows or (row(here, 0), row(here, 1))))
    return services.begin(here.batch, workbook=book, sources=[source()], actor=here.mkt, **given)


def issues(imported: DrawImport, actor: Actor) -> list[tuple[str, str, str]]:
    """(cell, code, tier) of everything that is wrong."""
    found = sheets.examine(imported, actor).reading.issues
    return [(each.cell, each.code, each.tier) for each in found]


def submitted(here: Stage, *rows: dict[str, str]) -> DrawImport:
    imported = begun(here, *rows)
    services.submit(imported, is_clean=True, doubts=0, actor=here.mkt)
    return imported


def confirmed(here: Stage) -> Draw:
    imported = submitted(here, *(row(here, n) for n in range(min(2, len(here.institutions)))))
    teams = sheets.examine(imported, here.eco).teams
    return services.confirm(imported, teams=teams, actor=here.eco)
