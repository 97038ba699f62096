"""The blank workbook that people fill in, made from the same definition that reads it back."""

import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from portal.workbooks.definitions import Choices, Ctx, Field, SheetDefinition, choices_of
from portal.workbooks.grids import META_SHEET, ROWS
from portal.workbooks.labels import column_letter
from portal.workbooks.sheetnames import HELP_SHEET, LIST_SHEET

HEADER_ROW = 2  # zero-based: a title line, a line of instructions, then the header
_BAD_NAME = re.compile(r"[\[\]:*?/\\']")
_FORMATS = {
    "text": "@",
    "code": "@",
    "choice": "@",
    "multi": "@",
    "boolean": "@",
    "integer": "0",
    "date": "yyyy-mm-dd",
}


def template(defn: SheetDefinition, rows: Iterable[Mapping[str, Any]], ctx: Ctx) -> bytes:
    """An xlsx to fill in: title, instructions, header, drop-down lists, help, `rows` filled in.

    From ctx: title (the first line), note (replaces the instructions), meta (name to text, written
    into a hidden sheet and compared when the file comes back), choices (open lists).
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        Sheet(book, defn, ctx).write(rows)
    return target.getvalue()


def sheet_title(defn: SheetDefinition) -> str:
    """The data sheet's name, as Excel allows it."""
    return _BAD_NAME.sub(" ", str(defn.title or defn.name))[:31]


