"""The legal moves of a repair."""

from django.utils.translation import gettext_lazy as _

from penalties.repairs.choices import RepairState as R
from penalties.repairs.models import Repair
from portal.workflow import Workflow, move

repair = Workflow(
    Repair,
    move(
        "grant",
        _("准予修复"),
        [R.ASKED],
        R.GRANTED,
        permission="can_decide",
        basis="信用修复管理办法；市场监督管理行政处罚信息公示规定",
        consequence=_("准予后立即停止公示并报送信用平台；依法作出的限制不因此解除。"),
    ),
    move(
        "refuse",
        _("不予修复"),
        [R.ASKED],
        R.REFUSED,
        permission="can_decide",
        basis="信用修复管理办法；市场监督管理行政处罚信息公示规定",
        reason=True,
    ),
    permissions="penalties.repairs.permissions",
)
