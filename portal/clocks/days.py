"""Days that people enter: in a year that can be meant, not ahead of time, not before their cause.

Legal periods are counted from days that somebody typed. A day that has not come yet would jump a
period, one before the step that it follows would lengthen it: services ask here, forms cannot be
the only door.
"""

from __future__ import annotations

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.clocks.now import today
from portal.errors import Refused

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)

Name = str | Promise
Since = tuple[Name, dt.date | None]


def demand_meant(day: dt.date, name: Name) -> None:
    """Refused for a year that is a slip of the pen: before 2000 or after 2100."""
    if EARLIEST <= day <= LATEST:
        return
    words = {"name": name, "day": day.isoformat()}
    message = _("%(name)s %(day)s 不在 2000 年至 2100 年之间，请核对年份。")
    raise Refused(message % words, code="day_not_meant")


def demand_after(day: dt.date, name: Name, *since: Since) -> None:
    """Refused for a day before a step that it follows; days that are unknown bind nobody.

    ``name`` and the names in ``since`` are the words of the screen, such as 立案日期.
    """
    demand_meant(day, name)
    for step, begun in since:
        if begun is not None and day < begun:
            words = {"name": name, "day": day.isoformat(), "step": step, "begun": begun.isoformat()}
            message = _("%(name)s %(day)s 早于%(step)s %(begun)s，请核对日期后重新填写。")
            raise Refused(message % words, code="day_before")


def demand_happened(day: dt.date, name: Name, *since: Since) -> None:
    """Refused for a day that has not come yet, too: what is registered has happened."""
    demand_after(day, name, *since)
    if day > today():
        words = {"name": name, "day": day.isoformat(), "today": today().isoformat()}
        message = _("%(name)s %(day)s 还没有到，今天是 %(today)s，请在实际发生后登记。")
        raise Refused(message % words, code="day_ahead")
