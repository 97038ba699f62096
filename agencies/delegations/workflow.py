"""The moves of a handover."""

from django.utils.translation import gettext_lazy as _

from agencies.delegations.choices import HandoverState
from agencies.delegations.models import Handover
from portal.workflow import Workflow, move

UNFINISHED = [HandoverState.OPEN, HandoverState.HANDED]

handover = Workflow(
    Handover,
    move(
        "hand", _("移交人签字"), [HandoverState.OPEN], HandoverState.HANDED, permission="can_hand"
    ),
    move(
        "receive",
        _("接收人签字"),
        [HandoverState.HANDED],
        HandoverState.DONE,
        permission="can_receive",
    ),
    move(
        "cancel",
        _("取消交接"),
        UNFINISHED,
        HandoverState.CANCELLED,
        permission="can_cancel",
        reason=True,
    ),
    permissions="agencies.delegations.permissions",
)
