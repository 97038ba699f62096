"""Reading the law: the rule of a day, a parameter of a day, the calendar as a value."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.clocks.rules import Calendar, DayException
from portal.errors import Refused
from portal.law.choices import Limit, Unit, YearState
from portal.law.models import CalendarYear, DeadlineRule, LawParameter

MONDAY_FIRST = calendar.Calendar(firstweekday=0)


def rule_on(code: str, day: dt.date) -> DeadlineRule:
    """The version of a period that governs a step on this day; Refused when there is none."""
    rule: DeadlineRule | None = (
        DeadlineRule.objects.in_force(day)
        .select_related("basis")
        .filter(code=code)
        .order_by("-version")
        .first()
    )
    if rule is None:
        words = {"code": code, "day": day.isoformat()}
        raise Refused(
            _("没有在 %(day)s 有效的期限规则 %(code)s，请先在“法规库”中维护。") % words,
            code="no_rule",
        )
    if not rule.is_period:
        words = {"rule": str(rule)}
        raise Refused(_("规则“%(rule)s”没有固定期限，不能计算到期日。") % words, code="no_period")
    return rule


def parameter_on(code: str, day: dt.date) -> LawParameter:
    """The version of a parameter in force on a day; Refused when there is none."""
    parameter: LawParameter | None = LawParameter.objects.current(code, day)
    if parameter is None:
        words = {"code": code, "day": day.isoformat()}
        raise Refused(_("没有在 %(day)s 有效的法定参数 %(code)s。") % words, code="no_parameter")
    return parameter


def amount_on(code: str, day: dt.date) -> Decimal:
    """The number of a parameter in force on a day, in the parameter's own unit."""
    value = parameter_on(code, day).value
    if value is None:
        raise Refused(_("法定参数 %(code)s 没有数值。") % {"code": code}, code="no_value")
    return value


def working_calendar() -> Calendar:
    """All years in force as one value. One query, some forty rows a year."""
    days = ("days__on", "days__working", "days__name")
    rows = list(CalendarYear.objects.in_force().order_by().values_list("year", "state", *days))
    years = {year: state for year, state, *_day in rows}
    return Calendar(
        exceptions={
            on: DayException(working, name) for _year, _state, on, working, name in rows if on
        },
        official=frozenset(y for y, state in years.items() if state == YearState.OFFICIAL),
        known=frozenset(years),
    )


def edition_calendar(edition: CalendarYear) -> Calendar:
    """One edition alone, in force or not, to look at before it is approved."""
    days = edition.days.values_list("on", "working", "name")
    official = {edition.year} if edition.state == YearState.OFFICIAL else set()
    return Calendar(
        exceptions={on: DayException(working, name) for on, working, name in days},
        official=frozenset(official),
        known=frozenset({edition.year}),
    )


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A cell of the year's picture."""

    on: dt.date
    why: str
    name: str


Month = tuple[dt.date, list[list[CalendarDay | None]]]


def months_of(year: int, days_off: Calendar) -> list[Month]:
    """The twelve months as weeks of seven cells, Monday first; None outside the month."""
    months = []
    for month in range(1, 13):
        weeks = [
            [
                CalendarDay(day, days_off.why(day), days_off.name(day))
                if day.month == month
                else None
                for day in week
            ]
            for week in MONDAY_FIRST.monthdatescalendar(year, month)
        ]
        months.append((dt.date(year, month, 1), weeks))
    return months


def _cell(day: dt.date, days_off: Calendar) -> CalendarDay:
    return CalendarDay(day, days_off.why(day), days_off.name(day))


def length_in_words(rule: DeadlineRule) -> str:
    """7 个工作日, 24 小时, 每年1月31日: how long the period of a rule is."""
    if not rule.is_period:
        return _("无固定期限")
    if rule.unit == Unit.FIXED_DATE:
        return _("每年%(month)s月%(day)s日") % {"month": rule.fixed_month, "day": rule.fixed_day}
    words = {"length": rule.length, "unit": rule.get_unit_display()}
    if rule.limit == Limit.NOT_BEFORE:
        return _("满 %(length)s %(unit)s后") % words
    return _("%(length)s %(unit)s内") % words


def facts_of(version: DeadlineRule | LawParameter) -> list[tuple[str, Any]]:
    """The filled fields of a version with their labels, for its page."""
    rows = []
    for field in version._meta.concrete_fields:
        if not field.editable or field.name in {"id", "code", "version", "name"}:
            continue
        display = getattr(version, f"get_{field.name}_display", None)
        value = display() if display else getattr(version, field.name)
        if isinstance(value, bool):
            value = _("是") if value else _("否")
        elif isinstance(value, Decimal):
            value = f"{value.normalize():f}"
        if value not in ("", None):
            rows.append((str(field.verbose_name), value))
    return [*rows, *_people(version)]


def _people(version: DeadlineRule | LawParameter) -> list[tuple[str, Any]]:
    named = [(_("提出人"), version.proposed_by), (_("复核人"), version.approved_by)]
    return [(label, str(person)) for label, person in named if person is not None]
