"""Doors: signing in and out, the second factor, one's own password, sessions and posts."""

from __future__ import annotations

from http import HTTPStatus
from itertools import groupby
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.accounts.choices import SignInEnd
from agencies.accounts.models import ApiToken, Invitation, SignIn, User, digest_of
from agencies.accounts.services import accept_invitation, end_sign_in, revoke_token
from agencies.sessions import selectors, services
from agencies.sessions.forms import ChangePasswordForm, CodeForm, NewPasswordForm, SignInForm
from portal.access import PUBLIC, Request
from portal.access.client import client_address
from portal.clocks import now
from portal.errors import Refused

LOCKED_SECONDS = 1800
NEXT_KEY = "next"  # of the session


def _next_page(request: HttpRequest) -> str:
    """The page asked for before signing in, when it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    # redirect() would take a bare word for a URL's name
    return wanted if ours and wanted.startswith("/") else settings.LOGIN_REDIRECT_URL


def _wanted(request: HttpRequest) -> str:
    """Where the person was going when signing in."""
    return str(request.session.get(NEXT_KEY, settings.LOGIN_REDIRECT_URL))


def _login_page(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    posts = selectors.demo_posts()
    groups = [(agency, list(held)) for agency, held in groupby(posts, lambda post: post.agency)]
    wanted = request.POST.get("next") or request.GET.get("next", "")
    context = {"form": form, "groups": groups, "next": wanted}
    return render(request, "agencies/sessions/login.html", context, status=status)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: Request) -> HttpResponse:
    """Username and password; refusals never say which of the two was wrong."""
    if not request.actor.is_public:
        return redirect(_next_page(request))
    form = SignInForm(request.POST or None)
    if not form.is_valid():
        return _login_page(request, form)
    username = form.cleaned_data["username"]
    if selectors.must_wait(username, client_address(request)):
        form.add_error(None, _("该账号近期登录失败较多，请 1 分钟后再试。"))
        return _login_page(request, form, HTTPStatus.TOO_MANY_REQUESTS)
    user = authenticate(request, username=username, password=form.cleaned_data["password"])
    if user is None:
        services.note_failure(request, username)
        form.add_error(None, _("用户名或密码不正确，或账号已停用。"))
        return _login_page(request, form)
    return _enter(request, user, form, how="password")


def _enter(request: Request, user: Any, form: SignInForm, *, how: str) -> HttpResponse:
    try:
        services.begin_session(request, user, how=how)
    except Refused as reason:
        form.add_error(None, str(reason))
        return _login_page(request, form)
    request.session[NEXT_KEY] = _next_page(request)  # kept over the second step
    return redirect(request.session[NEXT_KEY])


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """Axes' answer after five failures of one account from one address."""
    form = SignInForm(request.POST or None)
    form.full_clean()
    form.add_error(
        None,
        _(
            "连续 5 次登录失败，该账号在本地址已锁定 30 分钟。"
            "请稍后再试，或联系安全管理员重置密码。"
        ),
    )
    page = _login_page(request, form, HTTPStatus.TOO_MANY_REQUESTS)
    page["Retry-After"] = str(LOCKED_SECONDS)
    return page


@require_POST
def demo_sign_in(request: Request) -> HttpResponse:
    """The demo's buttons; they exist nowhere else and only for the invented people."""
    posts = {str(post.pk): post for post in selectors.demo_posts()}
    post = posts.get(request.POST.get("post", ""))
    if post is None:
        raise Http404
    services.begin_session(request, post.user, how="demo")
    request.session[selectors.POST_KEY] = post.pk
    return redirect(_next_page(request))


@require_POST
def logout(request: Request) -> HttpResponse:
    services.end_session(request, SignInEnd.LOGOUT)
    messages.success(request, _("您已退出登录。"))
    return redirect("login")


@require_POST
@login_required
def post_switch(request: Request) -> HttpResponse:
    """Make another post or delegation active; a number alone names a post."""
    value = request.POST.get("post", "")
    value = f"post:{value}" if value.isdecimal() else value
    try:
        services.switch_post(request, value, actor=request.actor)
    except Refused as reason:
        messages.error(request, str(reason))
    return redirect("desk")


