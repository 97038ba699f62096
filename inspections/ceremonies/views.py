"""Doors of the ceremony: apart in two browsers, or both officers at one screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.accounts.selectors import actor_from_post
from agencies.sessions.services import vouch
from inspections.ceremonies import selectors, services
from inspections.ceremonies.forms import (
    CommitForm,
    ExecuteForm,
    RevealForm,
    SecondOfficerForm,
)
from inspections.draws import permissions, workflow
from inspections.draws.choices import Party
from inspections.draws.models import Draw
from inspections.draws.selectors import turns
from inspections.draws.views import draw_of, step_labels, step_of
from portal.access import Actor, Allowed, Request, demand
from portal.errors import Refused
from portal.ui.forms import ReasonForm
from portal.workflow import seen

TEMPLATES = "inspections/ceremonies"
BESIDE = "inspections.ceremonies.beside"  # salt of the second officer's pass
MINUTES = 15 * 60  # how long the second officer's pass lasts


def _done(form: forms.Form, act: Callable[[dict[str, Any]], Any]) -> bool:
    """Act on a valid form; a refusal becomes its error."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Refused as reason:
        form.add_error(None, str(reason))
        return False
    return True


def _parties(draw: Draw, actor: Actor) -> dict[str, Any]:
    """The actor's own party, and the other one, for the page and its script."""
    sides = permissions.parties(draw)
    mine = permissions.party_of(draw, actor.agency_id)
    other = next((party for party in sides if party != mine), "")
    return {
        "mine": mine,
        "mine_label": Party(mine).label if mine else "",
        "other": other,
        "other_agency": sides.get(other),
    }


