"""Doors of the administrators: accounts, posts, roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agencies.accounts import permissions, services
from agencies.accounts.forms import (
    AccountForm,
    NewAccountForm,
    PostForm,
    RolesForm,
)
from agencies.accounts.models import Post, User
from agencies.accounts.selectors import account_facts, history, posts_seen
from agencies.accounts.tables import ACCOUNTS
from portal.access import Actor, Allowed, Request, demand
from portal.clocks import today
from portal.errors import Refused
from portal.lists import list_page
from portal.ui.forms import ReasonForm


@require_safe
@login_required
def account_list(request: Request) -> HttpResponse:
    can = {"create": permissions.can_create(request.actor)}
    return list_page(request, ACCOUNTS, "agencies/accounts/account_list.html", {"can": can})


def _seen(request: Request, pk: int) -> User:
    user: User = get_object_or_404(User.objects.visible_to(request.actor), pk=pk)
    demand(permissions.can_list(request.actor))
    return user


@require_safe
@login_required
def account_detail(request: Request, pk: int) -> HttpResponse:
    user = _seen(request, pk)
    actor = request.actor
    context = {
        "person": user,
        "facts": account_facts(user),
        "posts": posts_seen(actor, user),
        "acts": _offered(actor, user),
        "entries": history(user, actor),
        "can": {
            "edit": permissions.can_edit(actor, user),
            "place": permissions.can_place(actor, user),
        },
    }
    return render(request, "agencies/accounts/account_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def account_create(request: Request) -> HttpResponse:
    demand(permissions.can_create(request.actor))
    form = NewAccountForm(request.POST or None)
    if form.is_valid():
        try:
            user = services.create_account(**form.cleaned_data, actor=request.actor)
        except Refused as reason:
            form.add_error("username", str(reason))
        else:
            messages.success(request, _now("账号已开立。请设置岗位，并发出邀请。"))
            return redirect(user)
    return render(request, "agencies/accounts/account_create.html", {"form": form})


@require_http_methods(["GET", "POST"])
@login_required
def account_edit(request: Request, pk: int) -> HttpResponse:
    user = _seen(request, pk)
    demand(permissions.can_edit(request.actor, user))
    form = AccountForm(request.POST or None, instance=User.objects.get(pk=pk))
    if form.is_valid():
        services.edit_account(user, **form.cleaned_data, actor=request.actor)
        messages.success(request, _now("账号资料已保存。"))
        return redirect(user)
    return render(request, "agencies/accounts/account_edit.html", {"form": form, "person": user})


# --- Acts that take a reason ----------------------------------------------------------------


def _disable(user: User, reason: str, actor: Actor) -> str:
    services.disable(user, reason=reason, actor=actor)
    return ""


def _enable(user: User, reason: str, actor: Actor) -> str:
    services.enable(user, reason=reason, actor=actor)
    return ""


def _reset(user: User, reason: str, actor: Actor) -> str:
    return services.reset_password(user, reason=reason, actor=actor)


def _invite(user: User, reason: str, actor: Actor) -> str:
    return reverse("invitation_accept", args=[services.invite(user, actor=actor)])


def _free_factor(user: User, reason: str, actor: Actor) -> str:
    services.remove_second_factor(user, reason=reason, actor=actor)
    return ""


@dataclass(frozen=True, slots=True)
class Act:
    """One act on an account: its words, who may, what it does; the answer is shown once."""

    label: str | Promise
    says: str | Promise
    allowed: Callable[[Actor, User], Allowed]
    do: Callable[[User, str, Actor], str]


ACTS = {
    "invite": Act(
        _("发出邀请"),
        _("生成一次性链接，三天内有效，本人用它设置密码。"),
        permissions.can_invite,
        _invite,
    ),
    "reset": Act(
        _("重置密码"),
        _("生成临时密码，本人下次登录须修改；已绑定的动态口令不变，登录中的设备全部退出。"),
        permissions.can_secure,
        _reset,
    ),
    "factor": Act(
        _("解除动态口令"),
        _("手机遗失时使用，本人下次登录须重新绑定；登录中的设备全部退出。"),
        permissions.can_secure,
        _free_factor,
    ),
    "disable": Act(
        _("停用账号"),
        _("立即不能登录，登录中的设备和接口令牌同时失效；历史签字不变。"),
        permissions.can_secure,
        _disable,
    ),
    "enable": Act(_("启用账号"), _("恢复登录。"), permissions.can_secure, _enable),
}


def _offered(actor: Actor, user: User) -> list[dict[str, Any]]:
    """The acts that make sense now, with the answer for this actor."""
    hidden = {"disable"} if not user.is_active else {"enable"}
    if user.password_changed_at is not None:
        hidden.add("invite")
    found = []
    for name, act in ACTS.items():
        allowed = act.allowed(actor, user)
        if name not in hidden and allowed:
            url = reverse("account_act", args=[user.pk, name])
            found.append({"label": act.label, "url": url})
    return found


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def account_act(request: Request, pk: int, act: str) -> HttpResponse:
    """Invite, reset, free the device, disable, enable: each with its reason."""
    chosen = ACTS.get(act)
    if chosen is None:
        raise Http404
    user = _seen(request, pk)
    demand(chosen.allowed(request.actor, user))
    form = ReasonForm(request.POST or None)
    context = {"form": form, "person": user, "act": chosen}
    if form.is_valid():
        try:
            secret = chosen.do(user, form.cleaned_data["reason"], request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            if secret:
                link = request.build_absolute_uri(secret) if act == "invite" else ""
                shown = {**context, "secret": link or secret}
                return render(request, "agencies/accounts/account_secret.html", shown)
            messages.success(request, _now("已办理：%(act)s。") % {"act": chosen.label})
            return redirect(user)
    return render(request, "agencies/accounts/account_act.html", context)


# --- Posts ----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
def post_open(request: Request, pk: int) -> HttpResponse:
    """A post without roles for this person."""
    user = _seen(request, pk)
    demand(permissions.can_place(request.actor, user))
    form = PostForm(request.actor, request.POST or None, initial={"from_on": today()})
    if form.is_valid():
        try:
            services.open_post(user, **form.cleaned_data, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _now("岗位已设置，角色由安全管理员授予。"))
            return redirect(user)
    return render(request, "agencies/accounts/post_open.html", {"form": form, "person": user})


def _post(request: Request, pk: int) -> Post:
    posts = Post.objects.visible_to(request.actor).select_related("user", "agency__region")
    post = get_object_or_404(posts, pk=pk)
    demand(permissions.can_list(request.actor))
    return post


@require_http_methods(["GET", "POST"])
@login_required
def post_roles(request: Request, pk: int) -> HttpResponse:
    """Grant and revoke: the roles that this post has from now on."""
    post = _post(request, pk)
    demand(permissions.can_grant(request.actor, post))
    initial = {"roles": post.roles, "version": post.version}
    form = RolesForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.grant_roles(post, **form.cleaned_data, today=today(), actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _now("角色已更新，对方下一次操作起生效。"))
            return redirect(post.user)
    return render(request, "agencies/accounts/post_roles.html", {"form": form, "post": post})
