"""Who may change the directory of agencies."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agencies.directory.models import Agency
from portal.access import Actor, Allowed, Role


def can_create(actor: Actor) -> Allowed:
    return Allowed(actor.has(Role.SYSADMIN), _("只有系统管理员可以新建单位。"))


def can_edit(actor: Actor, agency: Agency) -> Allowed:
    """The system administrator of the agency's region or of one above it."""
    mine = actor.has(Role.SYSADMIN) and actor.covers(agency.region.path)
    return Allowed(mine, _("只有本区划的系统管理员可以修改单位信息。"))


can_end = can_edit
