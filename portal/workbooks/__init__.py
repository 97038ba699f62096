"""Workbooks in and out: one definition makes the template, reads the upload, marks the mistakes.

To add a workbook, write its definition in the room's `sheets.py`:

    CONTRACTS = SheetDefinition(
        name="contracts",                   # stable: it is written into the template
        version="2026-1",                   # raise it when columns change
        title=_("合同台账"),
        key=("number",),                    # may not repeat within the file
        fields=(
            Field("number", _("合同编号"), kind="code", required=True, example="HT-2026-01"),
            Field("media", _("监测类别"), kind="multi", choices=Media.choices, required=True),
            Field("starts_on", _("合同起"), kind="date"),
            Field("ends_on", _("合同止"), kind="date"),
            Field("amount", _("合同金额(元)"), kind="decimal", minimum=0, likely=(0, 5_000_000)),
        ),
        row_checks=(ends_after_start,),     # (row, ctx) -> Iterable[Problem]
    )

    def ends_after_start(row: Row, ctx: Ctx) -> Iterator[Problem]:
        if row["starts_on"] and row["ends_on"] and row["ends_on"] < row["starts_on"]:
            yield Problem(_("早于合同起。"), "ends_before_start", field="ends_on",
                          suggestion=_("请核对两个日期。"))

Then, with plain values in `ctx` (never models):

    file = template(CONTRACTS, last_year_rows, {"title": "…", "meta": {"年度": "2026"}})
    reading = read(CONTRACTS, upload, {"meta": {"年度": "2026"}}, filename="合同.xlsx")
    settled = confirm(reading.issues, [Confirmation("E7", "unusual", "三年一签")])
    if settled.open:
        request_copy(CONTRACTS, stored, reading.issues, name="合同.xlsx", actor=actor)   # a job

(`request_copy` stands in `portal.workbooks.copies`: a worker makes the marked copy, once.)

Three places for checks, cheapest first: `Field.check(value, ctx)`, once for each distinct value of
a column; `row_checks`, once for each row, where blank and faulty cells are None; `file_checks`,
once over all rows. A check yields `Problem`s and never raises for bad data.

Tiers: format (the cell does not read as its kind), validity (it reads, but is not allowed),
plausible (right only if the uploader confirms it with a reason), file (the file as a whole).
A hostile or broken file is an issue too: it is opened in a child process under limits (archive.py,
sandbox.py) and no reader runs before its bytes were counted. Hidden and filtered rows are read like
all others, a hidden sheet only when no visible one has the header; formulas are refused, so that
what is checked is what was written.

For ledgers with other headers: `read_header`, then `read(..., mapping={"C": "number"})`.
"""

from portal.workbooks.columns import Header, HeaderColumn
from portal.workbooks.definitions import (
    Ctx,
    Field,
    FileCheck,
    Problem,
    Row,
    RowCheck,
    SheetDefinition,
    ValueCheck,
)
from portal.workbooks.issues import Confirmation, Issue, Settled, Tier, confirm, remember
from portal.workbooks.marks import mark, tier_labels
from portal.workbooks.reading import Reading, read, read_header
from portal.workbooks.templates import template

__all__ = [
    "Confirmation",
    "Ctx",
    "Field",
    "FileCheck",
    "Header",
    "HeaderColumn",
    "Issue",
    "Problem",
    "Reading",
    "Row",
    "RowCheck",
    "Settled",
    "SheetDefinition",
    "Tier",
    "ValueCheck",
    "confirm",
    "mark",
    "read",
    "read_header",
    "remember",
    "template",
    "tier_labels",
]
