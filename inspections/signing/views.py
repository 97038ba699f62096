"""Doors of the record: write it, or tell the outcome; sign; note a refusal; open it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inspections.signing import permissions as own
from inspections.signing import selectors, services
from inspections.signing.forms import InstitutionForm, OutcomeForm, RecordForm, RefusalForm
from inspections.visits import permissions, workflow
from inspections.visits.choices import VisitState
from inspections.visits.models import Visit
from portal.access import Request, demand
from portal.errors import Refused
from portal.ui.forms import ReasonForm
from portal.ui.moves import done, move_page

TEMPLATES = "inspections/signing"


def _visit(request: Request, pk: int) -> Visit:
    rows = Visit.objects.visible_to(request.actor)
    rows = rows.select_related("institution", "initiating", "cooperating", "batch__plan__region")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
@login_required
def visit_record(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_record(request.actor, visit))
    written = selectors.record_of(visit, request.actor)
    names = ("text", "representative", "representative_title")
    initial = {name: getattr(written, name) for name in names} if written else {}
    form = RecordForm(request.POST or None, initial=initial, visit=visit)
    told = _("笔录已完成，请签字。")
    return _page(request, visit, form, services.write_record, _("现场检查笔录"), told)


@require_http_methods(["GET", "POST"])
@login_required
def visit_record_outcome(request: Request, pk: int) -> HttpResponse:
    """Nobody there, moved, closed: one tap, one photo (EV17)."""
    visit = _visit(request, pk)
    demand(permissions.can_record(request.actor, visit))
    if visit.state != VisitState.OPEN:
        raise Refused(_("只有检查中的任务可以登记现场情况。"), code="wrong_state")
    form = OutcomeForm(request.POST or None, request.FILES or None)
    told = _("现场情况已登记，请检查人员签字。")
    return _page(request, visit, form, services.write_outcome, _("登记现场情况"), told)


@require_http_methods(["GET", "POST"])
@login_required
def visit_reopen(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_record(request.actor, visit))
    step, told = workflow.visit.moves["reopen"], _("可以修改笔录，请修改后重新签字。")
    return move_page(request, visit, step, services.reopen, told, form=ReasonForm)


@require_POST
@login_required
def record_sign(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(own.can_sign(request.actor, visit))
    services.sign(visit, actor=request.actor)
    messages.success(request, _("已签字。"))
    return redirect(visit)


@require_http_methods(["GET", "POST"])
@login_required
def record_sign_institution(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(own.can_enter_institution(request.actor, visit))
    written = selectors.record_of(visit, request.actor)
    names = {"name": "representative", "title": "representative_title"}
    initial = {name: getattr(written, column) for name, column in names.items()}
    form = InstitutionForm(request.POST or None, initial=initial)
    told = _("已登记机构签字。")
    return _page(request, visit, form, services.sign_for_institution, _("机构签字"), told)


@require_http_methods(["GET", "POST"])
@login_required
def record_refusal(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(own.can_enter_institution(request.actor, visit))
    form = RefusalForm(request.POST or None, visit=visit, actor=request.actor)
    told = _("已注明拒绝签字。")
    return _page(request, visit, form, services.note_refusal, _("注明拒绝签字"), told)


def _page(
    request: Request,
    visit: Visit,
    form: forms.Form,
    act: Callable[..., Any],
    title: str,
    told: str,
) -> HttpResponse:
    if done(form, lambda data: act(visit, **data, actor=request.actor)):
        messages.success(request, told)
        return redirect(visit)
    context = {"visit": visit, "form": form, "title": title}
    return render(request, f"{TEMPLATES}/record_form.html", context)
