"""Doors of orders to rectify, for both bureaus and for the institution itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inspections.rectifications import permissions, services, workflow
from inspections.rectifications.choices import ORDER_TONES, OrderState
from inspections.rectifications.forms import (
    ExtensionDecisionForm,
    ExtensionForm,
    OrderForm,
    ReinspectionForm,
    SubmissionForm,
)
from inspections.rectifications.models import Order
from inspections.rectifications.selectors import clock_of
from inspections.rectifications.tables import ORDERS
from inspections.visits.models import Visit
from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.clocks import today
from portal.lists import list_page
from portal.papers.selectors import papers_of
from portal.refs import ref
from portal.ui.forms import ReasonForm
from portal.ui.moves import done, move_page

TEMPLATES = "inspections/rectifications"
WITH_FIELDS = ("submit", "reinspect")  # links to pages of their own


def _order(request: Request, pk: int) -> Order:
    rows = Order.objects.visible_to(request.actor)
    rows = rows.select_related("visit__institution", "agency", "institution", "handler__user")
    return get_object_or_404(rows.select_related("visit__site", "reinspection"), pk=pk)


@require_safe
@login_required
def order_list(request: Request) -> HttpResponse:
    return list_page(request, ORDERS, f"{TEMPLATES}/order_list.html")


@require_safe
@login_required
def order_detail(request: Request, pk: int) -> HttpResponse:
    order, actor = _order(request, pk), request.actor
    offers = workflow.order.offers(order, actor)
    submissions = order.submissions.prefetch_related("files__file").select_related("sent_by")
    context = {
        "order": order,
        "tone": ORDER_TONES[OrderState(order.state)],
        "late": order.is_overdue(today()),
        "findings": order.findings.select_related("matter"),
        "submissions": submissions,
        "extensions": order.extensions.select_related("asked_by__user", "decided_by__user"),
        "offers": [
            each
            for each in offers
            if each.move.name not in WITH_FIELDS and (each.allowed or actor.is_staff)
        ],
        "asking": [
            (each.move.label, reverse(f"order_{each.move.name}", args=[order.pk]))
            for each in offers
            if each.allowed and each.move.name in WITH_FIELDS
        ],
        "blocked": [
            (each.move.label, each.why_not)
            for each in offers
            if not each.allowed and each.move.name in WITH_FIELDS
        ],
        "can": {
            "ask": permissions.can_ask_extension(actor, order),
            "decide": permissions.can_decide_extension(actor, order),
        },
        "papers": papers_of(order, actor),
        "clock": clock_of(order, actor),
        "today": today(),
        "timeline": timeline(ref(order), actor) if actor.is_staff else [],
    }
    return render(request, f"{TEMPLATES}/order_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def order_issue(request: Request, pk: int) -> HttpResponse:
    """For findings of the visit with this key."""
    rows = Visit.objects.visible_to(request.actor).select_related("institution")
    visit = get_object_or_404(rows, pk=pk)
    demand(permissions.can_issue(request.actor, visit))
    form = OrderForm(visit, request.actor, request.POST or None)
    made: list[Order] = []
    if done(form, lambda data: made.append(_issue(visit, data, request))):
        messages.success(request, _("已责令改正，整改期限已开始计算。"))
        return redirect(made[0])
    context = {"back": visit, "form": form, "title": _("责令改正")}
    return render(request, f"{TEMPLATES}/order_form.html", context)


def _issue(visit: Visit, data: dict[str, Any], request: Request) -> Order:
    return services.issue(visit, **data, actor=request.actor)


@require_http_methods(["GET", "POST"])
@login_required
def order_submit(request: Request, pk: int) -> HttpResponse:
    order = _order(request, pk)
    demand(permissions.can_submit(request.actor, order))
    form = SubmissionForm(request.POST or None, request.FILES or None)
    if done(form, lambda data: _submit(order, form, data["text"], request)):
        messages.success(request, _("整改材料已提交，等待核实。"))
        return redirect(order)
    context = {"back": order, "form": form, "title": _("提交整改材料")}
    return render(request, f"{TEMPLATES}/order_form.html", context)


def _submit(order: Order, form: SubmissionForm, text: str, request: Request) -> None:
    services.submit(order, text=text, uploads=form.uploads(), actor=request.actor)


@require_http_methods(["GET", "POST"])
@login_required
def order_return(request: Request, pk: int) -> HttpResponse:
    order = _order(request, pk)
    demand(permissions.can_verify(request.actor, order))
    step = workflow.order.moves["return"]
    return move_page(
        request, order, step, services.return_order, _("已退回整改。"), form=ReasonForm
    )


@require_http_methods(["GET", "POST"])
@login_required
def order_close(request: Request, pk: int) -> HttpResponse:
    order = _order(request, pk)
    demand(permissions.can_verify(request.actor, order))
    step = workflow.order.moves["close"]
    return move_page(request, order, step, services.close, _("整改已核实完成。"))


@require_http_methods(["GET", "POST"])
@login_required
def order_reinspect(request: Request, pk: int) -> HttpResponse:
    order, actor = _order(request, pk), request.actor
    demand(permissions.can_verify(actor, order))
    initial = {"planned_from": today(), "planned_to": today()}
    form = ReinspectionForm(request.POST or None, actor=actor, initial=initial)
    if done(form, lambda data: services.reinspect(order, **data, actor=actor)):
        messages.success(request, _("复查任务已建立，请提交审批。"))
        return redirect(order)
    context = {"back": order, "form": form, "title": _("安排复查")}
    return render(request, f"{TEMPLATES}/order_form.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def order_revoke(request: Request, pk: int) -> HttpResponse:
    order = _order(request, pk)
    demand(permissions.can_revoke(request.actor, order))
    step = workflow.order.moves["revoke"]
    return move_page(request, order, step, services.revoke, _("责令已撤销。"), form=ReasonForm)


@require_http_methods(["GET", "POST"])
@login_required
def extension_ask(request: Request, pk: int) -> HttpResponse:
    order = _order(request, pk)
    demand(permissions.can_ask_extension(request.actor, order))
    form = ExtensionForm(request.POST or None)
    if done(form, lambda data: services.ask_extension(order, **data, actor=request.actor)):
        messages.success(request, _("延期申请已提交负责人决定。"))
        return redirect(order)
    context = {"back": order, "form": form, "title": _("申请延期")}
    return render(request, f"{TEMPLATES}/order_form.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def extension_decide(request: Request, pk: int) -> HttpResponse:
    order = _order(request, pk)
    demand(permissions.can_decide_extension(request.actor, order))
    form = ExtensionDecisionForm(request.POST or None)
    if done(form, lambda data: services.decide_extension(order, **data, actor=request.actor)):
        messages.success(request, _("延期决定已登记。"))
        return redirect(order)
    context = {"back": order, "form": form, "title": _("决定延期")}
    return render(request, f"{TEMPLATES}/order_form.html", context)
