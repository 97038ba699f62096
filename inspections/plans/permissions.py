"""Who makes, approves and publishes plans; who sees them whole.

A plan is made by officers and chiefs of the initiating bureau, decided by the leader of each bureau
that takes part, published by the initiating bureau. A leader's delegate needs a delegation to
approve (EV4).
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from agencies.delegations.choices import DelegationKind
from agencies.delegations.selectors import may_decide
from inspections.plans.choices import EDITABLE_STATES, Decision, PlanState
from inspections.plans.models import Batch, Plan
from portal.access import Actor, Allowed, Role
from portal.clocks import today

YES = Allowed(yes=True)
MAKERS = (Role.OFFICER, Role.CHIEF)


def is_bureau_of(actor: Actor, plan: Plan) -> bool:
    """Whether the actor's agency takes part in the plan."""
    return actor.agency_id is not None and actor.agency_id in plan.bureau_ids


def can_list(actor: Actor) -> Allowed:
    return Allowed(actor.reads_business, _("检查计划由业务岗位查看；公众请查看已公布的计划。"))


def sees_inside(actor: Actor, plan: Plan) -> bool:
    """Drafts, opinions, counts and history: both bureaus, their superiors and auditors."""
    if not (actor.reads_business and (actor.is_bureau or actor.has(Role.AUDITOR))):
        return False
    return actor.covers(plan.region.path)


def can_create(actor: Actor) -> Allowed:
    if actor.is_bureau and actor.has(*MAKERS):
        return YES
    return Allowed(False, _("只有生态环境局、市场监管局的经办人和负责人可以制定检查计划。"))


def _is_maker(actor: Actor, plan: Plan) -> Allowed:
    if actor.agency_id == plan.initiating_id and actor.has(*MAKERS):
        return YES
    return Allowed(False, _("只有发起部门的经办人和负责人可以办理。"))


def can_edit(actor: Actor, plan: Plan) -> Allowed:
    if plan.state not in EDITABLE_STATES:
        return Allowed(False, _("计划已提交，不能再修改。"))
    return _is_maker(actor, plan)


def can_edit_batch(actor: Actor, batch: Batch) -> Allowed:
    return can_edit(actor, batch.plan)


def can_recall(actor: Actor, plan: Plan) -> Allowed:
    """The sender recalls until signed for (EV5)."""
    if plan.approvals.filter(submission=plan.submission).exists():
        return Allowed(False, _("已有分管领导签批，请由分管领导退回。"))
    return _is_maker(actor, plan)


def can_decide(actor: Actor, plan: Plan) -> Allowed:
    if not (is_bureau_of(actor, plan) and actor.has(Role.LEADER)):
        return Allowed(False, _("只有参与部门的分管领导可以审批。"))
    if not may_decide(actor, DelegationKind.APPROVE, day=today()):
        return Allowed(False, _("您的授权不含审批决定。"))
    decided = plan.approvals.filter(submission=plan.submission, agency=actor.agency_id)
    if decided.filter(decision=Decision.APPROVED).exists():
        return Allowed(False, _("本单位已批准，等待另一部门批准。"))
    return YES


def can_publish(actor: Actor, plan: Plan) -> Allowed:
    if actor.agency_id == plan.initiating_id and actor.has(*MAKERS, Role.LEADER):
        return YES
    return Allowed(False, _("由发起部门公布。"))


def can_withdraw(actor: Actor, plan: Plan) -> Allowed:
    if actor.agency_id == plan.initiating_id and actor.has(Role.LEADER):
        return YES
    return Allowed(False, _("只有发起部门的分管领导可以撤回已公布的计划。"))


def can_start_replacement(actor: Actor, plan: Plan) -> Allowed:
    if plan.state != PlanState.PUBLISHED:
        return Allowed(False, _("只有已公布的计划可以制定替换版。"))
    if plan.replacements.exclude(state=PlanState.DISCARDED).exists():
        return Allowed(False, _("该计划已有替换版在办。"))
    return _is_maker(actor, plan)


def can_draw(actor: Actor, batch: Batch) -> Allowed:
    """Officers and chiefs of the bureaus that take part, in a plan that is published."""
    if batch.plan.state != PlanState.PUBLISHED:
        return Allowed(False, _("计划尚未公布，或已被撤回、替换，不能抽取。"))
    if is_bureau_of(actor, batch.plan) and actor.has(*MAKERS, Role.LEADER):
        return YES
    return Allowed(False, _("只有参与部门的经办人、负责人和分管领导可以抽取。"))
