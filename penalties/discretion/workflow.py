"""The legal moves of a version of the bounds: proposed by one, in force by a second."""

from django.utils.translation import gettext_lazy as _

from penalties.discretion.models import PenaltyBound
from portal.law.choices import VersionState
from portal.workflow import Workflow, move

bound = Workflow(
    PenaltyBound,
    move(
        "approve",
        _("复核通过"),
        [VersionState.DRAFT],
        VersionState.APPROVED,
        permission="can_approve",
        consequence=_("新幅度适用于施行日期起的行为；此前的行为仍按原幅度（从旧）。"),
    ),
    move(
        "withdraw",
        _("撤回提案"),
        [VersionState.DRAFT],
        VersionState.WITHDRAWN,
        permission="can_withdraw",
        reason=True,
    ),
    permissions="penalties.discretion.permissions",
)
