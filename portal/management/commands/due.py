"""When a legal period that starts on a day ends, and why."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from portal.clocks import rules
from portal.clocks.now import SHANGHAI
from portal.clocks.selectors import in_words
from portal.errors import Refused
from portal.law.choices import Unit
from portal.law.models import LawParameter
from portal.law.selectors import length_in_words, rule_on, working_calendar


class Command(BaseCommand):
    help = (
        "Prints the due date (or instant) of a deadline rule on the first line, then the reason "
        "day by day. DATE is YYYY-MM-DD; rules in hours take YYYY-MM-DDTHH:MM (Asia/Shanghai)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("rule", help="code such as D24")
        parser.add_argument("date", help="the day of the trigger, or its instant")

    def handle(self, *args: Any, rule: str, date: str, **options: Any) -> None:
        start = _start(date)
        day = start.date() if isinstance(start, dt.datetime) else start
        with translation.override("zh-hans"):
            self._print(rule, start, day)

    def _print(self, code: str, start: dt.date | dt.datetime, day: dt.date) -> None:
        try:
            version = rule_on(code, day)
        except Refused as refusal:
            raise CommandError(_why(code, day, str(refusal))) from refusal
        if version.unit == Unit.HOUR and not isinstance(start, dt.datetime):
            raise CommandError(f"{version} 按小时计算，请给出时刻，例如 {day}T09:00。")
        counted = rules.count(version.term(), start, working_calendar())
        self.stdout.write((counted.due_at or counted.due_on).isoformat())
        self.stdout.write(f"{version} 第{version.version}版: {version.trigger} → {version.step}")
        basis = version.basis_words or str(version.basis or "")
        mark = version.get_mark_display()
        self.stdout.write(f"{length_in_words(version)} · {basis} · {mark}({version.mark})")
        if counted.provisional:
            self.stdout.write("暂定: 所涉年度的节假日安排尚未公布，公布后可能变动。")
        for line in in_words(list(counted.days)):
            self.stdout.write(_row(line))


def _row(line: Any) -> str:
    when = line.at.isoformat(timespec="minutes") if line.at else line.on.isoformat()
    number = "-" if line.number is None else str(line.number)
    weekday = "一二三四五六日"[line.on.weekday()]
    mark = " 暂定" if line.provisional else ""
    return f"{when} 周{weekday} {number:>4} {line.words}{mark}"


def _why(code: str, day: dt.date, refusal: str) -> str:
    parameter = LawParameter.objects.current(code, day)
    if parameter is None:
        return refusal
    return f"{parameter} 是{parameter.get_kind_display()},不是期限，不能计算到期日。"


def _start(text: str) -> dt.date | dt.datetime:
    """A day, or an instant; without a zone it is Shanghai's."""
    try:
        if "T" not in text and " " not in text:
            return dt.date.fromisoformat(text)
        instant = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text} 不是日期。请写 2026-09-18，或 2026-09-18T17:30。") from error
    return (
        instant.replace(tzinfo=SHANGHAI) if instant.tzinfo is None else instant.astimezone(SHANGHAI)
    )
