"""Doors of plans, batches and the item list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inspections.plans import permissions, selectors, services, workflow
from inspections.plans.choices import BATCH_TONES, PLAN_TONES, BatchState, PlanKind, PlanState
from inspections.plans.forms import BatchForm, OpinionForm, PlanEditForm, PlanForm
from inspections.plans.models import Batch, CheckItem, Plan
from inspections.plans.rules import percent
from inspections.plans.tables import BATCHES, CHECK_ITEMS, PLANS
from portal.access import PUBLIC, Actor, Request, demand
from portal.audit.selectors import timeline
from portal.clocks import today
from portal.clocks.selectors import clocks_of
from portal.desk.selectors import panels
from portal.errors import Refused
from portal.lists import list_page
from portal.refs import ref
from portal.templatetags.portal_ui import day as day_of
from portal.ui.forms import ReasonForm
from portal.workflow import seen

AUTUMN = 10  # from here on a new plan is mostly for the next year
USUAL_BASIS = "检验检测机构监督管理办法第18条；国发〔2019〕5号；国办发〔2024〕54号。"
# Not drawn as buttons of their own: one has an opinion, the other comes with a publication.
NOT_OFFERED = ("approve", "replace")
TEMPLATES = "inspections/plans"


# --- The item list ----------------------------------------------------------------------------


@require_safe
def checkitem_list(request: Request) -> HttpResponse:
    return list_page(request, CHECK_ITEMS, f"{TEMPLATES}/checkitem_list.html")


@require_safe
def checkitem_detail(request: Request, pk: int) -> HttpResponse:
    rows = CheckItem.objects.visible_to(request.actor)
    item = get_object_or_404(rows, pk=pk)
    context = {
        "item": item,
        "facts": _item_facts(item),
        "versions": rows.filter(code=item.code).exclude(pk=item.pk),
    }
    return render(request, f"{TEMPLATES}/checkitem_detail.html", context)


def _item_facts(item: CheckItem) -> list[tuple[str, Any]]:
    """The columns of the item list (regulation §5.1)."""
    return [
        (_("抽查子项"), item.detail),
        (_("事项类别"), item.get_kind_display()),
        (_("抽查依据"), item.basis),
        (_("抽查主体"), item.get_authority_display()),
        (_("抽查对象"), item.objects_words),
        (_("抽查比例"), percent(item.ratio_bp)),
        (_("抽查频次"), item.frequency),
        (_("抽查方式"), item.method),
        (_("检查人员要求"), item.inspectors),
        (_("备注"), item.remarks),
        (_("依据核对情况"), item.get_mark_display()),
        (_("适用自"), day_of(item.from_on)),
        (_("适用至"), day_of(item.to_on)),
    ]


# --- Plans ------------------------------------------------------------------------------------


def _plan(request: Request, pk: int) -> Plan:
    if request.actor.is_public:
        raise PermissionDenied(_("您的账号目前没有有效岗位。请联系本单位的系统管理员。"))
    rows = Plan.objects.visible_to(request.actor)
    rows = rows.select_related("region", "initiating__region", "cooperating", "replaces")
    return get_object_or_404(rows, pk=pk)


@require_safe
@login_required
def plan_list(request: Request) -> HttpResponse:
    can = {"create": permissions.can_create(request.actor)}
    return list_page(request, PLANS, f"{TEMPLATES}/plan_list.html", {"can": can})


@require_safe
@login_required
def plan_detail(request: Request, pk: int) -> HttpResponse:
    plan, actor = _plan(request, pk), request.actor
    inside = permissions.sees_inside(actor, plan)
    offers = workflow.plan.offers(plan, actor) if inside else []
    context = {
        "plan": plan,
        **_open_part(plan, actor),
        "approvals": plan.approvals.select_related("agency") if inside else [],
        "waiting_for": selectors.waiting_for(plan) if inside else [],
        "offers": [each for each in offers if each.move.name not in NOT_OFFERED],
        "approve": next((each for each in offers if each.move.name == "approve"), None),
        "can": {
            "edit": permissions.can_edit(actor, plan),
            "replace": permissions.can_start_replacement(actor, plan),
        },
        "inside": inside,
        "clocks": clocks_of(plan, actor) if inside else [],
        "today": today(),
        "timeline": timeline(ref(plan), actor) if inside else [],
    }
    return render(request, f"{TEMPLATES}/plan_detail.html", context)


def _open_part(plan: Plan, actor: Actor) -> dict[str, Any]:
    """What everybody may read of a published plan."""
    later = Plan.objects.visible_to(actor).filter(replaces=plan)
    return {
        "tone": PLAN_TONES[PlanState(plan.state)],
        "items": plan.items.order_by("code"),
        "batches": selectors.batches_of(plan),
        "later": later.exclude(state=PlanState.DISCARDED).first(),
    }


@require_http_methods(["GET", "POST"])
@login_required
def plan_create(request: Request) -> HttpResponse:
    demand(permissions.can_create(request.actor))
    day = today()
    year = day.year + 1 if day.month >= AUTUMN else day.year
    asked = request.POST.get("year", "")
    chosen = int(asked) if asked.isdecimal() and 2000 <= int(asked) <= 2100 else year
    initial = {"year": year, "kind": PlanKind.YEARLY, "basis": USUAL_BASIS}
    form = PlanForm(request.actor, chosen, request.POST or None, initial=initial)
    if form.is_valid():
        try:
            plan = services.create_plan(**form.cleaned_data, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("计划草稿已保存，请添加批次后提交审批。"))
            return redirect(plan)
    return render(request, f"{TEMPLATES}/plan_create.html", {"form": form})


@require_http_methods(["GET", "POST"])
@login_required
def plan_edit(request: Request, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    demand(permissions.can_edit(request.actor, plan))
    form = PlanEditForm.of(plan, request.actor, request.POST or None)
    if _done(form, lambda data: services.edit_plan(plan, **data, actor=request.actor)):
        messages.success(request, _("计划已保存。"))
        return redirect(plan)
    return render(request, f"{TEMPLATES}/plan_edit.html", {"plan": plan, "form": form})


# --- Its moves --------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
def plan_submit(request: Request, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    demand(permissions.can_edit(request.actor, plan))
    return _move(request, plan, "submit", forms.Form, services.submit, _("计划已提交审批。"))


@require_http_methods(["GET", "POST"])
@login_required
def plan_recall(request: Request, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    demand(permissions.can_recall(request.actor, plan))
    return _move(request, plan, "recall", forms.Form, services.recall, _("已撤回提交。"))


@require_http_methods(["GET", "POST"])
@login_required
def plan_approve(request: Request, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    demand(permissions.can_decide(request.actor, plan))
    return _move(request, plan, "approve", OpinionForm, services.approve, _("已批准。"))


@require_http_methods(["GET", "POST"])
@login_required
def plan_return(request: Request, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    demand(permissions.can_decide(request.actor, plan))
    told = _("计划已退回发起部门。")
    return _move(request, plan, "return", ReasonForm, services.return_plan, told)


@require_http_methods(["GET", "POST"])
@login_required
def plan_publish(request: Request, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    demand(permissions.can_publish(request.actor, plan))
    return _move(request, plan, "publish", forms.Form, services.publish, _("计划已公布。"))


@require_http_methods(["GET", "POST"])
@login_required
def plan_withdraw(request: Request, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    demand(permissions.can_withdraw(request.actor, plan))
    return _move(request, plan, "withdraw", ReasonForm, services.withdraw, _("计划已撤回。"))


@require_http_methods(["GET", "POST"])
@login_required
def plan_discard(request: Request, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    demand(permissions.can_edit(request.actor, plan))
    return _move(request, plan, "discard", ReasonForm, services.discard, _("计划已作废。"))


@require_http_methods(["GET", "POST"])
@login_required
def plan_replacement(request: Request, pk: int) -> HttpResponse:
    """Start the next edition of a published plan."""
    plan = _plan(request, pk)
    demand(permissions.can_start_replacement(request.actor, plan))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        edition = services.start_replacement(plan, reason=reason, actor=request.actor)
        messages.success(request, _("替换版草稿已建立，请修改后提交审批。"))
        return redirect(edition)
    return render(request, f"{TEMPLATES}/plan_replacement.html", {"plan": plan, "form": form})


def _move(
    request: Request,
    plan: Plan,
    name: str,
    form_class: type[forms.Form],
    act: Callable[..., None],
    told: str,
) -> HttpResponse:
    """Ask once, saying the consequence and the basis, then act; a refusal stands on the page."""
    form = form_class(request.POST or None)
    if request.method == "POST":
        seen(plan, request.POST.get("seen", ""))
        form = form_class(request.POST)
        if _done(form, lambda data: act(plan, **data, actor=request.actor)):
            messages.success(request, told)
            return redirect(plan)
    context = {
        "object": plan,
        "form": form,
        "move": workflow.plan.moves[name],
        "cancel_url": plan.get_absolute_url(),
    }
    return render(request, f"{TEMPLATES}/plan_move.html", context)


def _done(form: forms.Form, act: Callable[[dict[str, Any]], Any]) -> bool:
    """Act on what was entered, if it is valid; a refusal stands on the form."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