class Sheet:
    """Writes one template; the order of the methods is the order of the sheets."""

    def __init__(self, book: Any, defn: SheetDefinition, ctx: Ctx) -> None:
        self.book = book
        self.defn = defn
        self.ctx = ctx
        self.choices = {field.code: _listed(field, ctx) for field in defn.fields}

    def write(self, rows: Iterable[Mapping[str, Any]]) -> None:
        data = self.book.add_worksheet(sheet_title(self.defn))
        self._head(data)
        self._columns(data)
        self._rows(data, rows)
        self._help()
        self._lists()
        meta = self.book.add_worksheet(META_SHEET)
        meta.very_hidden()
        facts = {"definition": self.defn.name, "version": self.defn.version}
        for row, (name, text) in enumerate({**facts, **self.ctx.get("meta", {})}.items()):
            meta.write_string(row, 0, name)
            meta.write_string(row, 1, str(text))

    def _head(self, data: Any) -> None:
        title = self.book.add_format({"bold": True, "font_size": 14, "font_color": "#12426b"})
        small = self.book.add_format({"font_color": "#555555"})
        data.write_string(0, 0, str(self.ctx.get("title") or self.defn.title), title)
        note = _("带 * 的列必填；请勿改动列名；各列填法见“%(help)s”。") % {"help": HELP_SHEET}
        data.write_string(1, 0, str(self.ctx.get("note") or note), small)
        look = {
            "bold": True,
            "border": 1,
            "text_wrap": True,
            "align": "center",
            "valign": "vcenter",
        }
        plain = self.book.add_format({**look, "bg_color": "#e7edf3"})
        needed = self.book.add_format({**look, "bg_color": "#12426b", "font_color": "#ffffff"})
        for column, field in enumerate(self.defn.fields):
            star = "*" if field.required else ""
            data.write_string(HEADER_ROW, column, f"{field.label}{star}", needed if star else plain)
        data.set_row(HEADER_ROW, 36)
        data.freeze_panes(HEADER_ROW + 1, 0)
        data.repeat_rows(HEADER_ROW)
        data.set_landscape()
        data.fit_to_pages(1, 0)

    def _columns(self, data: Any) -> None:
        for column, field in enumerate(self.defn.fields):
            shape = self.book.add_format({"num_format": _number_format(field)})
            width = field.width or min(40, max(11, 2 * len(str(field.label)) + 4))
            data.set_column(column, column, width, shape)
            rule = self._rule(column, field)
            if rule:
                data.data_validation(HEADER_ROW + 1, column, HEADER_ROW + ROWS, column, rule)

    def _rule(self, column: int, field: Field) -> dict[str, Any]:
        rule: dict[str, Any] = {}
        listed = self.choices[field.code]
        if field.kind in ("choice", "boolean") and listed:
            letter = column_letter(column)
            rule = {
                "validate": "list",
                "source": f"='{LIST_SHEET}'!${letter}$2:${letter}${len(listed) + 1}",
                "error_title": _("不在选项中"),
                "error_message": _("请从下拉列表中选择。"),
            }
        elif field.kind == "date":
            rule = {
                "validate": "date",
                "criteria": "between",
                "minimum": field.minimum or dt.date(1949, 10, 1),
                "maximum": field.maximum or dt.date(2199, 12, 31),
                "error_title": _("不是日期"),
                "error_message": _("请写成年-月-日，如 2026-01-31。"),
            }
        hint = str(field.help)[:250]
        if hint:
            rule = {**(rule or {"validate": "any"}), "input_title": str(field.label)[:30]}
            rule["input_message"] = hint
        return rule

    def _rows(self, data: Any, rows: Iterable[Mapping[str, Any]]) -> None:
        for number, row in enumerate(rows, start=HEADER_ROW + 1):
            for column, field in enumerate(self.defn.fields):
                value = row.get(field.code)
                if value is not None and value != "":
                    self._cell(data, number, column, field, value)

    def _cell(self, data: Any, row: int, column: int, field: Field, value: Any) -> None:
        if field.kind in ("integer", "decimal") and isinstance(value, (int, float, Decimal)):
            data.write_number(row, column, value)
        elif isinstance(value, (dt.date, dt.datetime)) and field.kind == "date":
            data.write_datetime(row, column, value)
        else:
            data.write_string(row, column, self.written(field, value))

    def written(self, field: Field, value: Any) -> str:
        """A value as people write it in its column; it can be read back."""
        if isinstance(value, bool):
            return _("是") if value else _("否")
        labels = {stored: str(label) for stored, label in choices_of(field, self.ctx)}
        if field.kind == "multi" and not isinstance(value, str):
            return "、".join(labels.get(item, str(item)) for item in value)
        return labels.get(value, str(value))

    def _help(self) -> None:
        sheet = self.book.add_worksheet(str(HELP_SHEET))
        bold = self.book.add_format({"bold": True, "bg_color": "#e7edf3", "border": 1})
        wrap = self.book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        headings = (_("列名"), _("是否必填"), _("类型"), _("填写说明"), _("可填内容"), _("示例"))
        for column, (heading, width) in enumerate(
            zip(headings, (22, 10, 18, 60, 50, 26), strict=True)
        ):
            sheet.write_string(0, column, heading, bold)
            sheet.set_column(column, column, width)
        for row, field in enumerate(self.defn.fields, start=1):
            words = (
                str(field.label),
                _("必填") if field.required else _("选填"),
                kind_label(field.kind),
                str(field.help),
                "、".join(self.choices[field.code]),
                field.example,
            )
            for column, word in enumerate(words):
                sheet.write_string(row, column, word, wrap)
        sheet.freeze_panes(1, 1)

    def _lists(self) -> None:
        sheet = self.book.add_worksheet(str(LIST_SHEET))
        sheet.hide()
        for column, field in enumerate(self.defn.fields):
            if self.choices[field.code]:
                sheet.write_string(0, column, str(field.label))
                for row, label in enumerate(self.choices[field.code], start=1):
                    sheet.write_string(row, column, label)


def _listed(field: Field, ctx: Ctx) -> list[str]:
    if field.kind == "boolean":
        return [_("是"), _("否")]
    pairs: Choices = choices_of(field, ctx)
    return [str(label) for _value, label in pairs]


def _number_format(field: Field) -> str:
    if field.kind == "decimal":
        return "#,##0" + ("." + "0" * field.places if field.places else "")
    return _FORMATS[field.kind]


def kind_label(kind: str) -> str:
    """The kind of a column in words."""
    return {
        "text": _("文字"),
        "code": _("号码(文本格式)"),
        "integer": _("整数"),
        "decimal": _("数字"),
        "date": _("日期(年-月-日)"),
        "choice": _("单选(下拉)"),
        "multi": _("多选(用顿号分隔)"),
        "boolean": _("是 / 否"),
    }[kind]
