"""Who orders, who answers an order, who verifies, extends and revokes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agencies.delegations.choices import DelegationKind
from agencies.delegations.selectors import may_decide
from inspections.rectifications.choices import WITH_INSTITUTION
from inspections.rectifications.models import Order
from inspections.visits.choices import SIGNED_STATES, VisitState
from inspections.visits.models import Visit
from inspections.visits.permissions import MAKERS, is_member
from portal.access import Actor, Allowed, Role
from portal.clocks import today

YES = Allowed(yes=True)
ORDERABLE = (VisitState.OPEN, VisitState.RECORDED, *SIGNED_STATES)


def can_list(actor: Actor) -> Allowed:
    seen = actor.reads_business or actor.institution_id is not None
    return Allowed(seen, _("整改由业务岗位和被责令的机构查看。"))


def can_issue(actor: Actor, visit: Visit) -> Allowed:
    """On site or afterwards: the team, or officers and chiefs of the bureaus of the visit."""
    if visit.state not in ORDERABLE:
        return Allowed(False, _("到场检查后才能责令改正。"))
    if actor.agency_id in visit.bureau_ids and (actor.has(*MAKERS) or is_member(actor, visit)):
        return YES
    return Allowed(False, _("只有实施部门的检查人员、经办人和负责人可以责令改正。"))


def is_addressee(actor: Actor, order: Order) -> bool:
    return actor.institution_id is not None and actor.institution_id == order.institution_id


def _is_handler(actor: Actor, order: Order) -> Allowed:
    if actor.agency_id == order.agency_id and actor.has(*MAKERS, Role.INSPECTOR):
        return YES
    return Allowed(False, _("只有责令部门的经办人员可以办理。"))


def can_submit(actor: Actor, order: Order) -> Allowed:
    """The institution itself, or an officer on its behalf."""
    if is_addressee(actor, order):
        return YES
    return _is_handler(actor, order)


def can_verify(actor: Actor, order: Order) -> Allowed:
    """Not by whoever entered the materials on the institution's behalf."""
    last = order.submissions.first()
    if last is not None and last.on_behalf and last.sent_by_id == actor.user_id:
        return Allowed(False, _("代为录入整改材料的人员不能核实，请由他人核实。"))
    return _is_handler(actor, order)


def can_revoke(actor: Actor, order: Order) -> Allowed:
    if actor.agency_id == order.agency_id and actor.has(Role.CHIEF, Role.LEADER):
        return YES
    return Allowed(False, _("只有责令部门负责人可以撤销。"))


def can_ask_extension(actor: Actor, order: Order) -> Allowed:
    if order.state not in WITH_INSTITUTION:
        return Allowed(False, _("只有整改中的责令可以延期。"))
    if order.extensions.filter(is_granted=None).exists():
        return Allowed(False, _("已有待决定的延期申请。"))
    return _is_handler(actor, order)


def can_decide_extension(actor: Actor, order: Order) -> Allowed:
    """The chief or leader of the ordering bureau, never the one who asked."""
    if not (actor.agency_id == order.agency_id and actor.has(Role.CHIEF, Role.LEADER)):
        return Allowed(False, _("延期由责令部门负责人决定。"))
    if not may_decide(actor, DelegationKind.APPROVE, day=today()):
        return Allowed(False, _("您的授权不含审批决定。"))
    asked = order.extensions.filter(is_granted=None).select_related("asked_by").first()
    if asked is None:
        return Allowed(False, _("没有待决定的延期申请。"))
    if asked.asked_by is not None and asked.asked_by.user_id == actor.user_id:
        return Allowed(False, _("延期须由他人批准，不能自己批准自己。"))
    return YES
