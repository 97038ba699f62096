"""Findings as issues: the cell, its value as written, and one plain sentence for each."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from portal.workbooks.checks import Checker, Finding, is_blank
from portal.workbooks.converters import shown
from portal.workbooks.definitions import SheetDefinition
from portal.workbooks.issues import Issue

ISSUES = 100_000
QUOTED = 40


class Writer:
    """Writes the issues of one reading; sentences are looked up once, not for every cell."""

    def __init__(
        self, defn: SheetDefinition, grid: dict[str, Any], letters: dict[str, str], checker: Checker
    ) -> None:
        self.sheet: str = grid["sheet"]
        self.letters = letters
        self.checker = checker
        self.key = [code for code in defn.key if code in letters]
        self.order = {field.code: place for place, field in enumerate(defn.fields)}
        self.labels = {field.code: str(field.label) for field in defn.fields}
        self.with_value = _("第 %(row)d 行“%(label)s”写成“%(value)s”，%(problem)s")
        self.without_value = _("第 %(row)d 行“%(label)s”：%(problem)s")
        self.of_row = _("第 %(row)d 行：%(problem)s")

    def issues(self, findings: Iterable[Finding]) -> tuple[list[Issue], list[Issue]]:
        """Issues and notes in the order of the sheet, those of the whole file first."""
        ordered = sorted(findings, key=lambda found: (found[0], self.order.get(found[1], -1)))
        issues: list[Issue] = []
        notes: list[Issue] = []
        left_out = 0
        for found in ordered:
            kind = notes if found[2].tier == "note" else issues
            if len(kind) < ISSUES:
                kind.append(self._issue(*found))
            else:
                left_out += 1
        if left_out:
            issues.append(self._left_out(left_out))
        return issues, notes

    def _issue(self, row: int, code: str, problem: Any) -> Issue:
        position = self.checker.positions.get(row)
        key = self._key_of(position)
        text = str(problem.message)
        advice = str(problem.suggestion)
        if position is None:
            return Issue(
                self.sheet, "", "", problem.code, problem.tier, text, advice, code, key or "file"
            )
        if not code:
            message = self.of_row % {"row": row, "problem": text}
            return Issue(
                self.sheet, f"A{row}", "", problem.code, problem.tier, message, advice, "", key
            )
        raws = self.checker.raws.get(code)
        raw = raws[position] if raws else ""
        value = "" if is_blank(raw) else shown(raw)
        facts = {
            "row": row,
            "label": self.labels.get(code, code),
            "value": _quoted(value),
            "problem": text,
        }
        message = (self.with_value if value else self.without_value) % facts
        cell = f"{self.letters.get(code, 'A')}{row}"
        return Issue(
            self.sheet, cell, value, problem.code, problem.tier, message, advice, code, key
        )

    def _key_of(self, position: int | None) -> str:
        if position is None or not self.key:
            return ""
        return "|".join([shown(self.checker.raws[code][position]).strip() for code in self.key])

    def _left_out(self, count: int) -> Issue:
        return Issue(
            self.sheet,
            "",
            "",
            "too_many_issues",
            "file",
            _("另有 %(count)d 处问题没有逐条列出。") % {"count": count},
            _("请先改正已列出的问题，再重新上传。"),
            key="file",
        )


def _quoted(value: str) -> str:
    return value if len(value) <= QUOTED else value[:QUOTED] + "…"
