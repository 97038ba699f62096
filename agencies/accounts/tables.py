"""The list of accounts."""

from __future__ import annotations

from django.db.models import Prefetch
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agencies.accounts.filters import AccountFilter
from agencies.accounts.models import Post, User, UserQuerySet
from agencies.accounts.permissions import can_list
from portal.access import Actor
from portal.clocks import today
from portal.lists import Column, ListDef
from portal.lists.search import PlainSearch


def rows(actor: Actor) -> UserQuerySet:
    """Accounts of staff that the actor sees, each with the posts held today."""
    held = Post.objects.active_on(today()).select_related("agency")
    staff: UserQuerySet = User.objects.visible_to(actor).filter(institution_id=None)
    return staff.prefetch_related(Prefetch("posts", held, to_attr="held_today"))


def _posts(user: User) -> str:
    return "; ".join(str(post) for post in user.held_today)  # type: ignore[attr-defined]  # prefetched above


def _roles(user: User) -> str:
    posts: list[Post] = user.held_today  # type: ignore[attr-defined]  # prefetched above
    return "; ".join(post.role_labels() for post in posts if post.roles)


ACCOUNTS = ListDef(
    name="accounts",
    title=_("账号与岗位"),
    rows=rows,
    filter=AccountFilter,
    columns=(
        Column("username", _("用户名"), "username", sort="username", kind="code"),
        Column("name", _("姓名"), "name", personal=True),
        Column("posts", _("岗位"), _posts),
        Column("roles", _("角色"), _roles),
        Column(
            "is_active",
            _("状态"),
            lambda user: _now("启用") if user.is_active else _now("账号停用"),
            kind="badge",
            tone=lambda user: "ok" if user.is_active else "plain",
        ),
        Column("last_login", _("最近登录"), "last_login", kind="datetime"),
        Column("created_at", _("开立时间"), "created_at", kind="datetime", shown=False),
    ),
    order=("username",),
    permission=can_list,
    search=PlainSearch(("username", "name")),
)
