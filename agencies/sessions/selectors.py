"""From a request to its actor; the step that a session still owes; the posts it may switch to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Sum
from django.http import HttpRequest
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.accounts.models import Post, SignIn, User
from agencies.accounts.selectors import actor_of_post
from agencies.accounts.services import password_is_old
from agencies.delegations.models import Delegation
from agencies.delegations.selectors import actor_of_delegation, delegations_to
from agencies.directory.models import Agency
from portal.access import Actor, ActorKind
from portal.clocks import now, today

# Of the session: which post or delegation is active, and how far the sign-in has come.
POST_KEY = "post_id"
DELEGATION_KEY = "delegation_id"
FACTOR_KEY = "factor"  # code: to be given; enrol: to be bound; done
SOFT_LIMIT = 20  # failures of one account from all addresses within the lockout's half hour
SOFT_DELAY = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A post, or a delegation, that the session may switch to."""

    post: Post
    delegation: Delegation | None
    active: bool

    @property
    def value(self) -> str:
        """What `post_switch` takes."""
        if self.delegation is not None:
            return f"delegation:{self.delegation.pk}"
        return f"post:{self.post.pk}"


def actor_from_request(request: HttpRequest) -> Actor:
    """The session's active post; a person without one, or whose sign-in is unfinished, acts as
    the public does."""
    user = request.user
    request_id = getattr(request, "request_id", "")
    if not isinstance(user, User) or not user.is_active:
        return Actor(kind=ActorKind.PUBLIC, request_id=request_id, source="web")
    nobody = Actor(ActorKind.PUBLIC, user_id=user.pk, request_id=request_id, source="web")
    if pending_step(request, user):
        return nobody
    if user.institution_id is not None:
        return Actor(
            kind=ActorKind.INSTITUTION,
            user_id=user.pk,
            institution_id=user.institution_id,
            request_id=request_id,
            source="web",
        )
    return _chosen(request, user, request_id) or nobody


def _chosen(request: HttpRequest, user: User, request_id: str) -> Actor | None:
    lent = request.session.get(DELEGATION_KEY)
    if lent is not None:
        held = [each for each in delegations_to(user, today()) if each.pk == lent]
        if held:
            return actor_of_delegation(held[0], source="web", request_id=request_id)
    post = active_post(posts_in(request, user), request.session.get(POST_KEY))
    return actor_of_post(post, source="web", request_id=request_id) if post else None


def active_post(posts: list[Post], chosen: int | None = None) -> Post | None:
    """The chosen one of the posts held today, else the newest one."""
    return next((post for post in posts if post.pk == chosen), posts[0] if posts else None)


def posts_in(request: HttpRequest, user: User) -> list[Post]:
    """The posts held today, asked once in a request: admission, actor and top bar need them."""
    held: dict[int, list[Post]] = request.__dict__.setdefault("posts_held", {})
    if user.pk not in held:  # a sign-in may replace another person's session
        held[user.pk] = posts_of(user)
    return held[user.pk]


def posts_of(user: User) -> list[Post]:
    """The posts that a person holds today, in agencies that still exist."""
    held = Post.objects.active_on(today()).filter(user=user)
    return list(held.select_related("agency__region", "user"))


def places_from_request(request: HttpRequest) -> list[Place]:
    """Own posts, then delegations, for the switch in the top bar."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # declared on access.Request
    user = request.user
    if not isinstance(user, User) or not actor.is_staff:
        return []
    own = [
        Place(post, None, active=not actor.acting_for_post_id and post.pk == actor.post_id)
        for post in posts_in(request, user)
    ]
    lent = [
        Place(each.giver, each, active=actor.acting_for_post_id == each.giver_id)
        for each in delegations_to(user, today())
    ]
    return own + lent


def pending_step(request: HttpRequest, user: User) -> str:
    """The name of the page that must come first: the second factor, then an overdue password."""
    factor = request.session.get(FACTOR_KEY)
    if factor is None:
        factor = request.session[FACTOR_KEY] = factor_of(user)
    if factor == "code":
        return "second_step"
    if factor == "enrol":
        return "totp_enrol"
    if user.must_change_password or password_is_old(user):
        return "password_change"
    return ""


def factor_of(user: User) -> str:
    """What a fresh sign-in still owes of the second factor."""
    if TOTPDevice.objects.filter(user=user, confirmed=True).exists():
        return "code"
    return "enrol" if settings.TOTP_REQUIRED else "done"


def must_wait(username: str, address: str) -> bool:
    """The soft delay per account (security.md R6): many failures from many addresses slow down
    new addresses to one try a minute, and never the ones the person is known to use."""
    recent = AccessAttempt.objects.filter(
        username=username, attempt_time__gt=now() - dt.timedelta(hours=settings.AXES_COOLOFF_TIME)
    ).aggregate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    if (recent["failures"] or 0) < SOFT_LIMIT or now() - recent["last"] > SOFT_DELAY:
        return False
    return not SignIn.objects.filter(user__username=username, address=address).exists()


def setup_is_due() -> bool:
    """An empty portal: no agency, hence nobody who could sign in."""
    return not Agency.objects.exists()


def demo_posts() -> list[Post]:
    """The demo's posts, for "sign in as"; none outside the demo."""
    if not settings.DEMO:
        return []
    held = Post.objects.active_on(today()).filter(user__is_demo=True, user__is_active=True)
    return list(
        held.select_related("user", "agency__region").order_by("agency_id", "user_id", "pk")
    )
