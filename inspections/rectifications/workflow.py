"""The legal moves of an order to rectify."""

from django.utils.translation import gettext_lazy as _

from inspections.rectifications.choices import OPEN_STATES, WITH_INSTITUTION, OrderState
from inspections.rectifications.models import Order
from portal.workflow import Workflow, move

S = OrderState

order = Workflow(
    Order,
    move("submit", _("提交整改材料"), WITH_INSTITUTION, S.SUBMITTED, permission="can_submit"),
    move(
        "return",
        _("退回"),
        [S.SUBMITTED, S.REINSPECTING],
        S.RETURNED,
        permission="can_verify",
        reason=True,
        consequence=_("机构须在整改期限内补充整改并重新提交；期限不因退回而延长。"),
    ),
    move(
        "reinspect",
        _("安排复查"),
        [S.SUBMITTED],
        S.REINSPECTING,
        permission="can_verify",
        consequence=_("将建立一项整改复查任务，按检查程序审批和实施。"),
    ),
    move(
        "close",
        _("核实完成"),
        [S.SUBMITTED, S.REINSPECTING],
        S.CLOSED,
        permission="can_verify",
        consequence=_("确认问题已经整改到位，整改期限随之终止。"),
    ),
    move(
        "revoke",
        _("撤销责令"),
        OPEN_STATES,
        S.REVOKED,
        permission="can_revoke",
        reason=True,
        consequence=_("撤销后该责令不再有效，相关问题须另行处理。"),
    ),
    permissions="inspections.rectifications.permissions",
)
