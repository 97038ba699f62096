"""Pages of the bounds: the list, one version with its history, a proposal and its approval."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from penalties.discretion import permissions, selectors, services, workflow
from penalties.discretion.forms import LINKS, BoundForm
from penalties.discretion.models import PenaltyBound
from penalties.discretion.tables import BOUNDS
from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.desk.views import inside
from portal.errors import Refused
from portal.law.choices import TONES
from portal.lists import list_page
from portal.refs import ref
from portal.ui.forms import ReasonForm

TEMPLATES = "penalties/discretion"


def _row(request: Request, pk: int) -> PenaltyBound:
    rows = PenaltyBound.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("proposed_by", "approved_by"), pk=pk)


@require_safe
@inside
def bound_list(request: Request) -> HttpResponse:
    return list_page(request, BOUNDS, f"{TEMPLATES}/bound_list.html")


@require_safe
@inside
def bound_detail(request: Request, pk: int) -> HttpResponse:
    row = _row(request, pk)
    history = PenaltyBound.objects.visible_to(request.actor)
    context = {
        "row": row,
        "rows": selectors.facts_of(row),
        "tone": TONES[row.state],
        "offers": workflow.bound.offers(row, request.actor),
        "may_propose": row.state == "approved" and permissions.can_propose(request.actor),
        "history": history.filter(code=row.code, party=row.party).order_by("-version"),
        "timeline": timeline(ref(row), request.actor),
    }
    return render(request, f"{TEMPLATES}/bound_detail.html", context)


@require_http_methods(["GET", "POST"])
@inside
def bound_propose(request: Request, pk: int) -> HttpResponse:
    row = _row(request, pk)
    demand(permissions.can_propose(request.actor))
    form = BoundForm(request.POST or None, current=row)
    if form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("change_reason")
        linked = {name: list(values.pop(name)) for name in LINKS}
        try:
            new = services.propose(row, values=values, **linked, reason=reason, actor=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已提交，待另一名法制审核人员复核。"))
            return redirect(new)
    return render(request, f"{TEMPLATES}/bound_propose.html", {"row": row, "form": form})


@require_POST
@inside
def bound_approve(request: Request, pk: int) -> HttpResponse:
    row = _row(request, pk)
    try:
        services.approve(row, actor=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(version)s 已生效。") % {"version": row})
    return redirect(row)


@require_http_methods(["GET", "POST"])
@inside
def bound_withdraw(request: Request, pk: int) -> HttpResponse:
    row = _row(request, pk)
    demand(permissions.can_withdraw(request.actor, row))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            services.withdraw(row, reason=form.cleaned_data["reason"], actor=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("提案已撤回。"))
            return redirect(row)
    context = {
        "object": row,
        "form": form,
        "move": workflow.bound.moves["withdraw"],
        "cancel_url": row.get_absolute_url(),
    }
    return render(request, "skeletons/confirm.html", context)
