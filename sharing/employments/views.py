"""Pages of the merged list and of the matching queue."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from institutions.registry.selectors import match_institution
from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.errors import Refused
from portal.lists import list_page
from portal.refs import ref
from sharing.employments import permissions, selectors, services
from sharing.employments.forms import MatchForm, VoteForm
from sharing.employments.models import Employment
from sharing.employments.tables import EMPLOYMENTS
from sharing.rosters.models import RosterRow


@require_safe
@login_required
def employment_list(request: Request) -> HttpResponse:
    return list_page(request, EMPLOYMENTS, "sharing/employments/employment_list.html")


@require_http_methods(["GET", "POST"])
@login_required
def employment_detail(request: Request, pk: int) -> HttpResponse:
    """One institution in one period: the rows of every reporter, and the bureaus' votes."""
    rows = Employment.objects.visible_to(request.actor)
    employment = get_object_or_404(rows.select_related("period", "region", "institution"), pk=pk)
    can_vote = permissions.can_vote(request.actor, employment)
    present = selectors.vote_of(employment, request.actor)
    form = VoteForm(request.POST or None, present=present) if can_vote else None
    if request.method == "POST":
        demand(can_vote)
        if form and form.is_valid():
            services.vote(employment, **form.cleaned_data, actor=request.actor)
            messages.success(request, _("本局意见已登记。"))
            return redirect(employment)
    context = {
        "employment": employment,
        "rows": selectors.rows_of(employment),
        "form": form,
        "can_vote": can_vote,
        "timeline": timeline(ref(employment), request.actor),
    }
    return render(request, "sharing/employments/employment_detail.html", context)


@require_safe
@login_required
def match_list(request: Request) -> HttpResponse:
    """The matching queue: names and codes that the registry does not know."""
    demand(permissions.can_see_merged(request.actor))
    context = {"groups": selectors.unmatched(request.actor)}
    return render(request, "sharing/employments/match_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def match_row(request: Request, pk: int) -> HttpResponse:
    """Candidates from the registry, its former names and similar ones; or a new institution."""
    related = ("version__roster__period", "version__roster__agency__region")
    rows = selectors.unmatched_rows(request.actor).select_related(*related)
    row: RosterRow = get_object_or_404(rows, pk=pk)
    demand(permissions.can_match(request.actor, row.version.roster))
    form = MatchForm(request.POST or None)
    if form.is_valid():
        institution, reason = form.cleaned_data["institution"], form.cleaned_data["reason"]
        try:
            count = services.match_row(
                row, institution=institution, reason=reason, actor=request.actor
            )
        except Refused as refusal:
            form.add_error("reason", str(refusal))
        else:
            words = {"n": count, "name": institution.name}
            messages.success(request, _("%(n)s 行已认定为“%(name)s”。") % words)
            return redirect("match_list")
    context = {
        "row": row,
        "form": form,
        "candidates": match_institution(uscc=row.uscc, name=row.institution_name, limit=8),
        "create_url": _create_url(row),
    }
    return render(request, "sharing/employments/match_row.html", context)


def _create_url(row: RosterRow) -> str:
    """The registry's form for a new institution, filled from the row."""
    values = {
        "uscc": row.uscc,
        "name": row.institution_name,
        "address": row.registered_address,
        "filing_number": row.filing_number,
    }
    return f"{reverse('institution_create')}?{urlencode(values)}"
