"""Beginning, admitting and ending sessions; the second factor; switching posts."""

from __future__ import annotations

import secrets
from base64 import b32encode
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_otp import login as otp_login
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.accounts.choices import SignInEnd
from agencies.accounts.models import Post, SignIn, User, digest_of
from agencies.accounts.selectors import actor_of_post
from agencies.accounts.services import end_sign_ins, set_password, temporary_is_over
from agencies.sessions.selectors import (
    DELEGATION_KEY,
    FACTOR_KEY,
    POST_KEY,
    active_post,
    factor_of,
    must_wait,
    pending_step,
    places_from_request,
    posts_in,
    posts_of,
)
from portal.access import Actor, ActorKind
from portal.access.choices import ADMIN_ROLES
from portal.access.client import client_address
from portal.audit import record
from portal.clocks import now
from portal.errors import Refused

BEGAN_KEY = "began"
SEEN_KEY = "seen"
SIGN_IN_KEY = "sign_in"
SECRET_KEY = "totp_key"  # noqa: S105  # the session's name for a secret, not a secret
SEEN_EVERY = 60  # seconds between notes of activity
RECOVERY_CODES = 10


def begin_session(request: HttpRequest, user: User, *, how: str) -> None:
    """Sign a person in whose name and password, or demo button, were right; rotates the key.

    Raises Refused for staff without a post today. Administrators keep one session only (R7).
    """
    if not user.institution_id and not posts_of(user):
        raise Refused(_("您目前没有在任岗位，请联系本单位负责人或系统管理员。"))
    if temporary_is_over(user):
        raise Refused(_("临时密码已超过 72 小时失效，请联系安全管理员重新重置。"))
    with transaction.atomic():
        if isinstance(request.user, User):
            end_session(request, SignInEnd.REPLACED)
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        request.session.cycle_key()  # after a flush, login() leaves the session without a key
        at = now()
        key = str(request.session.session_key)
        sign_in = SignIn.objects.create(
            user=user,
            session_key=key,
            address=client_address(request),
            device=_one_line(request.headers.get("User-Agent", ""))[:200],
            began_at=at,
            seen_at=at,
        )
        request.session[SIGN_IN_KEY] = sign_in.pk
        request.session[BEGAN_KEY] = request.session[SEEN_KEY] = at.timestamp()
        request.session[FACTOR_KEY] = factor_of(user)
        if request.session[FACTOR_KEY] == "done":
            _keep_one(request, user)
        facts = {"address": sign_in.address, "how": how}
        record(_person(request, user), "user.login", user, facts=facts)


def _keep_one(request: HttpRequest, user: User) -> None:
    """An administrator's other sessions end, once this one has passed all factors."""
    if any(ADMIN_ROLES.intersection(post.roles) for post in posts_of(user)):
        end_sign_ins(user, SignInEnd.REPLACED, keep=str(request.session.session_key))


@transaction.atomic
def note_failure(request: HttpRequest, username: str) -> None:
    """Write a refused sign-in into the history of the account that was named, if there is one."""
    user = User.objects.filter(username=username).first()
    if user is not None:
        post = active_post(posts_of(user))
        agency = post.agency_id if post else None
        actor = Actor(
            ActorKind.PUBLIC, agency_id=agency, request_id=_request_id(request), source="web"
        )
        record(actor, "user.login_failed", user, facts={"address": client_address(request)})


