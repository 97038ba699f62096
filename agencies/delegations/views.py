"""Doors: standing in, handing over, ending a post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.accounts.models import Post
from agencies.accounts.permissions import can_end_post
from agencies.accounts.selectors import colleagues, colleagues_of
from agencies.accounts.services import end_post
from agencies.delegations import permissions, services, workflow
from agencies.delegations.forms import DelegationForm, EndPostForm, HandoverForm
from agencies.delegations.models import Delegation, Handover
from agencies.delegations.selectors import open_work, signature
from portal.access import Actor, Request, demand
from portal.audit.selectors import timeline
from portal.clocks import today
from portal.errors import Refused
from portal.refs import ref
from portal.ui.forms import ReasonForm

NAMED = ("giver__user", "giver__agency__region", "receiver__user", "receiver__agency")
MOST = 200


def _own_post(actor: Actor) -> Post:
    return get_object_or_404(Post.objects.select_related("agency", "user"), pk=actor.post_id)


def _delegations(actor: Actor) -> QuerySet[Delegation]:
    return Delegation.objects.visible_to(actor).select_related(*NAMED)


def _handovers(actor: Actor) -> QuerySet[Handover]:
    return Handover.objects.visible_to(actor).select_related(*NAMED)


@require_safe
@login_required
def delegation_list(request: Request) -> HttpResponse:
    """Delegations and handovers that concern me or those I answer for."""
    actor, day = request.actor, today()
    if not actor.is_staff:
        raise PermissionDenied(_("只有在岗工作人员可以查看。"))
    rows = [
        {
            "delegation": each,
            "in_force": each.withdrawn_at is None and each.from_on <= day <= each.to_on,
            "may_withdraw": each.withdrawn_at is None
            and each.to_on >= day
            and bool(permissions.can_withdraw(actor, each)),
        }
        for each in _delegations(actor)[:MOST]
    ]
    context = {
        "rows": rows,
        "handovers": _handovers(actor)[:MOST],
        "may_delegate": bool(permissions.can_delegate(actor)),
    }
    return render(request, "agencies/delegations/delegation_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def delegation_create(request: Request) -> HttpResponse:
    demand(permissions.can_delegate(request.actor))
    form = DelegationForm(
        colleagues(request.actor), request.POST or None, initial={"from_on": today()}
    )
    if form.is_valid():
        giver = _own_post(request.actor)
        try:
            services.delegate(giver, **form.cleaned_data, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("授权已生效,代办人可在页面顶部切换。"))
            return redirect("delegation_list")
    return render(request, "agencies/delegations/delegation_create.html", {"form": form})


@require_http_methods(["GET", "POST"])
@login_required
def delegation_withdraw(request: Request, pk: int) -> HttpResponse:
    delegation = get_object_or_404(_delegations(request.actor), pk=pk)
    demand(permissions.can_withdraw(request.actor, delegation))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            services.withdraw(delegation, reason=form.cleaned_data["reason"], actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("授权已收回,立即失效。"))
            return redirect("delegation_list")
    context = {"form": form, "delegation": delegation}
    return render(request, "agencies/delegations/delegation_withdraw.html", context)


# --- Handover -------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
def handover_create(request: Request) -> HttpResponse:
    """Hand over one's own post."""
    demand(permissions.can_open_handover(request.actor))
    post = _own_post(request.actor)
    form = HandoverForm(
        colleagues(request.actor), request.POST or None, initial={"last_day": today()}
    )
    if form.is_valid():
        try:
            made = services.open_handover(post, **form.cleaned_data, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            return redirect(made)
    context = {"form": form, "post": post, "work": open_work(post)}
    return render(request, "agencies/delegations/handover_create.html", context)


@require_safe
@login_required
def handover_detail(request: Request, pk: int) -> HttpResponse:
    handover = get_object_or_404(_handovers(request.actor), pk=pk)
    context = {
        "handover": handover,
        "items": handover.items.all(),
        "facts": _facts(handover),
        "entries": timeline(ref(handover), request.actor),
        "offers": workflow.handover.offers(handover, request.actor),
    }
    return render(request, "agencies/delegations/handover_detail.html", context)


def _facts(handover: Handover) -> list[tuple[Any, Any]]:
    giver, receiver = handover.giver, handover.receiver
    return [
        (_("移交岗位"), f"{giver} · {giver.user.name}"),
        (_("接收岗位"), f"{receiver} · {receiver.user.name}"),
        (_("移交岗位最后任职日"), handover.last_day),
        (_("事由"), handover.reason),
        (_("移交签字"), handover.handed_at),
        (_("接收签字"), handover.received_at),
    ]


@require_POST
@login_required
def handover_hand(request: Request, pk: int) -> HttpResponse:
    handover = get_object_or_404(_handovers(request.actor), pk=pk)
    return _moved(request, handover, lambda: services.sign_giver(handover, actor=request.actor))


@require_POST
@login_required
def handover_receive(request: Request, pk: int) -> HttpResponse:
    handover = get_object_or_404(_handovers(request.actor), pk=pk)
    return _moved(
        request,
        handover,
        lambda: services.sign_receiver(handover, today=today(), actor=request.actor),
    )


@require_POST
@login_required
def handover_cancel(request: Request, pk: int) -> HttpResponse:
    handover = get_object_or_404(_handovers(request.actor), pk=pk)
    demand(permissions.can_cancel(request.actor, handover))
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写理由,不超过 500 字。"))
        return redirect(handover)
    reason = form.cleaned_data["reason"]
    return _moved(
        request,
        handover,
        lambda: services.cancel(handover, reason=reason, actor=request.actor),
    )


def _moved(request: Request, handover: Handover, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        name = signature(request.actor)
        messages.success(request, _("已办理,签字人:%(name)s。") % {"name": name})
    return redirect(handover)


@require_http_methods(["GET", "POST"])
@login_required
def post_end(request: Request, pk: int) -> HttpResponse:
    """End a post at once when it leaves nothing open; else open its handover (EV3)."""
    posts = Post.objects.visible_to(request.actor).select_related("user", "agency__region")
    post = get_object_or_404(posts, pk=pk)
    demand(can_end_post(request.actor, post))
    work = open_work(post)
    form = EndPostForm(
        colleagues_of(post),
        request.POST or None,
        needs_receiver=bool(work),
        initial={"on": today()},
    )
    if form.is_valid():
        try:
            message = _end(post, form.cleaned_data, request.actor, handover=bool(work))
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, message)
            return redirect(post.user)
    kinds = sorted({kind for kind, _work in work})
    context = {"form": form, "post": post, "kinds": kinds, "count": len(work)}
    return render(request, "agencies/delegations/post_end.html", context)


def _end(post: Post, given: dict[str, Any], actor: Actor, *, handover: bool) -> str:
    on, reason = given["on"], given["reason"]
    if handover:
        receiver = given["receiver"]
        services.open_handover(post, receiver=receiver, last_day=on, reason=reason, actor=actor)
        return _("工作交接已发起,双方签字后岗位结束。")
    end_post(post, on=on, reason=reason, today=today(), actor=actor)
    return _("岗位已结束。")
