"""From a post or a token to its actor; people of an agency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_otp import devices_for_user

from agencies.accounts import permissions
from agencies.accounts.models import ApiToken, Post, PostQuerySet, User, digest_of
from portal.access import PUBLIC, Actor, ActorKind
from portal.audit.models import AuditEvent
from portal.audit.selectors import TimelineEntry, describe
from portal.clocks import now, today
from portal.refs import ref
from portal.templatetags.portal_ui import moment

DAY = dt.timedelta(days=1)
DAILY = ("user.login", "user.logout", "user.switch_post", "user.factor", "access.read")


def actor_from_post(post_id: int, *, source: str, request_id: str = "") -> Actor:
    """Reload the actor of queued work; a post that ended meanwhile acts as the public does."""
    posts = Post.objects.active_on(today()).filter(pk=post_id, user__is_active=True)
    post = posts.select_related("agency__region").first()
    return actor_of_post(post, request_id=request_id, source=source) if post else PUBLIC


def actor_of_post(
    post: Post,
    *,
    source: str,
    request_id: str = "",
    user_id: int | None = None,
    post_id: int | None = None,
    acting_for_post_id: int | None = None,
    roles: Collection[str] | None = None,
) -> Actor:
    """The actor of a post; the last four arguments serve those who stand in for it."""
    return Actor(
        kind=ActorKind.STAFF,
        user_id=user_id or post.user_id,
        post_id=post_id or post.pk,
        acting_for_post_id=acting_for_post_id,
        agency_id=post.agency_id,
        agency_kind=post.agency.kind,
        level=post.agency.level,
        region=post.agency.region.path,
        roles=frozenset(post.roles if roles is None else roles),
        request_id=request_id,
        source=source,
    )


def actor_from_token(key: str, request: HttpRequest) -> tuple[User, Actor] | None:
    """The user and actor of a REST token, or None when it is unknown, ended or revoked."""
    token = ApiToken.objects.usable(today()).filter(digest=digest_of(key)).first()
    if token is None:
        return None
    actor = actor_from_post(
        token.post_id, source="api", request_id=getattr(request, "request_id", "")
    )
    if not actor.is_staff:
        return None
    at = now()
    if token.used_at is None or at - token.used_at > DAY:  # one write a day and token
        ApiToken.objects.filter(pk=token.pk).update(used_at=at)
    return token.post.user, actor


def colleagues(actor: Actor) -> PostQuerySet:
    """Posts now held in the actor's agency by others: whom one may delegate or hand over to."""
    return _people(Q(agency_id=actor.agency_id), ~Q(user_id=actor.user_id))


def colleagues_of(post: Post) -> PostQuerySet:
    """Posts now held in a post's agency by other people."""
    return _people(Q(agency_id=post.agency_id), ~Q(user_id=post.user_id))


def _people(*conditions: Q) -> PostQuerySet:
    held = Post.objects.active_on(today()).filter(*conditions, user__is_active=True)
    return held.select_related("user", "agency").order_by("user__name", "pk")


@dataclass(frozen=True, slots=True)
class SeenPost:
    """A post on the account's page with what the actor may do to it."""

    post: Post
    over: bool
    may_grant: bool
    may_end: bool


def posts_seen(actor: Actor, user: User) -> list[SeenPost]:
    """All posts of a person, the present ones first."""
    posts = user.posts.select_related("agency__region")
    running = set(Post.objects.not_over(today()).filter(user=user).values_list("pk", flat=True))
    seen = [
        SeenPost(
            post,
            over=post.pk not in running,
            may_grant=post.pk in running and bool(permissions.can_grant(actor, post)),
            may_end=post.pk in running and bool(permissions.can_end_post(actor, post)),
        )
        for post in posts
    ]
    return sorted(seen, key=lambda each: each.over)


def account_facts(user: User) -> list[tuple[Any, Any]]:
    """What the account's page says of it."""
    bound = any(devices_for_user(user))
    return [
        (_("用户名"), user.username),
        (_("电话"), user.phone),
        (_("电子邮箱"), user.email),
        (_("状态"), _("启用") if user.is_active else _("账号停用")),
        (_("动态口令"), _("已绑定") if bound else _("未绑定")),
        (_("密码"), _("已设置") if user.password_changed_at else _("未设置")),
        (_("最近登录"), moment(user.last_login)),
        (_("开立时间"), moment(user.created_at)),
    ]


def addresses_of_recipients(
    *, post_id: int | None, agency_id: int | None, role: str, day: dt.date
) -> list[str]:
    """E-mail addresses behind a post, or behind the holders of a role ("" = all) in an agency."""
    posts = Post.objects.active_on(day).filter(user__is_active=True).exclude(user__email="")
    posts = posts.filter(pk=post_id) if post_id else posts.filter(agency_id=agency_id or 0)
    if role:
        posts = posts.filter(roles__contains=[role])
    return sorted(set(posts.values_list("user__email", flat=True)))


def staff_on_duty(day: dt.date, *, agency_id: int | None = None, role: str = "") -> list[Actor]:
    """The actors of posts held on a day: of one agency or all, with one role or any."""
    posts = Post.objects.active_on(day).filter(user__is_active=True)
    if agency_id is not None:
        posts = posts.filter(agency_id=agency_id)
    if role:
        posts = posts.filter(roles__contains=[role])
    posts = posts.select_related("agency__region").order_by("pk")
    return [actor_of_post(post, source="job") for post in posts]


def history(user: User, actor: Actor) -> list[TimelineEntry]:
    """What happened to the account and its posts, without the daily sign-ins; newest first."""
    subjects = [ref(user), *(ref(post) for post in user.posts.all())]
    if not User.objects.visible_to(actor).filter(pk=user.pk).exists():
        return []
    events = AuditEvent.objects.filter(subject__in=subjects).exclude(verb__in=DAILY)
    return describe(events.order_by("-id")[:100], actor)