# --- The second factor ----------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def second_step(request: Request) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if form.is_valid():
        if services.check_factor(request, code=form.cleaned_data["code"]):
            return redirect(_wanted(request))
        form.add_error("code", _("口令不正确、已用过或尝试过快，请等下一个口令再试。"))
    return render(request, "agencies/sessions/second_step.html", {"form": form})


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def totp_enrol(request: Request) -> HttpResponse:
    """Show the secret as QR and text; the first right code binds the device."""
    form = CodeForm(request.POST or None)
    form.fields["code"].help_text = _("扫码后手机上显示的 6 位数字。")
    if form.is_valid():
        try:
            codes = services.bind_factor(request, code=form.cleaned_data["code"])
        except Refused as reason:
            form.add_error("code", str(reason))
        else:
            shown = {"codes": codes, "next": _wanted(request)}
            return render(request, "agencies/sessions/recovery_codes.html", shown)
    device = services.new_secret(request)
    picture = segno.make(device.config_url, error="m").svg_inline(scale=5, border=2, light="#fff")
    context = {"form": form, "picture": picture, "secret": _grouped(device)}
    return render(request, "agencies/sessions/totp_enrol.html", context)


def _grouped(device: TOTPDevice) -> str:
    """The secret in base32, in groups of four, for typing."""
    from base64 import b32encode

    text = b32encode(device.bin_key).decode()
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


@never_cache
@require_POST
@login_required
def recovery_codes(request: Request) -> HttpResponse:
    try:
        codes = services.renew_recovery_codes(request.user, actor=request.actor)
    except Refused as reason:
        messages.error(request, str(reason))
        return redirect("account")
    return render(request, "agencies/sessions/recovery_codes.html", {"codes": codes})


# --- One's own account ----------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def account(request: Request) -> HttpResponse:
    """My account: password, second factor, sessions, tokens, posts."""
    user: User = request.user
    tokens = ApiToken.objects.visible_to(request.actor).filter(revoked_at=None)
    context = {
        "posts": selectors.posts_of(user),
        "sign_ins": SignIn.objects.visible_to(request.actor).open()[:50],
        "present": request.session.session_key,
        "tokens": tokens.select_related("post__agency")[:50],
        "has_factor": TOTPDevice.objects.filter(user=user, confirmed=True).exists(),
        "codes_left": StaticToken.objects.filter(device__user=user).count(),
    }
    return render(request, "agencies/sessions/account.html", context)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def password_change(request: Request) -> HttpResponse:
    form = ChangePasswordForm(request.user, request.POST or None)
    if form.is_valid():
        services.change_password(request, password=form.cleaned_data["password"])
        messages.success(request, _("密码已修改，其他设备上的登录已结束。"))
        return redirect("account")
    forced = bool(selectors.pending_step(request, request.user))
    return render(
        request, "agencies/sessions/password_change.html", {"form": form, "forced": forced}
    )


@require_POST
@login_required
def session_end(request: Request, pk: int) -> HttpResponse:
    sign_in = get_object_or_404(SignIn.objects.visible_to(request.actor), pk=pk)
    end_sign_in(sign_in, end=SignInEnd.ENDED, actor=request.actor)
    messages.success(request, _("该登录已结束。"))
    return redirect("account")


@require_POST
@login_required
def token_revoke(request: Request, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.actor), pk=pk)
    try:
        revoke_token(token, actor=request.actor)
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("令牌已撤销。"))
    return redirect("account")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def invitation_accept(request: Request, key: str) -> HttpResponse:
    """A one-time link: unknown, used and expired ones look the same."""
    invitations = Invitation.objects.usable(now()).select_related("user")
    invitation = get_object_or_404(invitations, digest=digest_of(key))
    form = NewPasswordForm(invitation.user, request.POST or None)
    if form.is_valid():
        accept_invitation(invitation, password=form.cleaned_data["password"], actor=PUBLIC)
        messages.success(request, _("密码已设置，请登录。"))
        return redirect("login")
    context = {"form": form, "person": invitation.user}
    return render(request, "agencies/sessions/invitation_accept.html", context)
