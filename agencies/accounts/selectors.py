"""From a post or a token to its actor; people of an agency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Q
from django.http import HttpRequest

from agencies.accounts.models import ApiToken, Post, PostQuerySet, User, digest_of
from portal.access import PUBLIC, Actor, ActorKind
from portal.clocks import today


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
    return (token.post.user, actor) if actor.is_staff else None


def colleagues(actor: Actor) -> PostQuerySet:
    """Posts now held in the actor's agency by others: whom one may delegate or hand over to."""
    held = Q(agency_id=actor.agency_id, user__is_active=True)
    active = Post.objects.active_on(today()).filter(held, ~Q(user_id=actor.user_id))
    return active.select_related("user", "agency").order_by("user__name", "pk")


def addresses_of_recipients(
    *, post_id: int | None, agency_id: int | None, role: str, day: dt.date
) -> list[str]:
    """E-mail addresses behind a post, or behind the holders of a role ("" = all) in an agency."""
    posts = Post.objects.active_on(day).filter(user__is_active=True).exclude(user__email="")
    posts = posts.filter(pk=post_id) if post_id else posts.filter(agency_id=agency_id or 0)
    if role:
        posts = posts.filter(roles__contains=[role])
    return sorted(set(posts.values_list("user__email", flat=True)))
