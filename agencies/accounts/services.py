"""Opening, placing and ending accounts; roles; passwords; sessions; tokens of the REST API."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from functools import cache
from pathlib import Path

from axes.utils import reset as unlock
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_otp import devices_for_user

from agencies.accounts import rules
from agencies.accounts.choices import PASSWORD_FAULTS, SignInEnd
from agencies.accounts.models import (
    ApiToken,
    Invitation,
    PasswordRecord,
    Post,
    SignIn,
    User,
    digest_of,
)
from agencies.directory.models import Agency
from portal.access import Actor, Role
from portal.access.choices import ADMIN_ROLES
from portal.audit import record
from portal.audit.models import AuditEvent
from portal.clocks import now
from portal.clocks import today as this_day
from portal.errors import Conflict, Refused
from portal.events import POST_ENDED, announce

WORDS = Path(__file__).parent.parent / "seeds" / "blocked_words.txt"
INVITATION_DAYS = 3
TEMPORARY_HOURS = 72
PROOFS = ("user.factor", "user.factor_bound")


# --- Passwords ------------------------------------------------------------------------------


@cache
def blocked_words() -> frozenset[str]:
    """The words of seeds/blocked_words.txt."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line and not line.startswith("#"))


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def password_faults(user: User, password: str) -> list[str]:
    """The rules that a new password breaks, in words."""
    faults = rules.password_faults(password, username=user.username, words=blocked_words())
    if "common" not in faults and password.lower() in _common_passwords():
        faults.append("common")
    if not faults and _is_reused(user, password):
        faults.append("reused")
    return [str(PASSWORD_FAULTS[fault]) for fault in faults]


def _is_reused(user: User, password: str) -> bool:
    earlier = PasswordRecord.objects.filter(user_id=user.pk or 0).values_list("password", flat=True)
    return any(check_password(password, known) for known in earlier[: rules.NOT_REUSED])


@transaction.atomic
def set_password(
    user: User, password: str, *, actor: Actor, must_change: bool = False, keep: str = ""
) -> None:
    """Set a password that keeps the rules; every session but ``keep`` ends.

    Raises Refused with all faults. A second factor stays as it is (security.md R5).
    """
    faults = password_faults(user, password)
    if faults:
        raise Refused(" ".join(faults), code="password", details=faults)
    at = now()
    user.password = make_password(password)
    user.password_changed_at = at
    user.must_change_password = must_change
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])
    PasswordRecord.objects.create(user=user, password=user.password, set_at=at)
    Invitation.objects.filter(user=user, used_at=None).update(used_at=at)
    end_sign_ins(user, SignInEnd.PASSWORD, keep=keep)
    record(actor, "user.password", user, facts={"must_change": must_change})


def password_is_old(user: User) -> bool:
    """Whether the password is older than the 90 days of GB/T 22239 (never in the demo)."""
    days: int = settings.PASSWORD_DAYS_VALID
    if not days or user.password_changed_at is None:
        return False
    return now() - user.password_changed_at > dt.timedelta(days=days)


def temporary_password() -> str:
    """A password to hand over, of four groups that can be read aloud; it keeps the rules."""
    letters = "abcdefghjkmnpqrstuvwxyz"
    digits = "23456789"
    groups = ["".join(secrets.choice(letters) for _n in range(4)) for _m in range(3)]
    tail = "".join(secrets.choice(digits) for _n in range(4))
    return "-".join([*groups, tail]).capitalize()


@transaction.atomic
def reset_password(user: User, *, reason: str, actor: Actor) -> str:
    """Give a temporary password, to be changed at the next sign-in; answers it once.

    It frees the account where failures locked it, keeps the second factor and ends after
    TEMPORARY_HOURS. One administrator does not take over another's account: an administrator's
    password and second factor are never reset by the same person (see ``_not_alone``).
    """
    _not_oneself(user, actor)
    _not_alone(user, "user.factor_removed", actor)
    password = temporary_password()
    set_password(user, password, actor=actor, must_change=True)
    unlock(username=user.username)
    record(actor, "user.reset", user, reason=reason)
    return password


def temporary_is_over(user: User) -> bool:
    """Whether a temporary password was not used in time."""
    set_at = user.password_changed_at
    if not user.must_change_password or set_at is None:
        return False
    return now() - set_at > dt.timedelta(hours=TEMPORARY_HOURS)


@transaction.atomic
def invite(user: User, *, actor: Actor) -> str:
    """Make the one-time key of an invitation; earlier open ones of this account end."""
    key = secrets.token_urlsafe(24)
    at = now()
    Invitation.objects.filter(user=user, used_at=None).update(used_at=at)
    ends = at + dt.timedelta(days=INVITATION_DAYS)
    Invitation.objects.create(user=user, digest=digest_of(key), made_at=at, expires_at=ends)
    record(actor, "user.invite", user, facts={"until": ends})
    return key