def vouch(
    request: HttpRequest, *, username: str, password: str, code: str, agency_id: int
) -> Actor:
    """A second officer of this agency proves who they are, for one act on a colleague's screen.

    The session stays the first officer's. Refused, with the same sentence for every fault of the
    credentials, when the person is unknown, the same one, locked out or of another agency.
    """
    name = username.strip().lower()
    if must_wait(name, client_address(request)):
        raise Refused(_("该账号近期登录失败较多，请 1 分钟后再试。"), code="wait")
    user = authenticate(request, username=name, password=password)
    post = _post_in(user, agency_id) if isinstance(user, User) else None
    if not isinstance(user, User) or post is None or user == request.user:
        note_failure(request, name)
        raise Refused(_("第二位人员的用户名或密码不正确，或不是另一方的在岗人员。"), code="vouch")
    if TOTPDevice.objects.filter(user=user, confirmed=True).exists():
        with transaction.atomic():
            if _matching(user, _typed(code)) is None:
                raise Refused(_("第二位人员的动态口令不正确。"), code="factor")
    actor = actor_of_post(post, source="web", request_id=_request_id(request))
    with transaction.atomic():
        beside = getattr(request.user, "pk", None)
        record(actor, "user.vouch", user, facts={"beside": beside})
    return actor


def _post_in(user: User, agency_id: int) -> Post | None:
    return next((post for post in posts_of(user) if post.agency_id == agency_id), None)


@transaction.atomic
def end_session(request: HttpRequest, end: SignInEnd) -> None:
    """End this session, by the person or by a limit."""
    user = request.user
    if isinstance(user, User):
        rows = SignIn.objects.open().filter(pk=request.session.get(SIGN_IN_KEY, 0))
        rows.update(ended_at=now(), end=end)
        record(_person(request, user), "user.logout", user, facts={"how": end.value})
    logout(request)


def admit(request: HttpRequest) -> tuple[str, str]:
    """Called before every page of a signed-in person: applies the limits of security.md R7.

    Answers the name of a page that must come first, or nothing; and a sentence to show.
    """
    user = request.user
    if not isinstance(user, User):
        return "", ""
    session, at = request.session, now().timestamp()
    began, seen = session.setdefault(BEGAN_KEY, at), session.setdefault(SEEN_KEY, at)
    if at - seen > settings.SESSION_IDLE_SECONDS:
        end_session(request, SignInEnd.IDLE)
        return "", _("长时间未操作，已自动退出，请重新登录。")
    if at - began > settings.SESSION_ABSOLUTE_SECONDS:
        end_session(request, SignInEnd.LIMIT)
        return "", _("本次登录已满最长时限，请重新登录。")
    if not user.institution_id and not posts_in(request, user):
        end_session(request, SignInEnd.NO_POST)
        return "", _("您的岗位已结束，已自动退出。")
    if at - seen > SEEN_EVERY:
        session[SEEN_KEY] = at
        SignIn.objects.open().filter(pk=session.get(SIGN_IN_KEY, 0)).update(seen_at=now())
    return pending_step(request, user), ""


def switch_post(request: HttpRequest, value: str, *, actor: Actor) -> None:
    """Make another post, or a delegation in force, the active one of this session."""
    places = {place.value: place for place in places_from_request(request)}
    place = places.get(value)
    if place is None:
        raise Refused(_("该岗位或授权已结束，请刷新页面。"))
    with transaction.atomic():
        request.session[DELEGATION_KEY] = place.delegation.pk if place.delegation else None
        if place.delegation is None:
            request.session[POST_KEY] = place.post.pk
        facts = {"to": value, "agency": place.post.agency_id}
        record(actor, "user.switch_post", f"user:{actor.user_id}", facts=facts)


def change_password(request: HttpRequest, *, password: str) -> None:
    """The person's own new password: other sessions end, this one goes on with a new key."""
    user: User = request.user  # type: ignore[assignment]  # the view asks for a signed-in person
    keep = str(request.session.session_key)
    with transaction.atomic():
        set_password(user, password, actor=_person(request, user), keep=keep)
        update_session_auth_hash(request, user)
        sign_in = SignIn.objects.filter(pk=request.session.get(SIGN_IN_KEY, 0))
        sign_in.update(session_key=str(request.session.session_key))


# --- The second factor ----------------------------------------------------------------------


def new_secret(request: HttpRequest) -> TOTPDevice:
    """The device to be bound, kept in the session until its first code proves it."""
    key = request.session.get(SECRET_KEY)
    if key is None:
        key = request.session[SECRET_KEY] = secrets.token_hex(20)
    return TOTPDevice(user=request.user, name="TOTP", key=key)


