"""The legal moves of a visit, and those that visits give to their batch.

Until the arrival they are made in this room; afterwards by the room of the results.
"""

from django.utils.translation import gettext_lazy as _

from inspections.plans.choices import BatchState
from inspections.plans.models import Batch
from inspections.visits.choices import BEFORE_ARRIVAL, VisitState
from inspections.visits.models import Visit
from portal.workflow import Workflow, move

FORMS = "国办发〔2024〕54号"
TWO_OFFICERS = "行政处罚法第42条"
PUBLISHED = "国发〔2019〕5号"
S = VisitState

visit = Workflow(
    Visit,
    move(
        "submit",
        _("提交审批"),
        [S.PLANNED],
        S.SUBMITTED,
        permission="can_edit",
        basis=FORMS,
        consequence=_("提交后由参与部门的分管领导批准《行政检查审批表》。"),
    ),
    move(
        "return",
        _("退回"),
        [S.SUBMITTED],
        S.PLANNED,
        permission="can_approve",
        reason=True,
        consequence=_("退回修改后须由各参与部门重新批准。"),
    ),
    move(
        "approve",
        _("批准检查"),
        [S.SUBMITTED],
        S.APPROVED,
        permission="can_approve",
        basis=FORMS,
        consequence=_("各参与部门的分管领导均批准后，方可实施检查。"),
    ),
    move(
        "notify",
        _("发出检查通知"),
        [S.APPROVED],
        S.NOTICED,
        permission="can_notify",
        basis=FORMS,
        consequence=_("发出后，被检查机构可以看到检查目的、日期和事项。"),
    ),
    move(
        "waive_notice",
        _("不预先通知"),
        [S.APPROVED],
        S.UNANNOUNCED,
        permission="can_notify",
        reason=True,
        basis=FORMS,
        consequence=_("仅限预先通知将妨碍检查目的的情形；机构在到场时才知悉。"),
    ),
    move(
        "open",
        _("到场"),
        [S.NOTICED, S.UNANNOUNCED],
        S.OPEN,
        permission="can_open",
        basis=TWO_OFFICERS,
        consequence=_("须出示执法证件，并登记检查码。"),
    ),
    move("record", _("完成笔录"), [S.OPEN], S.RECORDED, permission="can_record"),
    move("record_outcome", _("登记现场情况"), [S.OPEN], S.RECORDED, permission="can_record"),
    move(
        "reopen",
        _("修改笔录"),
        [S.RECORDED],
        S.OPEN,
        permission="can_record",
        reason=True,
        consequence=_("已有的签字作废，须重新签字。"),
    ),
    move("sign", _("签字完成"), [S.RECORDED], S.SIGNED, permission="can_record"),
    move(
        "submit_results",
        _("提交复核"),
        [S.SIGNED],
        S.REVIEWING,
        permission="can_set_results",
        consequence=_("由未参加本次检查的人员复核检查结果。"),
    ),
    move(
        "return_results",
        _("退回结果"),
        [S.REVIEWING],
        S.SIGNED,
        permission="can_review",
        reason=True,
    ),
    move(
        "review",
        _("复核通过"),
        [S.REVIEWING],
        S.REVIEWED,
        permission="can_review",
        consequence=_("复核通过后可以公示；各部门分别办结本部门的部分。"),
    ),
    move("close", _("办结"), [S.REVIEWED], S.CLOSED, permission="can_close"),
    move(
        "cancel",
        _("取消检查"),
        BEFORE_ARRIVAL,
        S.CANCELLED,
        permission="can_cancel",
        reason=True,
        consequence=_("取消后不能恢复；抽中的机构须写明不检查的理由。"),
    ),
    permissions="inspections.visits.permissions",
)

batch = Workflow(
    Batch,
    move(
        "begin",
        _("开始检查"),
        [BatchState.DRAWN],
        BatchState.UNDER_WAY,
        permission="can_follow_batch",
    ),
    move(
        "close",
        _("办结批次"),
        [BatchState.DRAWN, BatchState.UNDER_WAY],
        BatchState.CLOSED,
        permission="can_follow_batch",
        basis=PUBLISHED,
    ),
    permissions="inspections.visits.permissions",
    begins_in=[BatchState.DRAWN],
)