# --- Batches ----------------------------------------------------------------------------------


def _batch(request: Request, pk: int) -> Batch:
    if request.actor.is_public:
        raise PermissionDenied(_("您的账号目前没有有效岗位。请联系本单位的系统管理员。"))
    rows = Batch.objects.visible_to(request.actor)
    rows = rows.select_related("plan__region", "plan__initiating", "plan__cooperating")
    return get_object_or_404(rows, pk=pk)


@require_safe
@login_required
def batch_list(request: Request) -> HttpResponse:
    return list_page(request, BATCHES, f"{TEMPLATES}/batch_list.html")


@require_safe
@login_required
def batch_detail(request: Request, pk: int) -> HttpResponse:
    batch, actor = _batch(request, pk), request.actor
    inside = permissions.sees_inside(actor, batch.plan)
    waiting = batch.state == BatchState.PLANNED
    context = {
        "batch": batch,
        "tone": BATCH_TONES[BatchState(batch.state)],
        "scope": selectors.scope_of(batch),
        "preview": selectors.preview(batch, actor, day=today()) if inside and waiting else None,
        "caps": selectors.cap_lines(today()) if inside else [],
        "can_edit": inside and permissions.can_edit_batch(actor, batch),
        "can_open_draw": waiting and permissions.can_draw(actor, batch),
        "panels": panels("batch", batch, actor),
    }
    return render(request, f"{TEMPLATES}/batch_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def batch_create(request: Request, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    demand(permissions.can_edit(request.actor, plan))
    form = BatchForm(plan, selectors.default_strata(today()), request.POST or None)
    if _done(form, lambda _data: services.add_batch(plan, facts=form.facts(), actor=request.actor)):
        messages.success(request, _("批次已添加。"))
        return redirect(plan)
    return _batch_form(request, "batch_create", plan, form)


@require_http_methods(["GET", "POST"])
@login_required
def batch_edit(request: Request, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    demand(permissions.can_edit_batch(request.actor, batch))
    form = BatchForm.of(batch, request.POST or None)
    if _done(form, lambda data: _edit_batch(batch, form, data, request.actor)):
        messages.success(request, _("批次已保存。"))
        return redirect(batch)
    return _batch_form(request, "batch_edit", batch.plan, form)


def _edit_batch(batch: Batch, form: BatchForm, data: dict[str, Any], actor: Actor) -> None:
    version = data["version"] or 0
    services.edit_batch(batch, version=version, facts=form.facts(), actor=actor)


@require_http_methods(["GET", "POST"])
@login_required
def batch_remove(request: Request, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    demand(permissions.can_edit_batch(request.actor, batch))
    if request.method == "POST":
        plan = batch.plan
        services.remove_batch(batch, actor=request.actor)
        messages.success(request, _("批次已删除。"))
        return redirect(plan)
    return render(request, f"{TEMPLATES}/batch_remove.html", {"batch": batch})


def _batch_form(request: Request, name: str, plan: Plan, form: BatchForm) -> HttpResponse:
    return render(request, f"{TEMPLATES}/{name}.html", {"plan": plan, "form": form})


# --- For everybody ----------------------------------------------------------------------------


@require_safe
def public_plans(request: Request) -> HttpResponse:
    """Published plans of one year, the latest unless another is asked for."""
    published = Plan.objects.visible_to(PUBLIC)
    years = sorted(set(published.order_by().values_list("year", flat=True)), reverse=True)
    asked = request.GET.get("year", "")
    year = next((each for each in years if str(each) == asked), max(years, default=0))
    context = {
        "years": years,
        "year": year,
        "plans": published.filter(year=year).select_related("region", "initiating", "cooperating"),
    }
    return render(request, f"{TEMPLATES}/public_plans.html", context)


@require_safe
def public_plan(request: Request, pk: int) -> HttpResponse:
    """The published part of one plan, whoever asks."""
    rows = Plan.objects.visible_to(PUBLIC)
    rows = rows.select_related("region", "initiating", "cooperating", "replaces")
    plan = get_object_or_404(rows, pk=pk)
    context = {"plan": plan, **_open_part(plan, PUBLIC)}
    return render(request, f"{TEMPLATES}/public_plan.html", context)
