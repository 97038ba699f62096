"""Doors of the directory of agencies."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.directory import permissions, services
from agencies.directory.forms import AgencyForm, EndAgencyForm, NewAgencyForm
from agencies.directory.models import Agency
from agencies.directory.selectors import agency_facts
from agencies.directory.tables import AGENCIES
from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.clocks import today
from portal.errors import Refused
from portal.lists import list_page
from portal.refs import ref


def _agency(request: Request, pk: int) -> Agency:
    seen = Agency.objects.visible_to(request.actor).select_related("region", "superior")
    return get_object_or_404(seen, pk=pk)


@require_safe
def agency_list(request: Request) -> HttpResponse:
    """The directory; the public sees names, staff the contacts as well."""
    can = {"create": permissions.can_create(request.actor)}
    return list_page(request, AGENCIES, "agencies/directory/agency_list.html", {"can": can})


@require_safe
def agency_detail(request: Request, pk: int) -> HttpResponse:
    agency = _agency(request, pk)
    actor = request.actor
    context: dict[str, Any] = {
        "agency": agency,
        "facts": agency_facts(agency, actor),
        "entries": timeline(ref(agency), actor) if actor.is_staff else [],
        "subordinates": Agency.objects.visible_to(actor).filter(superior=agency),
        "can": {
            "edit": permissions.can_edit(actor, agency),
            "end": agency.ended_on is None and permissions.can_end(actor, agency),
        },
    }
    return render(request, "agencies/directory/agency_detail.html", context)


def _facts(form: AgencyForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in services.EDITABLE}


@require_http_methods(["GET", "POST"])
@login_required
def agency_create(request: Request) -> HttpResponse:
    demand(permissions.can_create(request.actor))
    form = NewAgencyForm(request.actor, request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            agency = services.create_agency(code=code, actor=request.actor, **_facts(form))
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("单位已登记。"))
            return redirect(agency)
    return render(request, "agencies/directory/agency_create.html", {"form": form})


@require_http_methods(["GET", "POST"])
@login_required
def agency_edit(request: Request, pk: int) -> HttpResponse:
    agency = _agency(request, pk)
    demand(permissions.can_edit(request.actor, agency))
    form = AgencyForm(request.actor, request.POST or None, instance=_agency(request, pk))
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.edit_agency(agency, version=version, actor=request.actor, **_facts(form))
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("单位信息已保存。"))
            return redirect(agency)
    return render(request, "agencies/directory/agency_edit.html", {"form": form, "agency": agency})


@require_http_methods(["GET", "POST"])
@login_required
def agency_end(request: Request, pk: int) -> HttpResponse:
    agency = _agency(request, pk)
    demand(permissions.can_end(request.actor, agency))
    form = EndAgencyForm(request.POST or None, initial={"on": today()})
    if form.is_valid():
        try:
            services.end_agency(agency, **form.cleaned_data, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("单位已停用。"))
            return redirect(agency)
    return render(request, "agencies/directory/agency_end.html", {"form": form, "agency": agency})
