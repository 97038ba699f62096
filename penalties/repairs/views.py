"""Pages of credit repair."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from penalties.repairs import permissions, selectors, services, workflow
from penalties.repairs.choices import TONES, RepairState
from penalties.repairs.forms import OpinionForm, RepairForm
from penalties.repairs.models import Repair
from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.clocks import today
from portal.errors import Refused
from portal.files.services import store_upload
from portal.refs import ref
from portal.workflow import seen

RELATED = (
    *("publication__case__agency", "publication__case__institution"),
    *("publication__decision__case", "commitment", "recorded_by", "decided_by"),
)


def _row(request: Request, pk: int) -> Repair:
    rows = Repair.objects.visible_to(request.actor).select_related(*RELATED)
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
@login_required
def repair_create(request: Request, pk: int) -> HttpResponse:
    """Record what the party hands in to have a publication ended early."""
    row = selectors.publication_of(request.actor, pk)
    if row is None:
        raise Http404
    demand(permissions.can_record(request.actor, row))
    form = RepairForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        values = dict(form.cleaned_data)
        upload = values.pop("file")
        try:
            if upload:
                values["commitment"] = store_upload(
                    upload, purpose="scan", actor=request.actor, subject_ref=ref(row.case)
                )
            application = services.Application(**values)
            made = services.apply(row, application=application, actor=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("修复申请已受理，由另一人审查决定。"))
            return redirect(made)
    return render(request, "penalties/repairs/repair_create.html", {"row": row, "form": form})


@require_safe
@login_required
def repair_detail(request: Request, pk: int) -> HttpResponse:
    """The application with every condition: as it stands today, or as it was decided on."""
    row = _row(request, pk)
    context = {
        "row": row,
        "tone": TONES[row.state],
        "checks": selectors.shown_checks(row, today()),
        "offers": workflow.repair.offers(row, request.actor),
        "is_open": row.state == RepairState.ASKED,
        "timeline": timeline(ref(row), request.actor),
    }
    return render(request, "penalties/repairs/repair_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def repair_decide(request: Request, pk: int, name: str) -> HttpResponse:
    """准予 or 不予修复, by a second person."""
    row = _row(request, pk)
    demand(permissions.can_decide(request.actor, row))
    form = OpinionForm(request.POST or None)
    if form.is_valid():
        seen(row, request.POST.get("seen", ""))
        act = services.grant if name == "grant" else services.refuse
        try:
            act(row, opinion=form.cleaned_data["opinion"], on=today(), actor=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("修复申请已办结。"))
            return redirect(row)
    context = {
        "object": row,
        "form": form,
        "move": workflow.repair.moves[name],
        "checks": selectors.shown_checks(row, today()),
        "cancel_url": row.get_absolute_url(),
    }
    return render(request, "penalties/repairs/repair_decide.html", context)
