"""The page of a case, and one page for each act on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from penalties.casefiles import selectors
from penalties.casefiles.forms import ACTS, Act
from penalties.cases import workflow
from penalties.cases.choices import TONES
from penalties.cases.models import Case
from penalties.cases.selectors import head_of, heads, same_act
from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.clocks import today
from portal.desk.selectors import panels
from portal.errors import Refused
from portal.refs import ref
from portal.workflow import seen

RELATED = ("agency", "institution", "matter", "handler__user", "assisting")
MOST_PEERS = 10


@dataclass(frozen=True, slots=True)
class Button:
    """An act as the page offers it."""

    name: str
    label: str | Promise
    url: str
    allowed: bool
    why_not: str
    major: bool


def _case(request: Request, pk: int) -> Case:
    rows = Case.objects.visible_to(request.actor).select_related(*RELATED)
    return get_object_or_404(rows, pk=pk)


@require_safe
@login_required
def case_detail(request: Request, pk: int) -> HttpResponse:
    """The whole case; only its head for the other bureau."""
    case = Case.objects.visible_to(request.actor).select_related(*RELATED).filter(pk=pk).first()
    if case is None:
        return _head_page(request, pk)
    buttons = [_button(request, case, name, act) for name, act in _offered(case)]
    context = {
        "case": case,
        "tone": TONES[case.state],
        "page": selectors.page(case, request.actor),
        **_arranged([button for button in buttons if button.major]),
        "minor": {button.name: button for button in buttons if not button.major and button.allowed},
        "panels": panels("case", case, request.actor),
        "timeline": timeline(ref(case), request.actor),
        "today": today(),
    }
    return render(request, "penalties/casefiles/case_detail.html", context)


def _arranged(major: list[Button]) -> dict[str, list[Button]]:
    """The first act that this person may do stands out, all others wait in a menu."""
    first = next((button for button in major if button.allowed), None)
    return {
        "first": [first] if first else [],
        "rest": [button for button in major if button is not first],
    }


def _head_page(request: Request, pk: int) -> HttpResponse:
    case = get_object_or_404(heads(request.actor), pk=pk)
    context = {"head": head_of(case), "tone": TONES[case.state]}
    return render(request, "penalties/casefiles/case_head.html", context)


def _offered(case: Case) -> list[tuple[str, Act]]:
    return [
        (name, act) for name, act in ACTS.items() if case.state in act.states and act.when(case)
    ]


def _button(request: Request, case: Case, name: str, act: Act) -> Button:
    allowed = act.permission(request.actor, case)
    url = reverse(f"case_{name}", args=[case.pk])
    return Button(name, act.label, url, bool(allowed), allowed.why_not, act.major)


@require_http_methods(["GET", "POST"])
@login_required
def case_act(request: Request, pk: int, name: str) -> HttpResponse:
    """What an act means, its basis and its form; then it is done, or refused with a sentence."""
    case = _case(request, pk)
    act = ACTS[name]
    demand(act.permission(request.actor, case))
    _demand_offered(request, case, act)
    form = act.form(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        case=case,
        actor=request.actor,
    )
    if form.is_valid():
        try:
            form.act()
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("“%(act)s”已完成。") % {"act": act.label})
            return redirect("case_detail", case.pk)
    return render(request, "penalties/casefiles/case_act.html", _words(request, case, act, form))


def _demand_offered(request: Request, case: Case, act: Act) -> None:
    """Conflict for a page older than the case's state; Refused where the act has no place."""
    seen(case, request.POST.get("seen"))
    if case.state not in act.states or not act.when(case):
        words = {"stage": case.get_state_display(), "act": act.label}
        message = _("案件当前阶段为“%(stage)s”，不能“%(act)s”。请刷新页面查看最新情况。")
        raise Refused(message % words, code="wrong_state")


def _words(request: Request, case: Case, act: Act, form: Any) -> dict[str, Any]:
    step = workflow.of(case).moves.get(act.move)
    shows_peers = act.move in {"open", "notice"}
    return {
        "case": case,
        "form": form,
        "title": act.label,
        "basis": step.basis if step else "",
        "consequence": step.consequence if step else "",
        "peers": same_act(case, request.actor)[:MOST_PEERS] if shows_peers else [],
    }
