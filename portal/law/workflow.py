"""The legal moves of the law's data: proposed by one, in force by a second."""

from django.utils.translation import gettext_lazy as _

from portal.law.choices import VersionState, YearState
from portal.law.models import CalendarYear, DeadlineRule, LawParameter
from portal.workflow.moves import Workflow, move

WHERE = "portal.law.permissions"
APPROVE = move(
    "approve",
    _("复核通过"),
    [VersionState.DRAFT],
    VersionState.APPROVED,
    permission="can_approve",
    consequence=_("新版本自施行日期起适用，此后起算的期限按新版本计算。"),
)
WITHDRAW = move(
    "withdraw",
    _("撤回提案"),
    [VersionState.DRAFT],
    VersionState.WITHDRAWN,
    permission="can_withdraw",
    reason=True,
)

rule = Workflow(DeadlineRule, APPROVE, WITHDRAW, permissions=WHERE)
parameter = Workflow(LawParameter, APPROVE, WITHDRAW, permissions=WHERE)
calendar = Workflow(
    CalendarYear,
    move(
        "approve",
        _("复核通过"),
        [YearState.DRAFT],
        YearState.OFFICIAL,
        permission="can_approve",
        consequence=_("该年度日历成为正式日历，受影响的期限将重新计算并通知承办单位。"),
    ),
    move(
        "withdraw",
        _("撤回提案"),
        [YearState.DRAFT],
        YearState.WITHDRAWN,
        permission="can_withdraw",
        reason=True,
    ),
    move(
        "replace",
        _("被新日历替换"),
        [YearState.PROVISIONAL, YearState.OFFICIAL],
        YearState.REPLACED,
        permission="can_replace",
    ),
    permissions=WHERE,
    begins_in=[YearState.PROVISIONAL],
)
