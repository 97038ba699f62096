"""Who may do what with papers; who sees them stands in the models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from portal.access import Actor, Allowed, Role

if TYPE_CHECKING:
    from portal.papers.models import Paper

YES = Allowed(yes=True)
CLERKS = (Role.OFFICER, Role.CHIEF, Role.LEADER)
KEEPERS = (Role.CHIEF, Role.LEGAL)


def can_number(actor: Actor, paper: Paper) -> Allowed:
    if not (actor.agency_id == paper.agency_id and actor.has(*CLERKS)):
        return Allowed(yes=False, why_not=_("只有制发单位的经办人或负责人可以编号。"))
    return YES


def can_seal(actor: Actor, paper: Paper) -> Allowed:
    if not (actor.agency_id == paper.agency_id and actor.has(*CLERKS)):
        return Allowed(yes=False, why_not=_("只有制发单位的经办人或负责人可以登记用印。"))
    if paper.is_draft:
        return Allowed(yes=False, why_not=_("文书尚未编号，不能用印。"))
    return YES


def can_attach_scan(actor: Actor, paper: Paper) -> Allowed:
    if not (actor.agency_id == paper.agency_id and actor.has(*CLERKS)):
        return Allowed(yes=False, why_not=_("只有制发单位的经办人或负责人可以上传扫描件。"))
    if paper.is_draft:
        return Allowed(yes=False, why_not=_("文书尚未编号，还没有用印扫描件。"))
    return YES


def can_see_register(actor: Actor) -> Allowed:
    return Allowed(actor.reads_business, _("用印登记由业务岗位查看，管理员不查看业务内容。"))


def can_set_up(actor: Actor) -> Allowed:
    """Number patterns and templates of the own agency."""
    return Allowed(
        bool(actor.agency_id) and actor.has(*KEEPERS),
        _("只有本单位负责人或法制审核人员可以设置文号格式和文书模板。"),
    )
