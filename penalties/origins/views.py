"""The register's form, filled in from a finding."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.models import Agency, Post
from inspections.findings.models import Finding
from inspections.findings.permissions import can_link
from penalties.cases.permissions import can_begin
from penalties.origins import services
from penalties.origins.forms import FindingCaseForm
from portal.access import Request, demand
from portal.errors import Refused


@require_http_methods(["GET", "POST"])
@login_required
def case_from_finding(request: Request, pk: int) -> HttpResponse:
    """Open a case upon a finding; the competent bureau is checked before anything is written."""
    actor = request.actor
    rows = Finding.objects.visible_to(actor).select_related("visit__institution", "matter")
    finding = get_object_or_404(rows, pk=pk)
    demand(can_begin(actor))
    demand(can_link(actor, finding))
    form = FindingCaseForm(request.POST or None, finding=finding, actor=actor)
    if form.is_valid():
        try:
            case = services.case_of_finding(
                finding,
                form.allegation(),
                agency=Agency.objects.select_related("region").get(pk=actor.agency_id or 0),
                handler=Post.objects.visible_to(actor).get(pk=actor.post_id or 0),
                actor=actor,
            )
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("已登记 %(case)s。") % {"case": case})
            return redirect(case)
    context = {"form": form, "finding": finding}
    return render(request, "penalties/cases/case_create.html", context)
