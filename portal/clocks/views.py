"""A clock with its explanation, and the page of the engine."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import refs
from portal.access import Request, demand
from portal.clocks import operations, selectors, today
from portal.clocks.models import Clock, EffectRun
from portal.clocks.permissions import can_retry, can_see_jobs
from portal.desk.views import inside
from portal.errors import Refused
from portal.law.selectors import length_in_words
from portal.models import EventDelivery


@require_safe
@inside
def clock_detail(request: Request, pk: int) -> HttpResponse:
    """How a due day came about; htmx fetches the table alone."""
    rows = Clock.objects.visible_to(request.actor).select_related("rule__basis", "agency")
    clock = get_object_or_404(rows, pk=pk)
    context = {
        "clock": clock,
        "lines": selectors.explanation(clock),
        "length": length_in_words(clock.rule),
        "subject": refs.resolve(clock.ref, request.actor),
        "suspensions": clock.suspensions.all(),
        "extensions": clock.extensions.select_related("approver"),
        "today": today(),
    }
    page = "clocks/clock_lines.html" if request.htmx else "clocks/clock_detail.html"
    return render(request, page, context)


@require_safe
@inside
def jobs(request: Request) -> HttpResponse:
    demand(can_see_jobs(request.actor))
    context = {"jobs": selectors.jobs(), "may_retry": can_retry(request.actor)}
    return render(request, "clocks/jobs.html", context)


@require_POST
@inside
def effect_retry(request: Request, pk: int) -> HttpResponse:
    demand(can_retry(request.actor))
    run = get_object_or_404(EffectRun.objects.visible_to(request.actor), pk=pk)
    return _answer(request, lambda: operations.retry_effect(run, actor=request.actor))


@require_POST
@inside
def delivery_retry(request: Request, pk: int) -> HttpResponse:
    demand(can_retry(request.actor))
    delivery = get_object_or_404(EventDelivery, pk=pk)
    return _answer(request, lambda: operations.retry_delivery(delivery, actor=request.actor))


@require_POST
@inside
def engine_trust(request: Request) -> HttpResponse:
    demand(can_retry(request.actor))
    return _answer(request, lambda: operations.trust_time(actor=request.actor))


def _answer(request: Request, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已安排，一分钟内重新执行。"))
    return redirect("jobs")
