"""The legal moves of a roster."""

from django.utils.translation import gettext_lazy as _

from portal.workflow import Workflow, move
from sharing.rosters.choices import RosterState
from sharing.rosters.models import Roster

BASIS = "宝环保〔2024〕5号 三(五)"
OPEN = [RosterState.AWAITING, RosterState.RETURNED]

roster = Workflow(
    Roster,
    move(
        "send_to_chief",
        _("提交签核"),
        [*OPEN, RosterState.SUBMITTED, RosterState.LOCKED],
        RosterState.SIGNING,
        permission="can_report",
    ),
    move(
        "submit",
        _("报送"),
        [*OPEN, RosterState.SUBMITTED],
        RosterState.SUBMITTED,
        permission="can_report",
        basis=BASIS,
    ),
    move(
        "sign",
        _("签核并报送"),
        [RosterState.SIGNING],
        RosterState.SUBMITTED,
        permission="can_sign",
        basis=BASIS,
    ),
    move(
        "sign_correction",
        _("签核并报送更正"),
        [RosterState.SIGNING],
        RosterState.CORRECTED,
        permission="can_sign",
        basis=BASIS,
    ),
    move(
        "send_back",
        _("退回填报人"),
        [RosterState.SIGNING],
        RosterState.AWAITING,
        permission="can_sign",
        reason=True,
    ),
    move(
        "keep_previous",
        _("退回填报人，仍以上一版为准"),
        [RosterState.SIGNING],
        RosterState.SUBMITTED,
        permission="can_sign",
        reason=True,
    ),
    move(
        "keep_locked",
        _("退回填报人，仍以锁定的一版为准"),
        [RosterState.SIGNING],
        RosterState.LOCKED,
        permission="can_sign",
        reason=True,
    ),
    move(
        "lock",
        _("锁定"),
        [RosterState.SUBMITTED, RosterState.CORRECTED],
        RosterState.LOCKED,
        permission="can_receive",
    ),
    move(
        "return",
        _("退回"),
        [RosterState.SUBMITTED, RosterState.CORRECTED],
        RosterState.RETURNED,
        permission="can_receive",
        reason=True,
    ),
    move(
        "unlock",
        _("解锁"),
        [RosterState.LOCKED],
        RosterState.RETURNED,
        permission="can_receive",
        reason=True,
    ),
    move(
        "correct",
        _("锁定后更正"),
        [RosterState.LOCKED],
        RosterState.CORRECTED,
        permission="can_report",
        reason=True,
    ),
    permissions="sharing.rosters.permissions",
)
