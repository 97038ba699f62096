"""Doors of results: enter and take back codes, review, note next steps, close a part."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inspections.results import services
from inspections.results.forms import ResultForm, ReviewForm, StepForm
from inspections.results.models import VisitResult
from inspections.results.selectors import outcome_code
from inspections.visits import permissions, workflow
from inspections.visits.models import Visit
from portal.access import Request, demand
from portal.clocks import today
from portal.errors import Refused
from portal.ui.forms import ReasonForm
from portal.ui.moves import done, move_page

TEMPLATES = "inspections/results"


def _visit(request: Request, pk: int) -> Visit:
    rows = Visit.objects.visible_to(request.actor)
    rows = rows.select_related("institution", "initiating", "cooperating", "batch__plan__region")
    return get_object_or_404(rows, pk=pk)


def _result(request: Request, pk: int) -> VisitResult:
    rows = VisitResult.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("visit__institution", "code"), pk=pk)


@require_http_methods(["GET", "POST"])
@login_required
def result_add(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_set_results(request.actor, visit))
    met = outcome_code(visit)
    initial = {"code": met[0]} if met else {}
    form = ResultForm(request.POST or None, actor=request.actor, initial=initial)
    if done(form, lambda data: services.add_result(visit, **data, actor=request.actor)):
        messages.success(request, _("检查结果已登记。"))
        return redirect(visit)
    context = {"visit": visit, "form": form, "title": _("登记检查结果")}
    return render(request, f"{TEMPLATES}/result_form.html", context)


@require_POST
@login_required
def result_remove(request: Request, pk: int) -> HttpResponse:
    result = _result(request, pk)
    visit = result.visit
    demand(permissions.can_set_results(request.actor, visit))
    try:
        services.remove_result(result, actor=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("检查结果已撤回。"))
    return redirect(visit)


@require_http_methods(["GET", "POST"])
@login_required
def result_step(request: Request, pk: int) -> HttpResponse:
    result = _result(request, pk)
    demand(permissions.can_follow_up(request.actor, result.visit))
    form = StepForm(request.POST or None, result=result, initial={"taken_on": today()})
    if done(form, lambda data: services.note_step(result, **data, actor=request.actor)):
        messages.success(request, _("后续处理已登记。"))
        return redirect(result.visit)
    context = {"visit": result.visit, "form": form, "title": _("登记后续处理")}
    return render(request, f"{TEMPLATES}/result_form.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def visit_submit_results(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_set_results(request.actor, visit))
    step = workflow.visit.moves["submit_results"]
    return move_page(request, visit, step, services.submit_results, _("已提交复核。"))


@require_http_methods(["GET", "POST"])
@login_required
def visit_review(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_review(request.actor, visit))
    step, told = workflow.visit.moves["review"], _("复核通过，可以公示和办结。")
    return move_page(request, visit, step, services.review, told, form=ReviewForm)


@require_http_methods(["GET", "POST"])
@login_required
def visit_return_results(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_review(request.actor, visit))
    step = workflow.visit.moves["return_results"]
    return move_page(
        request, visit, step, services.return_results, _("已退回结果。"), form=ReasonForm
    )


@require_http_methods(["GET", "POST"])
@login_required
def visit_close(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_close(request.actor, visit))
    step = workflow.visit.moves["close"]
    return move_page(request, visit, step, services.close_part, _("本部门的部分已办结。"))