def bind_factor(request: HttpRequest, *, code: str) -> list[str]:
    """Bind the device whose code is right; answers the recovery codes, shown once."""
    user: User = request.user  # type: ignore[assignment]  # the view asks for a signed-in person
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if TOTPDevice.objects.filter(user=user).exists():
            raise Refused(_("已绑定动态口令；更换设备请联系安全管理员。"))
        device = new_secret(request)
        device.save()
        if not device.verify_token(_typed(code)):
            raise Refused(_("口令不正确，请核对手机时间后输入新的 6 位口令。"))
        codes = _new_recovery_codes(user)
        record(_person(request, user), "user.factor_bound", user)
    del request.session[SECRET_KEY]
    _pass(request, device)
    return codes


def check_factor(request: HttpRequest, *, code: str) -> bool:
    """Whether a TOTP or recovery code is right; each is good once, failures slow the next try."""
    user: User = request.user  # type: ignore[assignment]  # the view asks for a signed-in person
    code = _typed(code)
    with transaction.atomic():
        device = _matching(user, code)
        verb = "user.factor" if device else "user.factor_failed"
        record(_person(request, user), verb, user, facts={"kind": type(device).__name__})
    if device is None:
        return False
    _pass(request, device)
    return True


def _typed(code: str) -> str:
    """A code as people type it: in groups, with blanks or hyphens."""
    return "".join(code.split()).replace("-", "")


def _matching(user: User, code: str) -> Any:
    if code.isdecimal() and len(code) == 6:
        totp = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        return totp if totp is not None and totp.verify_token(code) else None
    static = StaticDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    return static if static is not None and static.verify_token(_stored(code)) else None


@transaction.atomic
def renew_recovery_codes(user: User, *, actor: Actor) -> list[str]:
    """New recovery codes; the earlier ones are worth nothing from now on."""
    if not TOTPDevice.objects.filter(user=user, confirmed=True).exists():
        raise Refused(_("请先绑定动态口令。"))
    record(actor, "user.recovery_codes", user)
    return _new_recovery_codes(user)


def _new_recovery_codes(user: User) -> list[str]:
    device = StaticDevice.objects.get_or_create(user=user, name="recovery")[0]
    device.token_set.all().delete()
    codes = [b32encode(secrets.token_bytes(10)).decode().lower() for _n in range(RECOVERY_CODES)]
    tokens = [StaticToken(device=device, token=_stored(code)) for code in codes]
    StaticToken.objects.bulk_create(tokens)
    return ["-".join(code[n : n + 4] for n in range(0, 16, 4)) for code in codes]


def _stored(code: str) -> str:
    """What of a recovery code the database keeps: the first 64 bits of its digest."""
    return digest_of(code.lower())[:16]


def _pass(request: HttpRequest, device: Any) -> None:
    request.session.cycle_key()
    rows = SignIn.objects.filter(pk=request.session.get(SIGN_IN_KEY, 0))
    rows.update(session_key=str(request.session.session_key))
    request.session[FACTOR_KEY] = "done"
    otp_login(request, device)
    user: User = request.user  # type: ignore[assignment]  # the view asks for a signed-in person
    _keep_one(request, user)


def _person(request: HttpRequest, user: User) -> Actor:
    """The person as such, before a post is active: in its agency, whose auditors read it."""
    kind = ActorKind.INSTITUTION if user.institution_id else ActorKind.STAFF
    chosen = request.session.get(POST_KEY)
    post = None if user.institution_id else active_post(posts_in(request, user), chosen)
    agency = post.agency_id if post else None
    return Actor(
        kind, user_id=user.pk, agency_id=agency, request_id=_request_id(request), source="web"
    )


def _one_line(text: str) -> str:
    """What a browser says of itself, without control characters."""
    return "".join(each if each.isprintable() else " " for each in text)


def _request_id(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))
