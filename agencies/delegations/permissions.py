"""Who may lend powers, and who signs a handover."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agencies.delegations.models import Delegation, Handover
from agencies.delegations.rules import ROLES_LENT
from portal.access import Actor, Allowed, Role

LENDERS = frozenset[str]().union(*ROLES_LENT.values())


def can_delegate(actor: Actor) -> Allowed:
    """Those with something to lend, in their own post: powers lent are not lent on."""
    own = actor.is_staff and actor.acting_for_post_id is None
    return Allowed(own and actor.has(*LENDERS), _("只有负责人、分管领导和联络员可以授权代办。"))


def can_withdraw(actor: Actor, delegation: Delegation) -> Allowed:
    giver = delegation.giver
    chief = actor.has(Role.CHIEF, Role.LEADER) and actor.agency_id == giver.agency_id
    mine = actor.user_id == giver.user_id
    return Allowed(mine or chief, _("只有授权人或本单位负责人可以收回授权。"))


def can_open_handover(actor: Actor) -> Allowed:
    """Everybody for the own post; chiefs and the system administrator for others'."""
    return Allowed(actor.is_staff, _("请先登录。"))


def can_hand(actor: Actor, handover: Handover) -> Allowed:
    """The giver; when the giver is away, the agency's chief, never the receiver."""
    giver = handover.giver
    if actor.user_id == handover.receiver.user_id:
        return Allowed(yes=False, why_not=_("接收人不能代移交人签字。"))
    chief = actor.has(Role.CHIEF, Role.LEADER) and actor.agency_id == giver.agency_id
    mine = actor.user_id == giver.user_id
    return Allowed(mine or chief, _("须由移交人签字；移交人不在时由本单位负责人代签。"))


def can_receive(actor: Actor, handover: Handover) -> Allowed:
    mine = actor.user_id == handover.receiver.user_id
    return Allowed(mine, _("须由接收人本人签字。"))


def can_cancel(actor: Actor, handover: Handover) -> Allowed:
    giver = handover.giver
    chief = actor.has(Role.CHIEF, Role.LEADER) and actor.agency_id == giver.agency_id
    above = actor.has(Role.SYSADMIN) and actor.covers(giver.agency.region.path)
    mine = actor.user_id == giver.user_id
    return Allowed(mine or chief or above, _("只有移交人、本单位负责人或系统管理员可以取消交接。"))
