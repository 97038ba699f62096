"""Doors of assignment: a visit by hand, its facts, its team."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inspections.assignments import services
from inspections.assignments.forms import MemberForm, ReplacementForm, VisitEditForm, VisitForm
from inspections.assignments.permissions import can_recuse
from inspections.visits import permissions
from inspections.visits.models import Visit, VisitMember
from institutions.models import Institution
from portal.access import Request, demand
from portal.clocks import today
from portal.errors import Refused
from portal.ui.forms import ReasonForm
from portal.ui.moves import done

TEMPLATES = "inspections/assignments"


def _visit(request: Request, pk: int) -> Visit:
    rows = Visit.objects.visible_to(request.actor)
    rows = rows.select_related("institution", "initiating__region", "cooperating__region")
    return get_object_or_404(rows, pk=pk)


def _member(request: Request, pk: int) -> VisitMember:
    rows = VisitMember.objects.visible_to(request.actor)
    rows = rows.select_related("visit__institution", "visit__initiating__region", "inspector")
    return get_object_or_404(rows.select_related("visit__cooperating__region"), pk=pk)


@require_http_methods(["GET", "POST"])
@login_required
def visit_create(request: Request, pk: int) -> HttpResponse:
    """For the institution with this key."""
    actor = request.actor
    institution = get_object_or_404(Institution.objects.visible_to(actor).current(), pk=pk)
    demand(permissions.can_create(actor))
    initial = {"planned_from": today(), "planned_to": today()}
    form = VisitForm(institution, actor, request.POST or None, initial=initial)
    if form.is_valid():
        try:
            visit = services.create_visit(institution, **form.cleaned_data, actor=actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("检查任务已建立，请核对后提交审批。"))
            return redirect(visit)
    context = {"institution": institution, "form": form}
    return render(request, f"{TEMPLATES}/visit_create.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def visit_edit(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_edit(request.actor, visit))
    form = VisitEditForm.of(visit, request.POST or None)
    title = _("修改检查任务")
    return _form(request, visit, form, services.edit_visit, title, _("检查任务已保存。"))


@require_http_methods(["GET", "POST"])
@login_required
def member_add(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_add_member(request.actor, visit))
    form = MemberForm(request.POST or None, actor=request.actor)
    title = _("增加检查人员")
    return _form(request, visit, form, services.add_member, title, _("已增加检查人员。"))


@require_http_methods(["GET", "POST"])
@login_required
def member_recuse(request: Request, pk: int) -> HttpResponse:
    member = _member(request, pk)
    demand(can_recuse(request.actor, member))
    form, told = ReasonForm(request.POST or None), _("已登记回避，请更换人员。")
    return _form(request, member, form, services.recuse, _("登记回避"), told)


@require_http_methods(["GET", "POST"])
@login_required
def member_replace(request: Request, pk: int) -> HttpResponse:
    member = _member(request, pk)
    demand(permissions.can_change_team(request.actor, member.visit))
    form = ReplacementForm(request.POST or None, actor=request.actor)
    title = _("更换检查人员")
    return _form(request, member, form, services.replace_member, title, _("检查人员已更换。"))


def _form(
    request: Request,
    obj: Visit | VisitMember,
    form: forms.Form,
    act: Callable[..., Any],
    title: str,
    told: str,
) -> HttpResponse:
    """One form upon a visit or a seat of its team; back to the visit when it is done."""
    visit = obj if isinstance(obj, Visit) else obj.visit
    if done(form, lambda data: act(obj, **data, actor=request.actor)):
        messages.success(request, told)
        return redirect(visit)
    context = {"visit": visit, "object": obj, "form": form, "title": title}
    return render(request, f"{TEMPLATES}/visit_form.html", context)
