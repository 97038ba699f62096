"""Who may do what to accounts: three administrators, none of whom can do it alone."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agencies.accounts.models import Post, User
from agencies.directory.models import Agency
from portal.access import Actor, Allowed, Role


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
    return Allowed(mine, _("只有系统管理员可以修改账号资料。"))


def can_invite(actor: Actor, user: User) -> Allowed:
    """Only before the first password: later the way is the security administrator's reset."""
    if user.password_changed_at is not None:
        return Allowed(yes=False, why_not=_("该账号已设置过密码,请由安全管理员重置。"))
    mine = actor.has(Role.SYSADMIN) and user.is_active
    return Allowed(mine, _("只有系统管理员可以发出邀请。"))


def can_place(actor: Actor, user: User) -> Allowed:
    """Open a post, without roles; nobody places oneself."""
    if actor.user_id == user.pk:
        return _oneself()
    return Allowed(actor.has(Role.SYSADMIN), _("只有系统管理员可以设置岗位。"))


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
    return Allowed(actor.has(Role.SECADMIN), _("只有安全管理员可以办理。"))


def _oneself() -> Allowed:
    return Allowed(yes=False, why_not=_("任何人不得变更自己的账号权限,请由另一名管理员办理。"))