@transaction.atomic
def accept_invitation(invitation: Invitation, *, password: str, actor: Actor) -> None:
    """Set the invited person's password; the link works once."""
    rows = Invitation.objects.filter(pk=invitation.pk, used_at=None)
    if rows.update(used_at=now()) != 1:
        raise Conflict(_("链接已使用"))
    set_password(invitation.user, password, actor=actor)


# --- Accounts -------------------------------------------------------------------------------


@transaction.atomic
def create_account(
    *, username: str, name: str, actor: Actor, phone: str = "", email: str = ""
) -> User:
    """Open an account without a password, a post or a role."""
    username = username.strip().lower()
    user = User(
        username=username, name=name, phone=phone, email=email, password=make_password(None)
    )
    user.opened_in = actor.region
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        message = _("用户名“%(name)s”已被使用，请换一个。") % {"name": username}
        raise Refused(message) from error
    record(actor, "user.create", user, facts={"username": username})
    return user


@transaction.atomic
def edit_account(
    user: User, *, name: str, phone: str, email: str, version: int, actor: Actor
) -> None:
    """Change how a person is named and reached; Conflict when somebody else was faster."""
    wanted = {"name": name, "phone": phone, "email": email}
    changed = sorted(field for field, value in wanted.items() if getattr(user, field) != value)
    before = user.name
    rows = User.objects.filter(pk=user.pk, version=version)
    if rows.update(**wanted, version=version + 1) != 1:
        raise Conflict(_("账号资料已更新"))
    for field, value in wanted.items():
        setattr(user, field, value)
    user.version = version + 1
    # Numbers and addresses are personal data: the audit names the fields only.
    changes = {"name": [before, name]} if before != name else None
    record(actor, "user.edit", user, changes=changes, facts={"fields": changed})


@transaction.atomic
def disable(user: User, *, reason: str, actor: Actor) -> None:
    """Stop an account; its sessions end and its tokens are refused from the next request on."""
    _not_oneself(user, actor)
    if (
        User.objects.filter(pk=user.pk, is_active=True).update(is_active=False, disabled_at=now())
        != 1
    ):
        raise Refused(_("该账号已停用。"))
    user.is_active = False
    end_sign_ins(user, SignInEnd.DISABLED)
    record(actor, "user.disable", user, reason=reason)


@transaction.atomic
def enable(user: User, *, reason: str, actor: Actor) -> None:
    """Let a disabled account work again; its old sessions stay ended."""
    _not_oneself(user, actor)
    # A fresh last_login keeps the job for idle accounts from disabling it again at once.
    changes = {"is_active": True, "disabled_at": None, "last_login": now()}
    if User.objects.filter(pk=user.pk, is_active=False).update(**changes) != 1:
        raise Refused(_("该账号未停用。"))
    user.is_active = True
    record(actor, "user.enable", user, reason=reason)


@transaction.atomic
def remove_second_factor(user: User, *, reason: str, actor: Actor) -> None:
    """Take away a lost TOTP device and its recovery codes; the person enrols again."""
    _not_oneself(user, actor)
    _not_alone(user, "user.reset", actor)
    devices = list(devices_for_user(user, confirmed=None))
    if not devices:
        raise Refused(_("该账号没有绑定动态口令。"))
    for device in devices:
        device.delete()
    end_sign_ins(user, SignInEnd.FACTOR)
    record(actor, "user.factor_removed", user, reason=reason)


# --- Posts and roles ------------------------------------------------------------------------


@transaction.atomic
def open_post(
    user: User,
    *,
    agency: Agency,
    title: str,
    from_on: dt.date,
    actor: Actor,
    to_on: dt.date | None = None,
) -> Post:
    """Place a person in an agency, without any role: those come from the security administrator."""
    _not_oneself(user, actor)
    if agency.ended_on is not None and agency.ended_on <= from_on:
        raise Refused(_("该单位已停用，不能新设岗位。"))
    if to_on is not None and to_on < from_on:
        raise Refused(_("任职结束日期不能早于开始日期。"))
    post = Post.objects.create(
        user=user, agency=agency, title=title, roles=[], from_on=from_on, to_on=to_on
    )
    facts = {"agency": agency.name, "title": title, "from": from_on, "to": to_on}
    record(actor, "post.open", post, facts=facts)
    return post


@transaction.atomic
def grant_roles(
    post: Post, *, roles: Collection[str], reason: str, version: int, today: dt.date, actor: Actor
) -> None:
    """Give a post exactly these roles. Effective on the person's next request.

    Raises Refused when the agency cannot give a role or the three administrators' rule (GB/T
    22239-2019 8.1.4) is broken by any post of the person that is not over.
    """
    user = User.objects.select_for_update().get(pk=post.user_id)
    _not_oneself(user, actor)
    wanted = [role.value for role in Role if role in frozenset(roles)]
    _check_roles(post, wanted, today)
    before = list(post.roles)
    rows = Post.objects.filter(pk=post.pk, version=version)
    if rows.update(roles=wanted, version=version + 1) != 1:
        raise Conflict(_("岗位角色已更新"))
    post.roles, post.version = wanted, version + 1
    record(actor, "post.roles", post, changes={"roles": [before, wanted]}, reason=reason)


