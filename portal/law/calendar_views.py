"""Pages of the calendar of working days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access import Request
from portal.audit.selectors import timeline
from portal.clocks import today
from portal.desk.views import inside
from portal.errors import Refused
from portal.files.kinds import XLSX
from portal.law import services, workflow
from portal.law.choices import TONES
from portal.law.forms import CalendarForm
from portal.law.models import CalendarYear
from portal.law.permissions import can_propose
from portal.law.selectors import edition_calendar, months_of, working_calendar
from portal.law.sheets import CALENDAR, WORK
from portal.law.views import withdraw_page
from portal.refs import ref
from portal.workbooks import Issue, read, template


@require_safe
@inside
def calendar_list(request: Request) -> HttpResponse:
    context = {
        "editions": CalendarYear.objects.visible_to(request.actor),
        "may_propose": can_propose(request.actor),
        "next_year": today().year + 1,
    }
    return render(request, "law/calendar_list.html", context)


@require_safe
@inside
def calendar_detail(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(CalendarYear.objects.visible_to(request.actor), pk=pk)
    calendar = edition_calendar(found)
    in_force = working_calendar()
    context = {
        "object": found,
        "offers": [
            offer
            for offer in workflow.calendar.offers(found, request.actor)
            if offer.move.name != "replace"
        ],
        "tone": TONES[found.state],
        "entries": timeline(ref(found), request.actor),
        "days": found.days.all(),
        "months": months_of(found.year, calendar),
        "working_days": sum(calendar.is_working(day) for day in _all_days(found.year)),
        "changes": [
            (day, in_force.is_working(day), calendar.is_working(day))
            for day in _all_days(found.year)
            if in_force.is_working(day) != calendar.is_working(day)
        ],
    }
    return render(request, "law/calendar_detail.html", context)


@require_http_methods(["GET", "POST"])
@inside
def calendar_import(request: Request) -> HttpResponse:
    """Read the workbook in one pass; without issues it becomes a proposal to look through."""
    allowed = can_propose(request.actor)
    if not allowed:
        raise PermissionDenied(allowed.why_not)
    form = CalendarForm(
        request.POST or None, request.FILES or None, initial={"year": today().year + 1}
    )
    issues: tuple[Issue, ...] = ()
    if form.is_valid():
        year, upload = form.cleaned_data["year"], form.cleaned_data["file"]
        reading = read(CALENDAR, upload.read(), {"year": year}, filename=upload.name)
        issues = reading.issues
        if not issues:
            days = [_day(row) for row in reading.rows]
            try:
                new = services.propose_calendar(
                    year, days=days, source=form.cleaned_data["source"], actor=request.actor
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("已读取。请核对预览，再由另一名法制审核人员复核。"))
                return redirect(new)
    return render(request, "law/calendar_import.html", {"form": form, "issues": issues})


@require_safe
@inside
def calendar_template(request: Request) -> HttpResponse:
    """An empty workbook of the calendar."""
    body = template(CALENDAR, [], {"title": str(_("工作日历"))})
    response = HttpResponse(body, content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="calendar.xlsx"'
    return response


@require_POST
@inside
def calendar_approve(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(CalendarYear.objects.visible_to(request.actor), pk=pk)
    try:
        services.approve_calendar(found, actor=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(version)s 已生效。") % {"version": found})
    return redirect(found)


def calendar_withdraw(request: Request, pk: int) -> HttpResponse:
    return withdraw_page(request, pk, CalendarYear)


def _day(row: Any) -> tuple[dt.date, bool, str]:
    return row["on"], row["type"] == WORK, row["name"] or ""


def _all_days(year: int) -> list[dt.date]:
    first = dt.date(year, 1, 1)
    return [first + dt.timedelta(days=n) for n in range((dt.date(year + 1, 1, 1) - first).days)]
