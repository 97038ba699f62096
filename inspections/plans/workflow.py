"""The legal moves of a plan, and of a batch, whose moves the rooms above make."""

from django.utils.translation import gettext_lazy as _

from inspections.plans.choices import EDITABLE_STATES, BatchState, PlanState
from inspections.plans.models import Batch, Plan
from portal.workflow import Workflow, move

PLANNED = "检验检测机构监督管理办法第18条；国市监信〔2019〕38号"
PUBLIC = "国办发〔2024〕54号；国市监信〔2019〕38号"

plan = Workflow(
    Plan,
    move(
        "submit",
        _("提交审批"),
        EDITABLE_STATES,
        PlanState.SUBMITTED,
        permission="can_edit",
        consequence=_("提交后由参与部门的分管领导审批，审批期间不能修改。"),
    ),
    move(
        "recall",
        _("撤回提交"),
        [PlanState.SUBMITTED],
        PlanState.DRAFT,
        permission="can_recall",
    ),
    move(
        "approve",
        _("批准"),
        [PlanState.SUBMITTED],
        PlanState.APPROVED,
        permission="can_decide",
        basis=PLANNED,
        consequence=_("各参与部门的分管领导均批准后，计划即获批准，可以公布。"),
    ),
    move(
        "return",
        _("退回"),
        [PlanState.SUBMITTED],
        PlanState.RETURNED,
        permission="can_decide",
        reason=True,
        consequence=_("退回发起部门修改；修改后须由各参与部门重新批准。"),
    ),
    move(
        "publish",
        _("公布"),
        [PlanState.APPROVED],
        PlanState.PUBLISHED,
        permission="can_publish",
        basis=PUBLIC,
        consequence=_("公布后任何人都可以查看，不能再修改；如需更正，只能以替换版公布。"),
    ),
    move(
        "replace",
        _("以替换版取代"),
        [PlanState.PUBLISHED],
        PlanState.REPLACED,
        permission="can_publish",
        reason=True,
    ),
    move(
        "withdraw",
        _("撤回计划"),
        [PlanState.PUBLISHED],
        PlanState.WITHDRAWN,
        permission="can_withdraw",
        reason=True,
        consequence=_("撤回后不能再按本计划抽取；已公布的内容连同撤回理由继续供公众查看。"),
    ),
    move(
        "discard",
        _("作废"),
        EDITABLE_STATES,
        PlanState.DISCARDED,
        permission="can_edit",
        reason=True,
        consequence=_("作废后不能恢复，留痕保留。"),
    ),
    permissions="inspections.plans.permissions",
)

batch = Workflow(
    Batch,
    move(
        "draw",
        _("抽取完成"),
        [BatchState.PLANNED],
        BatchState.DRAWN,
        permission="can_draw",
    ),
    permissions="inspections.plans.permissions",
    begins_in=[BatchState.DRAWN, BatchState.UNDER_WAY, BatchState.CLOSED],
)
