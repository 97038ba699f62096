"""Pages of recusals."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Inspector
from inspections.recusals import permissions, services
from inspections.recusals.forms import EndForm, RecusalForm
from inspections.recusals.models import Recusal
from inspections.recusals.tables import RECUSALS
from institutions.models import Institution
from portal.access import Request, demand
from portal.clocks import today
from portal.errors import Refused
from portal.lists import list_page

TEMPLATES = "inspections/recusals"


@require_safe
@login_required
def recusal_list(request: Request) -> HttpResponse:
    extra = {"can_declare": permissions.can_declare(request.actor)}
    return list_page(request, RECUSALS, f"{TEMPLATES}/recusal_list.html", extra)


@require_http_methods(["GET", "POST"])
@login_required
def recusal_create(request: Request) -> HttpResponse:
    actor = request.actor
    demand(permissions.can_declare(actor))
    own = Inspector.objects.visible_to(actor).filter(agency=actor.agency_id, ended_on=None)
    near = Institution.objects.visible_to(actor).current().present_in(actor.region, today())
    form = RecusalForm(
        own, near.order_by("name"), request.POST or None, initial={"from_on": today()}
    )
    if form.is_valid():
        services.declare_recusal(form.instance, actor=actor)
        messages.success(request, _("回避已登记，下一次冻结名录时生效。"))
        return redirect("recusal_list")
    return render(request, f"{TEMPLATES}/recusal_create.html", {"form": form})


@require_http_methods(["GET", "POST"])
@login_required
def recusal_end(request: Request, pk: int) -> HttpResponse:
    rows = Recusal.objects.visible_to(request.actor).select_related("inspector", "institution")
    recusal = get_object_or_404(rows, pk=pk)
    demand(permissions.can_end(request.actor, recusal))
    form = EndForm(request.POST or None, initial={"on": today()})
    if form.is_valid():
        try:
            services.end_recusal(recusal, **form.cleaned_data, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("回避已写明截止日期。"))
            return redirect("recusal_list")
    return render(request, f"{TEMPLATES}/recusal_end.html", {"recusal": recusal, "form": form})