def _check_roles(post: Post, roles: list[str], today: dt.date) -> None:
    agency = post.agency
    misplaced = rules.role_faults(
        roles,
        agency_kind=agency.kind,
        level=agency.level,
        reports_rosters=agency.reports_rosters,
    )
    if misplaced:
        labels = _("、").join(str(Role(role).label) for role in misplaced)
        raise Refused(
            _("%(agency)s不能设置角色：%(roles)s。") % {"agency": agency, "roles": labels}
        )
    others = Post.objects.not_over(today).filter(user=post.user_id).exclude(pk=post.pk)
    held = {role for other in others for role in other.roles}
    if rules.excludes(roles, held):
        raise Refused(
            _("系统管理员、安全管理员、审计管理员互相排斥，也不得兼任业务角色(含本人的其他岗位)。")
        )


@transaction.atomic
def end_post(post: Post, *, on: dt.date, reason: str, today: dt.date, actor: Actor) -> None:
    """End a post after its last day; today or earlier means at once. Old signatures stay.

    A post is never made longer, and one that is over is refused.
    """
    _not_oneself(post.user, actor)
    if post.is_over(today):
        raise Refused(_("该岗位已结束。"))
    last = max(min(on, post.to_on or on), post.from_on)
    stopped = now() if on <= today else None
    rows = Post.objects.filter(pk=post.pk, version=post.version, stopped_at=None)
    if rows.update(to_on=last, stopped_at=stopped, version=post.version + 1) != 1:
        raise Conflict(_("岗位已结束或已更新"))
    changes = {"to_on": [post.to_on, last]}
    post.to_on, post.stopped_at, post.version = last, stopped, post.version + 1
    if stopped:
        ApiToken.objects.filter(post=post, revoked_at=None).update(revoked_at=stopped)
    record(actor, "post.end", post, changes=changes, reason=reason)
    announce(POST_ENDED, post.pk, actor=actor)


def _not_oneself(user: User, actor: Actor) -> None:
    if actor.user_id is not None and actor.user_id == user.pk:
        raise Refused(_("任何人不得变更自己的账号权限，请由另一名管理员办理。"), code="oneself")


def _not_alone(user: User, other: str, actor: Actor) -> None:
    """Password and second factor together are the account: for an administrator's, two people.

    Who did the ``other`` of the two since the person last passed a second factor is refused. An
    account to which no factor was ever bound is refused as well: its password would be all of it.
    """
    posts = Post.objects.not_over(this_day()).filter(user=user)
    if actor.user_id is None or not any(ADMIN_ROLES.intersection(post.roles) for post in posts):
        return
    events = AuditEvent.objects.filter(subject=f"user:{user.pk}").order_by("-id")
    proofs = events.filter(verb__in=PROOFS, user_id=user.pk).values_list("id", flat=True)
    since = events.filter(id__gt=proofs.first() or 0)
    if since.filter(verb=other, user_id=actor.user_id).exists():
        message = _(
            "管理员账号的密码重置和动态口令解除不得由同一人办理，请由另一名安全管理员办理。"
        )
        raise Refused(message, code="alone")
    bare = settings.TOTP_REQUIRED and not any(devices_for_user(user))
    if bare and not since.filter(verb=other).exists():
        message = _("该管理员从未绑定动态口令，不能由一人重置密码；请结束其岗位，另行开立账号。")
        raise Refused(message, code="alone")


# --- Sessions -------------------------------------------------------------------------------


def end_sign_ins(user: User, end: SignInEnd, *, keep: str = "") -> int:
    """End a person's open sessions, but not the one with this key; answers how many."""
    rows = SignIn.objects.open().filter(user=user).exclude(session_key=keep or "-")
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return rows.update(ended_at=now(), end=end)


@transaction.atomic
def end_sign_in(sign_in: SignIn, *, end: SignInEnd, actor: Actor) -> None:
    """End one session: its cookie is worth nothing from the next request on."""
    Session.objects.filter(session_key=sign_in.session_key).delete()
    rows = SignIn.objects.open().filter(pk=sign_in.pk)
    if rows.update(ended_at=now(), end=end):
        record(actor, "user.session_ended", sign_in.user, facts={"how": end.value})


# --- Tokens ---------------------------------------------------------------------------------


@transaction.atomic
def issue_token(post: Post, *, actor: Actor) -> str:
    """A key for the REST API that acts as this post; shown once, stored as a digest."""
    key = secrets.token_urlsafe(32)
    ApiToken.objects.create(post=post, digest=digest_of(key), created_at=now())
    record(actor, "user.token", post.user, facts={"post": post.pk})
    return key


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: Actor) -> None:
    """Refuse a token from the next request on."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now()) != 1:
        raise Refused(_("该令牌已撤销。"))
    record(actor, "user.token_revoked", token.post.user, facts={"post": token.post_id})
