"""The workbook of a year's calendar: days off and make-up days."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.workbooks import Ctx, Field, Problem, Row, SheetDefinition

OFF, WORK = "off", "work"


def _in_the_year(row: Row, ctx: Ctx) -> Iterator[Problem]:
    if row["on"] is not None and row["on"].year != ctx["year"]:
        yield Problem(
            _("不在所选年度。"), "wrong_year", field="on", suggestion=_("请核对年度或删除此行。")
        )


def _makes_a_difference(row: Row, ctx: Ctx) -> Iterator[Problem]:
    """A make-up day on a weekday is odd: weekdays are worked anyway."""
    if row["on"] is not None and row["type"] == WORK and row["on"].weekday() < 5:
        yield Problem(
            _("周一至周五本来就是工作日。"),
            "weekday_worked",
            field="type",
            suggestion=_("调休上班日应为周六或周日，请核对日期。"),
        )


CALENDAR = SheetDefinition(
    name="calendar",
    version="1",
    title=_("工作日历"),
    key=("on",),
    fields=(
        Field("on", _("日期"), kind="date", required=True, example="2027-01-01"),
        Field(
            "type",
            _("类型"),
            kind="choice",
            required=True,
            choices=((OFF, _("休息")), (WORK, _("上班"))),
            help=_("休息：法定节假日和调休；上班：周末调休上班。未列出的日子按周末计算。"),
        ),
        Field("name", _("名称"), max_length=40, example="元旦"),
    ),
    row_checks=(_in_the_year, _makes_a_difference),
)
