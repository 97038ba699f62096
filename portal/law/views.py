"""Pages of rules, parameters and legal bases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access import Request
from portal.audit.selectors import timeline
from portal.clocks import today
from portal.desk.views import inside
from portal.errors import Refused
from portal.law import services, workflow
from portal.law.choices import TONES
from portal.law.forms import ParameterForm, RuleForm
from portal.law.models import DeadlineRule, LawParameter, LegalBasis
from portal.law.permissions import can_propose
from portal.law.selectors import facts_of, length_in_words
from portal.law.tables import PARAMETERS, RULES
from portal.lists import list_page
from portal.refs import ref
from portal.ui.forms import ReasonForm


@require_safe
def basis_list(request: Request) -> HttpResponse:
    """Legal texts are public."""
    bases = LegalBasis.objects.visible_to(request.actor).select_related("superseded_by")
    text = request.GET.get("q", "").strip()
    if text:
        bases = bases.filter(models.Q(law__icontains=text) | models.Q(number__icontains=text))
    context = {"bases": bases, "text": text, "today": today()}
    return render(request, "law/basis_list.html", context)


@require_safe
@inside
def rule_list(request: Request) -> HttpResponse:
    return list_page(request, RULES, "law/rule_list.html")


def rule_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, pk, DeadlineRule, workflow.rule, "law/rule_detail.html")


def rule_propose(request: Request, pk: int) -> HttpResponse:
    return _propose(request, pk, DeadlineRule, RuleForm, services.propose_rule)


def rule_approve(request: Request, pk: int) -> HttpResponse:
    return _approve(request, pk, DeadlineRule, services.approve_rule)


def rule_withdraw(request: Request, pk: int) -> HttpResponse:
    return withdraw_page(request, pk, DeadlineRule)


@require_safe
@inside
def parameter_list(request: Request) -> HttpResponse:
    return list_page(request, PARAMETERS, "law/parameter_list.html")


def parameter_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, pk, LawParameter, workflow.parameter, "law/parameter_detail.html")


def parameter_propose(request: Request, pk: int) -> HttpResponse:
    return _propose(request, pk, LawParameter, ParameterForm, services.propose_parameter)


def parameter_approve(request: Request, pk: int) -> HttpResponse:
    return _approve(request, pk, LawParameter, services.approve_parameter)


def parameter_withdraw(request: Request, pk: int) -> HttpResponse:
    return withdraw_page(request, pk, LawParameter)


@require_safe
@inside
def _detail(
    request: Request, pk: int, model: type[models.Model], table: Any, template: str
) -> HttpResponse:
    rows: Any = model._default_manager.get_queryset()
    related = rows.visible_to(request.actor).select_related("basis", "proposed_by", "approved_by")
    found = get_object_or_404(related, pk=pk)
    context = {
        "object": found,
        "offers": table.offers(found, request.actor),
        "history": rows.visible_to(request.actor).filter(code=found.code),
        "may_propose": can_propose(request.actor),
        "tone": TONES[found.state],
        "entries": timeline(ref(found), request.actor),
        "rows": facts_of(found),
        "length": length_in_words(found) if isinstance(found, DeadlineRule) else "",
    }
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@inside
def _propose(
    request: Request,
    pk: int,
    model: type[models.Model],
    form_class: Callable[..., forms.ModelForm[Any]],
    service: Callable[..., DeadlineRule | LawParameter],
) -> HttpResponse:
    rows: Any = model._default_manager.get_queryset()
    found = get_object_or_404(rows.visible_to(request.actor), pk=pk)
    allowed = can_propose(request.actor)
    if not allowed:
        raise PermissionDenied(allowed.why_not)
    start = {**forms.model_to_dict(found), "effective_from": None, "effective_to": None}
    form = form_class(request.POST or None, initial=start)
    if form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("change_reason")
        try:
            new = service(found, values=values, reason=reason, actor=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已提交，待另一名法制审核人员复核。"))
            return redirect(new)
    return render(request, "law/version_propose.html", {"object": found, "form": form})


@require_POST
@inside
def _approve(
    request: Request, pk: int, model: type[models.Model], service: Callable[..., None]
) -> HttpResponse:
    rows: Any = model._default_manager.get_queryset()
    found = get_object_or_404(rows.visible_to(request.actor), pk=pk)
    try:
        service(found, actor=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(version)s 已生效。") % {"version": found})
    return redirect(found)


@require_http_methods(["GET", "POST"])
@inside
def withdraw_page(request: Request, pk: int, model: type[models.Model]) -> HttpResponse:
    """Ask for the reason and take a proposal back; shared with the calendar."""
    rows: Any = model._default_manager.get_queryset()
    found = get_object_or_404(rows.visible_to(request.actor), pk=pk)
    allowed = can_propose(request.actor)
    if not allowed:
        raise PermissionDenied(allowed.why_not)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            services.withdraw(found, reason=form.cleaned_data["reason"], actor=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("提案已撤回。"))
            return redirect(found)
    context = {
        "object": found,
        "form": form,
        "move": workflow.WITHDRAW,
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "skeletons/confirm.html", context)
