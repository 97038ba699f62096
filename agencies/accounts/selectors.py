"""From a request, a post or a token to its actor."""

from __future__ import annotations

from django.http import HttpRequest

from agencies.accounts.models import ApiToken, Post, User, digest_of
from portal.access import PUBLIC, Actor, ActorKind
from portal.clocks import today

POST_KEY = "post_id"  # of the session: the post that is active in it


def actor_from_request(request: HttpRequest) -> Actor:
    """The session's active post; a person without one acts as the public does."""
    user = request.user
    request_id = getattr(request, "request_id", "")
    if not isinstance(user, User) or not user.is_active:
        return Actor(kind=ActorKind.PUBLIC, request_id=request_id, source="web")
    if user.institution_id is not None:
        return Actor(
            kind=ActorKind.INSTITUTION,
            user_id=user.pk,
            institution_id=user.institution_id,
            request_id=request_id,
            source="web",
        )
    post = _active_post(user, request.session.get(POST_KEY))
    if post is None:
        return Actor(ActorKind.PUBLIC, user_id=user.pk, request_id=request_id, source="web")
    return _staff(post, request_id=request_id, source="web")


def actor_from_post(post_id: int, *, source: str, request_id: str = "") -> Actor:
    """Reload the actor of queued work; a post that ended meanwhile acts as the public does."""
    posts = Post.objects.active_on(today()).filter(pk=post_id, user__is_active=True)
    post = posts.select_related("agency__region").first()
    return _staff(post, request_id=request_id, source=source) if post else PUBLIC


def _active_post(user: User, chosen: int | None) -> Post | None:
    posts = list(user.posts.all().active_on(today()).select_related("agency__region"))
    return next((post for post in posts if post.pk == chosen), posts[0] if posts else None)


def _staff(post: Post, *, request_id: str, source: str) -> Actor:
    return Actor(
        kind=ActorKind.STAFF,
        user_id=post.user_id,
        post_id=post.pk,
        agency_id=post.agency_id,
        agency_kind=post.agency.kind,
        level=post.agency.level,
        region=post.agency.region.path,
        roles=frozenset(post.roles),
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
