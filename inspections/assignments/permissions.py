"""Who says that a member must stand back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inspections.visits.choices import TEAM_OPEN
from inspections.visits.models import VisitMember
from inspections.visits.permissions import is_recuser
from portal.access import Actor, Allowed

YES = Allowed(yes=True)


def can_recuse(actor: Actor, member: VisitMember) -> Allowed:
    """The bureaus of the visit, before the arrival; the member as well (行政处罚法 art. 43)."""
    if member.visit.state not in TEAM_OPEN or member.left_at is not None:
        return Allowed(False, _("当前状态不能登记回避。"))
    own = member.inspector is not None and member.inspector.user_id == actor.user_id
    if own or is_recuser(actor, member.visit):
        return YES
    return Allowed(False, _("回避由本人或者实施部门登记。"))
