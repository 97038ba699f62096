"""Who may do what to accounts: three administrators, none of whom can do it alone.

An administrator acts on a person only when every post of the person that is not over lies in the
administrator's region: who also works elsewhere, or higher up, belongs to the region above. A
person without such posts belongs where the last ones were, and one never placed where the account
was opened.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from agencies.accounts.models import Post, User
from agencies.directory.models import Agency
from portal.access import Actor, Allowed, Role
from portal.clocks import today


def can_list(actor: Actor) -> Allowed:
    """visibility.md, accounts and posts: both administrators, the own agency's chief, auditors."""
    seers = (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR, Role.CHIEF, Role.LEADER)
    return Allowed(actor.has(*seers), _("只有管理员、审计人员和本单位负责人可以查看账号。"))


def can_export(actor: Actor) -> Allowed:
    return can_list(actor)


def can_create(actor: Actor) -> Allowed:
    return Allowed(actor.has(Role.SYSADMIN), _("只有系统管理员可以开立账号。"))


def can_edit(actor: Actor, user: User) -> Allowed:
    """The system administrator of the person's region; and for institution users nobody here."""
    mine = actor.has(Role.SYSADMIN) and user.institution_id is None
    if not mine:
        return Allowed(mine, _("只有系统管理员可以修改账号资料。"))
    return _answers_for(actor, user)


def can_invite(actor: Actor, user: User) -> Allowed:
    """Only before the first password: later the way is the security administrator's reset."""
    if user.password_changed_at is not None:
        return Allowed(yes=False, why_not=_("该账号已设置过密码，请由安全管理员重置。"))
    mine = actor.has(Role.SYSADMIN) and user.is_active
    if not mine:
        return Allowed(mine, _("只有系统管理员可以发出邀请。"))
    return _answers_for(actor, user)


def can_place(actor: Actor, user: User) -> Allowed:
    """Open a post, without roles; nobody places oneself."""
    if actor.user_id == user.pk:
        return _oneself()
    if not actor.has(Role.SYSADMIN):
        return Allowed(yes=False, why_not=_("只有系统管理员可以设置岗位。"))
    return _answers_for(actor, user)


def can_place_in(actor: Actor, agency: Agency) -> Allowed:
    return Allowed(actor.covers(agency.region.path), _("该单位不在您的管理范围内。"))


def can_end_post(actor: Actor, post: Post) -> Allowed:
    if actor.user_id == post.user_id:
        return _oneself()
    mine = actor.has(Role.SYSADMIN) and actor.covers(post.agency.region.path)
    return Allowed(mine, _("只有本区划的系统管理员可以结束岗位。"))


def can_grant(actor: Actor, post: Post) -> Allowed:
    """Grant and revoke roles: the security administrator, never for oneself."""
    if actor.user_id == post.user_id:
        return _oneself()
    mine = actor.has(Role.SECADMIN) and actor.covers(post.agency.region.path)
    return Allowed(mine, _("只有本区划的安全管理员可以授予或撤销角色。"))


def can_secure(actor: Actor, user: User) -> Allowed:
    """Disable, enable, reset a password, free a lost device: the security administrator."""
    if actor.user_id == user.pk:
        return _oneself()
    if not actor.has(Role.SECADMIN):
        return Allowed(yes=False, why_not=_("只有安全管理员可以办理。"))
    return _answers_for(actor, user)


def _answers_for(actor: Actor, user: User) -> Allowed:
    """Whether the person lies in the administrator's region with everything held now."""
    posts = list(user.posts.select_related("agency__region"))
    day = today()
    present = [post for post in posts if not post.is_over(day)] or posts
    paths = {post.agency.region.path for post in present} or {user.opened_in}
    inside = all(actor.covers(path) for path in paths)
    return Allowed(inside, _("该人员在您的管理范围以外任职，请由上级管理员办理。"))


def _oneself() -> Allowed:
    return Allowed(yes=False, why_not=_("任何人不得变更自己的账号权限，请由另一名管理员办理。"))
