"""Who assigns, approves, makes, reviews and closes visits.

Officers and chiefs of the bureaus that make a visit prepare it; the leader of each approves it;
the inspectors of its team work on site; somebody who was not there reviews the results.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from agencies.delegations.choices import DelegationKind
from agencies.delegations.selectors import may_decide
from inspections.plans.models import Batch
from inspections.visits.choices import SIGNED_STATES, TEAM_OPEN, VisitState
from inspections.visits.models import Visit
from portal.access import Actor, Allowed, Role
from portal.clocks import today

YES = Allowed(yes=True)
MAKERS = (Role.OFFICER, Role.CHIEF)


def is_bureau_of(actor: Actor, visit: Visit) -> bool:
    """Whether the actor's agency is one of those that make the visit."""
    return actor.agency_id is not None and actor.agency_id in visit.bureau_ids


def is_member(actor: Actor, visit: Visit) -> bool:
    """Whether the actor is an inspector of the present team."""
    if actor.user_id is None:
        return False
    return visit.members.present().filter(inspector__user=actor.user_id).exists()


def was_member(actor: Actor, visit: Visit) -> bool:
    """Also those who were replaced later."""
    return visit.members.filter(inspector__user=actor.user_id or 0).exists()


def sees_inside(actor: Actor, visit: Visit) -> bool:
    return Visit.objects.visible_inside(actor).filter(pk=visit.pk).exists()


def can_list(actor: Actor) -> Allowed:
    return Allowed(actor.reads_business, _("检查任务由业务岗位查看；公众请查看已公示的检查结果。"))


def can_create(actor: Actor) -> Allowed:
    if actor.is_bureau and actor.has(*MAKERS):
        return YES
    return Allowed(False, _("只有生态环境局、市场监管局的经办人和负责人可以建立检查任务。"))


def _is_maker(actor: Actor, visit: Visit) -> Allowed:
    if is_bureau_of(actor, visit) and actor.has(*MAKERS):
        return YES
    return Allowed(False, _("只有实施部门的经办人和负责人可以办理。"))


def can_edit(actor: Actor, visit: Visit) -> Allowed:
    if visit.state != VisitState.PLANNED:
        return Allowed(False, _("检查任务已提交审批，不能再修改。"))
    return _is_maker(actor, visit)


def can_change_team(actor: Actor, visit: Visit) -> Allowed:
    """A replacement after the assignment is decided by the head (行政处罚法 art. 43)."""
    if visit.state not in TEAM_OPEN:
        return Allowed(False, _("当前状态不能更换检查人员。"))
    if is_bureau_of(actor, visit) and actor.has(Role.CHIEF, Role.LEADER):
        return YES
    return Allowed(False, _("更换检查人员由实施部门负责人决定。"))


def is_recuser(actor: Actor, visit: Visit) -> bool:
    """Who notes that a member must stand back, besides the member (行政处罚法 art. 43)."""
    return actor.agency_id in visit.bureau_ids and actor.has(*MAKERS, Role.LEADER)


def can_add_member(actor: Actor, visit: Visit) -> Allowed:
    """Makers before the submission; in a drawn team the head, for a seat without a reserve."""
    return can_change_team(actor, visit) if visit.draw_ref else can_edit(actor, visit)


def can_approve(actor: Actor, visit: Visit) -> Allowed:
    if not (is_bureau_of(actor, visit) and actor.has(Role.LEADER)):
        return Allowed(False, _("只有实施部门的分管领导可以审批。"))
    if not may_decide(actor, DelegationKind.APPROVE, day=today()):
        return Allowed(False, _("您的授权不含审批决定。"))
    mine = visit.parts.filter(agency=actor.agency_id)
    if mine.exclude(approved_at=None).exists():
        return Allowed(False, _("本单位已批准，等待另一部门批准。"))
    return YES


def can_notify(actor: Actor, visit: Visit) -> Allowed:
    return _is_maker(actor, visit)


def can_cancel(actor: Actor, visit: Visit) -> Allowed:
    if actor.agency_id == visit.initiating_id and actor.has(Role.CHIEF, Role.LEADER):
        return YES
    return Allowed(False, _("只有发起部门负责人可以取消检查。"))


def can_open(actor: Actor, visit: Visit) -> Allowed:
    if is_member(actor, visit):
        return YES
    return Allowed(False, _("只有本次检查组的检查人员可以办理。"))


def can_record(actor: Actor, visit: Visit) -> Allowed:
    return can_open(actor, visit)


def can_inspect(actor: Actor, visit: Visit) -> Allowed:
    """Item results, findings and evidence: the team, while it is there."""
    if visit.state != VisitState.OPEN:
        return Allowed(False, _("只有检查中的任务可以填写检查内容。"))
    return can_open(actor, visit)


def can_set_results(actor: Actor, visit: Visit) -> Allowed:
    if is_member(actor, visit):
        return YES
    return _is_maker(actor, visit)


def can_review(actor: Actor, visit: Visit) -> Allowed:
    """The second person: of one of the bureaus, not on the visit, and no author of results."""
    if was_member(actor, visit):
        return Allowed(False, _("参加本次检查的人员不能复核，请由他人复核。"))
    if actor.user_id in visit.results_by:
        return Allowed(False, _("登记或提交检查结果的人员不能复核，请由他人复核。"))
    return _is_maker(actor, visit)


def can_close(actor: Actor, visit: Visit) -> Allowed:
    """Each bureau closes its own part."""
    allowed = _is_maker(actor, visit)
    if not allowed:
        return allowed
    open_part = visit.parts.filter(agency=actor.agency_id, closed_at=None)
    return Allowed(open_part.exists(), _("本单位已办结，等待另一部门办结。"))


def can_follow_up(actor: Actor, visit: Visit) -> Allowed:
    """Next steps of what was found, once the record is signed."""
    if visit.state not in SIGNED_STATES:
        return Allowed(False, _("笔录签字后才能登记后续处理。"))
    return can_set_results(actor, visit)


def can_follow_batch(actor: Actor, batch: Batch) -> Allowed:
    """A batch follows its visits, whoever of their bureaus or teams makes the step."""
    return Allowed(actor.covers(batch.plan.region.path), _("只有本区的检查人员可以办理。"))
