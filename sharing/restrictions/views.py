"""Pages of penalty notices and restrictions."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.clocks import today
from portal.errors import Refused
from portal.lists import list_page
from portal.refs import ref
from sharing.restrictions import permissions, selectors, services
from sharing.restrictions.forms import AcknowledgeForm
from sharing.restrictions.models import PenaltyNotice, Restriction
from sharing.restrictions.tables import NOTICES, RESTRICTIONS


@require_safe
@login_required
def notice_list(request: Request) -> HttpResponse:
    return list_page(request, NOTICES, "sharing/restrictions/notice_list.html")


@require_safe
@login_required
def restriction_list(request: Request) -> HttpResponse:
    return list_page(request, RESTRICTIONS, "sharing/restrictions/restriction_list.html")


def _notice(request: Request, pk: int) -> PenaltyNotice:
    rows = PenaltyNotice.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("agency", "institution", "decision"), pk=pk)


@require_safe
@login_required
def notice_detail(request: Request, pk: int) -> HttpResponse:
    notice = _notice(request, pk)
    actor = request.actor
    context = {
        "notice": notice,
        "page": selectors.notice_page(notice, actor, today()),
        "timeline": timeline(ref(notice), actor) if actor.is_staff else [],
    }
    return render(request, "sharing/restrictions/notice_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def notice_acknowledge(request: Request, pk: int) -> HttpResponse:
    """The own department's answer, which a later one replaces."""
    notice = _notice(request, pk)
    line = selectors.own_line(notice, request.actor)
    demand(permissions.can_acknowledge(request.actor, line))
    initial = {"answer": line.answer, "reason": line.reason} if line else {}
    form = AcknowledgeForm(request.POST or None, initial=initial)
    if line is not None and form.is_valid():
        try:
            services.acknowledge(line, **form.cleaned_data, on=today(), actor=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("回执已登记。"))
            return redirect(notice)
    context = {"notice": notice, "form": form}
    return render(request, "sharing/restrictions/notice_acknowledge.html", context)


@require_safe
@login_required
def restriction_detail(request: Request, pk: int) -> HttpResponse:
    rows = Restriction.objects.visible_to(request.actor)
    row = get_object_or_404(rows.select_related("institution", "notice__agency"), pk=pk)
    notices = PenaltyNotice.objects.visible_to(request.actor)
    context = {
        "restriction": row,
        "shown": selectors.shown(row, today()),
        "notice": notices.filter(pk=row.notice_id).first(),
        "timeline": timeline(ref(row), request.actor) if request.actor.is_staff else [],
    }
    return render(request, "sharing/restrictions/restriction_detail.html", context)
