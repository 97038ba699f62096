"""The tight loops: each column is judged by its distinct values, rows and files by their checks."""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _

from portal.workbooks.columns import ColumnMap
from portal.workbooks.converters import Corrected, converter
from portal.workbooks.definitions import Ctx, Field, Problem, Row, SheetDefinition
from portal.workbooks.labels import MARK

# Excel row number, field code ("" for the row or the file), problem.
Finding = tuple[int, str, Problem]
Judgement = tuple[Any, tuple[Problem, ...]]


class Checker:
    """One reading: raw columns in, rows and findings out."""

    def __init__(
        self, defn: SheetDefinition, grid: dict[str, Any], columns: ColumnMap, ctx: Ctx
    ) -> None:
        self.defn = defn
        self.columns = columns
        self.ctx = ctx
        self.from_1904: bool = grid["from_1904"]
        self.findings: list[Finding] = []
        self.first: int = grid["first"]
        height = max((len(column) for column in grid["columns"]), default=0)
        raws = {
            code: grid["columns"][place] if place < len(grid["columns"]) else [""] * height
            for code, place in columns.places.items()
        }
        kept = _used_rows(list(raws.values()), height)
        if len(kept) < height:
            raws = {code: [raw[index] for index in kept] for code, raw in raws.items()}
        self.raws = raws
        self.numbers = [self.first + index + 1 for index in kept]
        self.positions = dict(zip(self.numbers, range(len(kept)), strict=True))

    def rows(self) -> list[Row]:
        """Every row with content, as far as its cells can be understood; runs all checks."""
        codes = [field.code for field in self.defn.fields]
        values = [self._column(field) for field in self.defn.fields]
        rows = [
            Row(number, dict(zip(codes, cells, strict=True)))
            for number, cells in zip(self.numbers, zip(*values, strict=True), strict=True)
        ]
        if not rows:
            self._file_problem(
                Problem(
                    _("没有数据行。"),
                    "no_rows",
                    "file",
                    _("请在列名行下面填写；如本期没有内容，请使用零报告。"),
                )
            )
        elif not self.columns.broken:
            self._check_rows(rows)
        return rows

    def _file_problem(self, problem: Problem) -> None:
        self.findings.append((problem.row, problem.field, problem))

    def _column(self, field: Field) -> list[Any]:
        raws = self.raws.get(field.code)
        if raws is None:
            return [None] * len(self.numbers)
        judge = judge_of(field, self.ctx, from_1904=self.from_1904)
        values: dict[Any, Any] = {}
        faulty: dict[Any, tuple[Problem, ...]] = {}
        for raw in set(raws):
            values[raw], problems = judge(raw)
            if problems:
                faulty[raw] = problems
        if faulty:
            code = field.code
            self.findings.extend(
                (number, code, problem)
                for number, raw in zip(self.numbers, raws, strict=True)
                if raw in faulty
                for problem in faulty[raw]
            )
        return list(map(values.__getitem__, raws))

    def _check_rows(self, rows: Sequence[Row]) -> None:
        if self.defn.key:
            self.findings.extend(self._repeated(rows))
        ctx, findings = self.ctx, self.findings
        for check in self.defn.row_checks:
            for row in rows:
                for problem in check(row, ctx):
                    findings.append((row.number, problem.field, problem))
        for whole in self.defn.file_checks:
            for problem in whole(rows, ctx):
                self._file_problem(problem)

    def _repeated(self, rows: Sequence[Row]) -> Iterable[Finding]:
        """Rows whose key was seen before; a row with a faulty key cell is not compared."""
        key = self.defn.key
        doubtful = {
            number
            for number, code, problem in self.findings
            if code in key and problem.tier in ("format", "validity")
        }
        seen: dict[Any, int] = {}
        identity = itemgetter(*key)
        for row in rows:
            if row.number in doubtful:
                continue
            first = seen.setdefault(identity(row.values), row.number)
            if first != row.number:
                yield row.number, key[0], self._repetition(first)

    def _repetition(self, first: int) -> Problem:
        labels = "、".join(str(f.label) for f in self.defn.fields if f.code in self.defn.key)
        return Problem(
            _("与第 %(row)d 行重复(%(labels)s相同)。") % {"row": first, "labels": labels},
            "duplicate",
            "validity",
            _("请删除重复的一行，或更正填错的内容。"),
        )


def _used_rows(columns: list[list[Any]], height: int) -> Sequence[int]:
    """The places of the rows with any content: mostly one column without gaps tells them all."""
    if any(all(map(_has_content, set(column))) for column in columns[:3]):
        return range(height)
    rows = enumerate(zip(*columns, strict=True))
    return [place for place, cells in rows if any(map(_has_content, cells))]


def _has_content(cell: Any) -> bool:
    return type(cell) is not str or (cell != "" and not cell.isspace())


def judge_of(field: Field, ctx: Ctx, *, from_1904: bool = False) -> Callable[[Any], Judgement]:
    """The function that turns one distinct raw cell into its value and its problems."""
    convert = converter(field, ctx, from_1904=from_1904)
    check = field.check
    limited = field.minimum is not None or field.maximum is not None or field.likely is not None
    missing: tuple[Problem, ...] = (_missing(field),) if field.required else ()

    def judge(raw: Any) -> Judgement:
        value = convert(raw) if raw != "" else None
        if value is None:
            return None, missing
        notes: tuple[Problem, ...] = ()
        if type(value) is Problem:
            return None, (value,)
        if type(value) is Corrected:
            notes = (_correction(value.shown),)
            value = value.value
            if value is None:
                return None, missing
        problems = tuple(check(value, ctx)) if check else ()
        if limited:
            problems += _limits(field, value)
        return value, problems + notes

    return judge


def _missing(field: Field) -> Problem:
    example = field.example
    advice = _("请填写，如“%(example)s”。") % {"example": example} if example else _("请填写。")
    return Problem(_("没有填写。"), "missing", "format", advice)


def _correction(text: str) -> Problem:
    return Problem(_("已按“%(text)s”读取。") % {"text": text}, "corrected", "note")


def _limits(field: Field, value: Any) -> tuple[Problem, ...]:
    low, high = field.minimum, field.maximum
    if low is not None and value < low:
        return (
            Problem(
                _("小于下限 %(limit)s。") % {"limit": low},
                "too_low",
                "validity",
                _("请核对后更正。"),
            ),
        )
    if high is not None and value > high:
        return (
            Problem(
                _("大于上限 %(limit)s。") % {"limit": high},
                "too_high",
                "validity",
                _("请核对后更正。"),
            ),
        )
    if field.likely and not field.likely[0] <= value <= field.likely[1]:
        usual = {"low": field.likely[0], "high": field.likely[1]}
        return (
            Problem(
                _("不在常见范围 %(low)s 至 %(high)s 之内。") % usual,
                "unusual",
                "plausible",
                _("请核对；如无误，请确认并说明理由。"),
            ),
        )
    return ()


def is_blank(raw: Any) -> bool:
    """Whether a message has no value to quote."""
    return raw == "" or (isinstance(raw, str) and raw[:2] == f"{MARK}m")
