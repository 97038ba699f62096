"""Pages of consultations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from penalties.cases.models import Case
from penalties.cases.selectors import head_of
from penalties.consultations import permissions, services
from penalties.consultations.choices import TONES
from penalties.consultations.forms import AnswerForm, RuleForm
from penalties.consultations.models import Consultation
from portal.access import Request, demand
from portal.errors import Refused
from portal.workflow import seen

RELATED = (
    *("case__agency", "case__institution", "case__matter"),
    *("peer__agency", "peer__institution", "peer__matter"),
    "superior",
)


def _row(request: Request, pk: int) -> Consultation:
    rows = Consultation.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related(*RELATED), pk=pk)


@require_safe
@login_required
def consultation_detail(request: Request, pk: int) -> HttpResponse:
    """Both opinions side by side; the other case stays a head to who sees only one."""
    row = _row(request, pk)
    whole = Case.objects.visible_to(request.actor).filter(pk__in=[row.case_id, row.peer_id])
    keys = set(whole.values_list("pk", flat=True))
    context = {
        "row": row,
        "tone": TONES[row.state],
        "sides": [(head_of(case), case.pk in keys) for case in (row.case, row.peer)],
        "can_answer": row.state == "asked" and permissions.can_answer(request.actor, row),
        "can_put_up": row.state == "disagreed" and permissions.can_put_up(request.actor, row),
        "can_rule": row.state == "put_up" and permissions.can_rule(request.actor, row),
    }
    return render(request, "penalties/consultations/consultation_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def consultation_answer(request: Request, pk: int) -> HttpResponse:
    row = _row(request, pk)
    demand(permissions.can_answer(request.actor, row))
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        seen(row, request.POST.get("seen"))
        try:
            services.answer(row, **form.cleaned_data, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("研判意见已答复。"))
            return redirect(row)
    return _form_page(request, row, form, _("答复联合研判"))


@require_POST
@login_required
def consultation_put_up(request: Request, pk: int) -> HttpResponse:
    row = _row(request, pk)
    demand(permissions.can_put_up(request.actor, row))
    services.put_up(row, actor=request.actor)
    messages.success(request, _("已报共同上级决定。"))
    return redirect(row)


@require_http_methods(["GET", "POST"])
@login_required
def consultation_rule(request: Request, pk: int) -> HttpResponse:
    row = _row(request, pk)
    demand(permissions.can_rule(request.actor, row))
    form = RuleForm(request.POST or None, row=row)
    if form.is_valid():
        seen(row, request.POST.get("seen"))
        try:
            services.rule(row, **form.cleaned_data, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("已决定，并通知两局。"))
            return redirect("desk")
    return _form_page(request, row, form, _("共同上级决定"))


def _form_page(request: Request, row: Consultation, form: Any, title: str) -> HttpResponse:
    context = {"row": row, "form": form, "title": title}
    return render(request, "penalties/consultations/consultation_form.html", context)