# --- Apart ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
def draw_commit(request: Request, pk: int) -> HttpResponse:
    draw = draw_of(request, pk)
    demand(permissions.can_take_part(request.actor, draw))
    form = CommitForm(request.POST or None)
    if _done(form, lambda data: services.commit(draw, **data, actor=request.actor)):
        messages.success(request, _("承诺值已公开。请妥善保管随机数文件，揭示时需要。"))
        return redirect(draw)
    context = {"draw": draw, "form": form, **_parties(draw, request.actor)}
    return render(request, f"{TEMPLATES}/draw_commit.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def draw_reveal(request: Request, pk: int) -> HttpResponse:
    draw = draw_of(request, pk)
    demand(permissions.can_take_part(request.actor, draw))
    form = RevealForm(request.POST or None)
    if _done(form, lambda data: services.reveal(draw, **data, actor=request.actor)):
        messages.success(request, _("已揭示；双方都揭示后才互相可见。"))
        return redirect(draw)
    context = {"draw": draw, "form": form, **_parties(draw, request.actor)}
    return render(request, f"{TEMPLATES}/draw_reveal.html", context)


# --- The room's screen ------------------------------------------------------------------------


@require_safe
@login_required
def draw_live(request: Request, pk: int) -> HttpResponse:
    """Whose turn it is, asked again by the draw's page; a new step makes it load anew."""
    draw = draw_of(request, pk)
    context = {"draw": draw, "turns": turns(draw), "poll": True}
    response = render(request, "inspections/draws/part_turns.html", context)
    if request.GET.get("seen") != draw.state:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@login_required
def draw_screen(request: Request, pk: int) -> HttpResponse:
    """The ceremony in large type, for the wall of the room; it keeps itself up to date."""
    draw = draw_of(request, pk)
    context = selectors.screen(draw, request.actor, permissions.parties(draw))
    context |= {"steps": step_labels(), "step": step_of(draw)}
    return render(request, f"{TEMPLATES}/draw_screen.html", context)


# --- One sitting ------------------------------------------------------------------------------


@require_safe
@login_required
def draw_sitting(request: Request, pk: int) -> HttpResponse:
    """One screen for both officers; the page keeps both secrets until they are revealed."""
    draw = draw_of(request, pk)
    demand(permissions.can_take_part(request.actor, draw))
    context = {"draw": draw, "form": SecondOfficerForm(), **_parties(draw, request.actor)}
    return render(request, f"{TEMPLATES}/draw_sitting.html", context)


@sensitive_post_parameters("password", "code")
@require_POST
@login_required
def draw_sitting_commit(request: Request, pk: int) -> HttpResponse:
    """Both commitments at once, after the second officer has proved who they are."""
    draw = draw_of(request, pk)
    demand(permissions.can_take_part(request.actor, draw))
    form = SecondOfficerForm(request.POST)
    if not form.is_valid():
        return _answer(_("请填写第二位人员的用户名和密码。"))
    other = _parties(draw, request.actor)["other_agency"]
    if other is None:
        return _answer(_("没有另一方：请先在单位名录中登记上级单位。"))
    try:
        second = vouch(request, **form.cleaned_data, agency_id=other.pk)
        demand(permissions.can_take_part(second, draw))
        mine, theirs = request.POST.get("value_mine", ""), request.POST.get("value_other", "")
        services.together(
            partial(services.commit, draw, value=mine, actor=request.actor),
            partial(services.commit, draw, value=theirs, actor=second),
        )
    except Refused as reason:
        return _answer(str(reason))
    told = {"draw": draw.pk, "post": second.post_id, "by": request.actor.post_id}
    return JsonResponse({"pass": signing.dumps(told, salt=BESIDE)})


@require_POST
@login_required
def draw_sitting_finish(request: Request, pk: int) -> HttpResponse:
    """Both reveals and, unless a public source is awaited, the draw."""
    draw = draw_of(request, pk)
    demand(permissions.can_take_part(request.actor, draw))
    second = _second(request, draw)
    if second is None:
        return _answer(_("第二位人员的验证已过期。请作废本次，说明理由后重新开始。"))
    try:
        mine, other = request.POST.get("secret_mine", ""), request.POST.get("secret_other", "")
        services.together(
            partial(services.reveal, draw, secret=mine, actor=request.actor),
            partial(services.reveal, draw, secret=other, actor=second),
        )
        if not draw.beacon:
            services.execute(draw, actor=request.actor)
    except Refused as reason:
        return _answer(str(reason))
    return JsonResponse({"url": draw.get_absolute_url()})


def _second(request: Request, draw: Draw) -> Actor | None:
    try:
        told = signing.loads(request.POST.get("pass", ""), salt=BESIDE, max_age=MINUTES)
    except signing.BadSignature:
        return None
    if (told["draw"], told["by"]) != (draw.pk, request.actor.post_id):
        return None
    return actor_from_post(told["post"], source="web", request_id=request.request_id)


def _answer(refusal: str) -> JsonResponse:
    return JsonResponse({"refusal": refusal}, status=409)


# --- Void, execute, publish ----------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
def draw_void(request: Request, pk: int) -> HttpResponse:
    draw = draw_of(request, pk)
    allowed = permissions.can_void(request.actor, draw)
    return _move(request, draw, "void", allowed, ReasonForm, services.void, _("本次已作废。"))


@require_http_methods(["GET", "POST"])
@login_required
def draw_execute(request: Request, pk: int) -> HttpResponse:
    draw = draw_of(request, pk)
    allowed = permissions.can_execute(request.actor, draw)
    told = _("抽取完成，记录可以下载和复算。")
    return _move(request, draw, "execute", allowed, ExecuteForm, services.execute, told)


@require_http_methods(["GET", "POST"])
@login_required
def draw_publish(request: Request, pk: int) -> HttpResponse:
    draw = draw_of(request, pk)
    allowed = permissions.can_publish(request.actor, draw)
    return _move(request, draw, "publish", allowed, forms.Form, services.publish, _("记录已公开。"))


def _move(
    request: Request,
    draw: Draw,
    name: str,
    allowed: Allowed,
    form_class: type[forms.Form],
    act: Callable[..., Any],
    told: str,
) -> HttpResponse:
    """Ask once, saying the consequence and the basis, then act."""
    demand(allowed)
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        seen(draw, request.POST.get("seen", ""))
        if _done(form, lambda data: act(draw, **data, actor=request.actor)):
            messages.success(request, told)
            return redirect(draw)
    context = {
        "object": draw,
        "form": form,
        "move": workflow.draw.moves[name],
        "cancel_url": draw.get_absolute_url(),
    }
    return render(request, f"{TEMPLATES}/draw_move.html", context)
