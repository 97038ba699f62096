"""Reading an upload by its definition: every issue in one pass, column by column."""

import contextlib
import dataclasses
import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from portal.workbooks import sandbox
from portal.workbooks.archive import Fault
from portal.workbooks.checks import Checker, Finding
from portal.workbooks.columns import (
    ColumnMap,
    Header,
    described,
    known_labels,
    map_columns,
    template_issues,
)
from portal.workbooks.definitions import Ctx, Row, SheetDefinition
from portal.workbooks.faults import fault_issue
from portal.workbooks.issues import BLOCKING, Issue
from portal.workbooks.labels import column_letter
from portal.workbooks.sentences import Writer
from portal.workbooks.sheetnames import own_sheets

UPLOAD_BYTES = 60 * 1024 * 1024


@dataclasses.dataclass(frozen=True)
class Reading:
    """What an upload says. `rows` are complete only when no issue blocks.

    issues: to mend or to confirm, in the order of the sheet, the whole file's first · notes:
    corrections we made ourselves (full-width digits, serial dates), to be shown · header_map:
    Excel letter to field code · raw_row_count: rows with any content below the header · meta: what
    the template wrote into its hidden sheet.
    """

    rows: Sequence[Row]
    issues: tuple[Issue, ...]
    notes: tuple[Issue, ...] = ()
    header_map: Mapping[str, str] = dataclasses.field(default_factory=dict)
    sheet: str = ""
    raw_row_count: int = 0
    meta: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """Nothing to mend and nothing to confirm."""
        return not any(issue.tier in BLOCKING for issue in self.issues)


def read(
    defn: SheetDefinition,
    upload: Path | bytes,
    ctx: Ctx,
    *,
    filename: str = "",
    mapping: Mapping[str, str] | None = None,
) -> Reading:
    """Read an xlsx, xls or csv; `filename` is needed with bytes. Bad files are issues, not errors.

    `mapping` (Excel letter to field code) is for ledgers with other headers: see `read_header`.
    """
    labels = [] if mapping else sorted(known_labels(defn))
    with _no_search_for_cycles():
        try:
            grid = _load(upload, filename, labels)
        except Fault as fault:
            return Reading((), (fault_issue(fault),))
        columns = map_columns(defn, grid, mapping)
        columns.issues.extend(template_issues(defn, grid, ctx))
        return _checked(defn, grid, columns, ctx)


@contextlib.contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Rows and issues hold no cycles; looking for them takes a third of the parent's time.

    Where two threads read at once the collector comes back with the first that ends.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_header(
    upload: Path | bytes, *, filename: str = "", defn: SheetDefinition | None = None
) -> Header:
    """The columns of an unknown ledger with samples, and a guess when a definition is given."""
    try:
        grid = _load(upload, filename, [])
    except Fault as fault:
        return Header("", 0, (), (fault_issue(fault),))
    return described(grid, defn)


def _load(upload: Path | bytes, filename: str, labels: list[str]) -> dict[str, Any]:
    content = upload.read_bytes() if isinstance(upload, Path) else upload
    name = filename or (upload.name if isinstance(upload, Path) else "")
    if len(content) > UPLOAD_BYTES:
        raise Fault("too_large")
    request = {"filename": name, "labels": labels, "own": own_sheets()}
    answer, _body = sandbox.run(
        "read", request, content, memory=sandbox.READ_MEMORY, seconds=sandbox.READ_SECONDS
    )
    height = answer["height"]
    answer["columns"] = [
        column * height if len(column) == 1 else column for column in answer["columns"]
    ]
    return answer


def _checked(defn: SheetDefinition, grid: dict[str, Any], columns: ColumnMap, ctx: Ctx) -> Reading:
    checker = Checker(defn, grid, columns, ctx)
    rows = checker.rows()
    findings: Iterable[Finding] = checker.findings
    letters = {code: column_letter(index) for code, index in columns.places.items()}
    writer = Writer(defn, grid, letters, checker)
    issues, notes = writer.issues(findings)
    return Reading(
        rows=rows,
        issues=(*columns.issues, *issues),
        notes=tuple(notes),
        header_map={letter: code for code, letter in letters.items()},
        sheet=grid["sheet"],
        raw_row_count=len(rows),
        meta=grid["meta"],
    )
