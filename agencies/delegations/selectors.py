"""Who stands in for whom, and what a post leaves open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agencies.accounts.models import Post, User
from agencies.accounts.selectors import actor_of_post, colleagues_of
from agencies.delegations.choices import HandoverState
from agencies.delegations.models import Delegation, Handover
from agencies.delegations.rules import excluded, meets_legal_review, roles_lent
from portal.access import Actor, Role
from portal.clocks.selectors import open_clocks
from portal.desk import WorkItem
from portal.errors import Refused


@dataclass(frozen=True, slots=True)
class OpenWork:
    """One piece of work that a post would leave open."""

    label: str
    url: str = ""
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class OpenWorkProvider:
    """A room's open work of one post, and how it passes to another."""

    kind: str | Promise
    left_by: Callable[[Post], Iterable[OpenWork]]
    hand_over: Callable[[Post, Post, Actor], None]


_providers: dict[str, OpenWorkProvider] = {}


def register_open_work(name: str, provider: OpenWorkProvider) -> None:
    """Rooms register what a post may leave open: clocks, drafts, draws. In ``apps.ready()``."""
    _providers[name] = provider


def open_work_providers() -> list[OpenWorkProvider]:
    return [_providers[name] for name in sorted(_providers)]


def open_work(post: Post) -> list[tuple[str, OpenWork]]:
    """What a post leaves open, each with its kind in words."""
    return [
        (str(provider.kind), work)
        for provider in open_work_providers()
        for work in provider.left_by(post)
    ]


def clocks_left_by(post: Post) -> list[OpenWork]:
    """Running legal periods of the agency that nobody but this post could attend to."""
    alone = sorted(frozenset(post.roles) - _roles_beside(post))
    if not alone:
        return []
    rows = open_clocks(agency_id=post.agency_id, roles=alone)
    return [OpenWork(clock.rule.step, clock.get_absolute_url(), clock.due_on) for clock in rows]


def clocks_taken_over(giver: Post, receiver: Post, actor: Actor) -> None:
    """A period belongs to agency and role; Refused unless the receiver holds the role by now."""
    alone = sorted(frozenset(giver.roles) - _roles_beside(giver))
    left = open_clocks(agency_id=giver.agency_id, roles=alone) if alone else ()
    missing = sorted({clock.role for clock in left} - frozenset(receiver.roles))
    if missing:
        labels = _("、").join(str(Role(role).label) for role in missing)
        message = _("接收人还没有角色：%(roles)s，移交的期限将无人办理，请先由安全管理员授予。")
        raise Refused(message % {"roles": labels})


def _roles_beside(post: Post) -> frozenset[str]:
    """Roles that others hold in the agency today."""
    return frozenset(role for other in colleagues_of(post) for role in other.roles)


def handovers_to_sign(actor: Actor, today: dt.date) -> list[WorkItem]:
    """The desk's lines: handovers that wait for this person's signature."""
    mine = Q(state=HandoverState.OPEN, giver__user_id=actor.user_id)
    mine |= Q(state=HandoverState.HANDED, receiver__user_id=actor.user_id)
    rows = Handover.objects.visible_to(actor).filter(mine)
    return [
        WorkItem(_("工作交接待签字"), str(row), row.get_absolute_url(), row.last_day, _("去签字"))
        for row in rows.select_related("giver__user", "receiver__user")
    ]


def delegations_to(user: User, day: dt.date) -> list[Delegation]:
    """The delegations that a person may use on a day.

    One that was given before its receiver became an administrator, or reviews legally, lends
    nothing while that lasts (三员分立; 行政处罚法 art. 58).
    """
    rows = Delegation.objects.in_force(day).filter(receiver__user=user)
    named = rows.select_related("giver__user", "giver__agency__region", "receiver__user")
    held = list(named.order_by("pk"))
    own: frozenset[str] = roles_of(user.pk, day) if held else frozenset()
    return [
        each
        for each in held
        if not excluded(own, roles_lent(each.giver.roles, each.kinds))
        and not meets_legal_review(own, each.kinds)
    ]


def roles_of(user_id: int, day: dt.date) -> frozenset[str]:
    """All roles that a person holds, or is to hold, in posts that are not over."""
    posts = Post.objects.not_over(day).filter(user=user_id)
    return frozenset(role for post in posts for role in post.roles)


def actor_of_delegation(delegation: Delegation, *, source: str, request_id: str = "") -> Actor:
    """The receiver with only the powers lent: the receiver's own roles stay behind."""
    giver = delegation.giver
    return actor_of_post(
        giver,
        source=source,
        request_id=request_id,
        user_id=delegation.receiver.user_id,
        post_id=delegation.receiver_id,
        acting_for_post_id=giver.pk,
        roles=roles_lent(giver.roles, delegation.kinds),
    )


def delegation_of(actor: Actor, day: dt.date) -> Delegation | None:
    """The delegation under which the actor acts, for its kinds and limit."""
    if actor.acting_for_post_id is None:
        return None
    rows = Delegation.objects.in_force(day)
    return rows.filter(giver=actor.acting_for_post_id, receiver=actor.post_id).first()


def may_decide(actor: Actor, kind: str, *, day: dt.date, amount: Decimal | None = None) -> bool:
    """Whether the actor's own post, or the delegation acted under, reaches this kind and sum.

    For the rooms that decide on cases and money; what the rooms of today decide has no sum, and
    the roles lent bound it.
    """
    if actor.acting_for_post_id is None:
        return True
    delegation = delegation_of(actor, day)
    if delegation is None or kind not in delegation.kinds:
        return False
    limit = delegation.amount_limit
    return limit is None or amount is None or amount <= limit


def signature(actor: Actor) -> str:
    """How the actor signs: 张三, or 张三代李四."""
    own = User.objects.filter(pk=actor.user_id or 0).values_list("name", flat=True).first() or ""
    if actor.acting_for_post_id is None:
        return own
    post = Post.objects.select_related("user").get(pk=actor.acting_for_post_id)
    return _("%(receiver)s代%(giver)s") % {"receiver": own, "giver": post.user.name}
