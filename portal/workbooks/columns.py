"""Which column of an upload is which field."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.workbooks.converters import shown
from portal.workbooks.definitions import Ctx, SheetDefinition
from portal.workbooks.issues import Issue
from portal.workbooks.labels import column_index, column_letter, normal_label
from portal.workbooks.matching import field_labels


@dataclasses.dataclass(frozen=True)
class HeaderColumn:
    """A column of an unknown ledger: Excel's letter, header text, first contents, our guess."""

    letter: str
    label: str
    samples: tuple[str, ...]
    field: str = ""


@dataclasses.dataclass(frozen=True)
class Header:
    """The header row of an upload; `issues` when there is none to be had."""

    sheet: str
    row: int
    columns: tuple[HeaderColumn, ...]
    issues: tuple[Issue, ...] = ()


@dataclasses.dataclass
class ColumnMap:
    """Field code to column index, and what is wrong with the header."""

    places: dict[str, int]
    issues: list[Issue] = dataclasses.field(default_factory=list)

    @property
    def broken(self) -> bool:
        return any(issue.tier == "file" for issue in self.issues)


def known_labels(defn: SheetDefinition) -> dict[str, str]:
    """Header texts, normalised, to field codes. The first field that claims a text keeps it."""
    found: dict[str, str] = {}
    for field in defn.fields:
        for label in sorted(field_labels(field)):
            found.setdefault(label, field.code)
    return found


def map_columns(
    defn: SheetDefinition, grid: dict[str, Any], mapping: Mapping[str, str] | None
) -> ColumnMap:
    """By the uploader's own mapping (letter to field code), or by the header texts."""
    if mapping:
        columns = ColumnMap({code: column_index(letter) for letter, code in mapping.items()})
    else:
        columns = _by_labels(defn, grid)
    for field in defn.fields:
        if field.required and field.code not in columns.places:
            columns.issues.append(
                Issue(
                    grid["sheet"],
                    f"A{grid['header'] + 1}",
                    "",
                    "missing_column",
                    "file",
                    _("缺少必填列“%(label)s”。") % {"label": field.label},
                    _("请在列名行补上这一列(列名须与模板一致)并填写。"),
                    field.code,
                )
            )
    return columns


def _by_labels(defn: SheetDefinition, grid: dict[str, Any]) -> ColumnMap:
    known = known_labels(defn)
    columns = ColumnMap({})
    row = grid["header"] + 1
    for cell in grid["header_merges"]:
        columns.issues.append(_merged(grid["sheet"], cell))
    for index in range(max(len(grid["labels"]), len(grid["columns"]))):
        label = grid["labels"][index] if index < len(grid["labels"]) else ""
        code = known.get(normal_label(label))
        where = f"{column_letter(index)}{row}"
        if code is None:
            swallowed = label == "" and grid["header_merges"]
            if not swallowed and _has_content(grid["columns"], index):
                columns.issues.append(_unknown(grid["sheet"], where, shown(label)))
        elif code in columns.places:
            columns.issues.append(_repeated(grid["sheet"], where, shown(label)))
        else:
            columns.places[code] = index
    return columns


def _has_content(columns: list[list[Any]], index: int) -> bool:
    return index < len(columns) and columns[index].count("") < len(columns[index])


def _merged(sheet: str, cell: str) -> Issue:
    return Issue(
        sheet,
        cell,
        "",
        "merged_header",
        "file",
        _("列名行的 %(cell)s 是合并单元格，无法判断它下面各列的含义。") % {"cell": cell},
        _("请取消合并，让每一列都有自己的列名。"),
    )


def _repeated(sheet: str, cell: str, label: str) -> Issue:
    return Issue(
        sheet,
        cell,
        label,
        "duplicate_column",
        "file",
        _("列名“%(label)s”在 %(cell)s 处重复出现。") % {"label": label, "cell": cell},
        _("请只保留一列，删除或改名另一列。"),
    )


def _unknown(sheet: str, cell: str, label: str) -> Issue:
    if label:
        message = _("%(cell)s 的列名“%(label)s”不在模板中，这一列不会被读取。")
    else:
        message = _("%(cell)s 没有列名，但下面有内容，这一列不会被读取。")
    return Issue(
        sheet,
        cell,
        label,
        "unknown_column",
        "plausible",
        message % {"cell": cell, "label": label},
        _("如确实不需要这一列，请确认并说明；否则请把列名改为模板中的名称。"),
        key="header",
    )


def described(grid: dict[str, Any], defn: SheetDefinition | None) -> Header:
    """The header as a page shows it to someone who maps an old ledger."""
    known = known_labels(defn) if defn else {}
    columns = []
    for index, label in enumerate(grid["labels"]):
        column = grid["columns"][index] if index < len(grid["columns"]) else []
        samples = tuple(shown(value) for value in column[:50] if value != "")[:3]
        if label != "" or samples:
            guess = known.get(normal_label(label), "")
            columns.append(HeaderColumn(column_letter(index), shown(label), samples, guess))
    return Header(grid["sheet"], grid["header"] + 1, tuple(columns))


def template_issues(defn: SheetDefinition, grid: dict[str, Any], ctx: Ctx) -> list[Issue]:
    """What does not fit this definition, its version, or the period the template was made for."""
    return [*_other_definition(defn, grid), *_other_meta(grid, ctx), *_other_sheets(grid)]


def _other_definition(defn: SheetDefinition, grid: dict[str, Any]) -> Iterator[Issue]:
    meta: dict[str, str] = grid["meta"]
    if meta.get("definition", defn.name) != defn.name:
        message = _("这份文件是用另一种表的模板填写的。")
        advice = _("请下载本表的模板，把数据复制进去再上传。")
        yield _whole(grid, "wrong_template", "file", message, advice)
    elif meta.get("version", defn.version) != defn.version:
        message = _("这份文件用的是旧版模板(%(old)s)，现行版本为 %(new)s。")
        words = {"old": meta["version"], "new": defn.version}
        advice = _("请核对列是否齐全后确认，或下载新模板。")
        yield _whole(grid, "old_template", "plausible", message % words, advice)


def _other_meta(grid: dict[str, Any], ctx: Ctx) -> Iterator[Issue]:
    meta: dict[str, str] = grid["meta"]
    expected: Mapping[str, str] = ctx.get("meta", {})
    for name, value in expected.items():
        if meta.get(name, value) != value:
            message = _("这份模板的“%(name)s”是“%(old)s”，而本次应为“%(new)s”。")
            words = {"name": name, "old": meta[name], "new": value}
            advice = _("请下载本次的模板，把数据复制进去再上传。")
            yield _whole(grid, "other_template", "file", message % words, advice)


def _other_sheets(grid: dict[str, Any]) -> Iterator[Issue]:
    for other in grid["others"]:
        message = _("工作表“%(name)s”也有同样的列名，其内容不会被读取。") % {"name": other}
        advice = _("请把数据合并到“%(name)s”一张表，或确认该表不需要报送。")
        words = {"name": grid["sheet"]}
        yield _whole(grid, "other_sheet", "plausible", message, advice % words, other)


def _whole(
    grid: dict[str, Any], code: str, tier: Any, message: str, suggestion: str, value: str = ""
) -> Issue:
    return Issue(grid["sheet"], "", value, code, tier, message, suggestion, key="file")
