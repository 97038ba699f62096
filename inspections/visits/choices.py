"""Words of visits."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VisitKind(TextChoices):
    """Kinds of checks: the double-random one, and the methods of 环监测〔2018〕45号 (IS8)."""

    DOUBLE_RANDOM = "double_random", _("双随机检查")
    REGULAR = "regular", _("日常检查")
    SPECIAL = "special", _("专项检查")
    COMPLAINT = "complaint", _("举报投诉检查")
    PROFICIENCY = "proficiency", _("能力验证")
    COMPARISON = "comparison", _("比对核查")
    REPORT_REVIEW = "report_review", _("审核监测报告")
    RAW_RECORD_REVIEW = "raw_record_review", _("审核原始记录")
    SYSTEM_EVALUATION = "system_evaluation", _("评价管理体系运行")
    ANNUAL_REPORT = "annual_report", _("审核年度报告")
    CERTIFICATE_CHECK = "certificate_check", _("核查资质认定信息")
    SURVEY = "survey", _("统计调查")
    REINSPECTION = "reinspection", _("整改复查")


# Upon a complaint, and to see whether an order was carried out: no cap (regulation §5.3), and
# neither counts towards it.
UNCAPPED_KINDS = (VisitKind.COMPLAINT, VisitKind.REINSPECTION)
# What officers may open by themselves; the double-random ones come from the draw alone.
OPENED_BY_HAND = tuple(kind for kind in VisitKind if kind != VisitKind.DOUBLE_RANDOM)


class VisitState(TextChoices):
    PLANNED = "planned", _("待提交审批")
    SUBMITTED = "submitted", _("待批准")
    APPROVED = "approved", _("已批准")
    NOTICED = "noticed", _("已通知")
    UNANNOUNCED = "unannounced", _("不预先通知")
    OPEN = "open", _("检查中")
    RECORDED = "recorded", _("待签字")
    SIGNED = "signed", _("待定结果")
    REVIEWING = "reviewing", _("待复核")
    REVIEWED = "reviewed", _("待办结")
    CLOSED = "closed", _("已办结")
    CANCELLED = "cancelled", _("已取消")


S = VisitState
BEFORE_ARRIVAL = (S.PLANNED, S.SUBMITTED, S.APPROVED, S.NOTICED, S.UNANNOUNCED)
TEAM_OPEN = (S.PLANNED, S.APPROVED, S.NOTICED, S.UNANNOUNCED)
# The institution learns of the visit with the notice, or with the arrival (visibility.md).
ANNOUNCED_STATES = (
    *(S.NOTICED, S.OPEN, S.RECORDED),
    *(S.SIGNED, S.REVIEWING, S.REVIEWED, S.CLOSED),
)
SIGNED_STATES = (S.SIGNED, S.REVIEWING, S.REVIEWED, S.CLOSED)
# On the way, or there without all signatures: the batch is not done yet.
STILL_TO_MAKE = (*BEFORE_ARRIVAL, S.OPEN, S.RECORDED)

VISIT_TONES = {
    S.PLANNED: "plain",
    S.SUBMITTED: "warn",
    S.APPROVED: "info",
    S.NOTICED: "info",
    S.UNANNOUNCED: "info",
    S.OPEN: "warn",
    S.RECORDED: "warn",
    S.SIGNED: "warn",
    S.REVIEWING: "warn",
    S.REVIEWED: "info",
    S.CLOSED: "ok",
    S.CANCELLED: "plain",
}


class Outcome(TextChoices):
    """What is found at the door (EV17); the codes are those of regulation §5.2."""

    UNREACHABLE = "04", _("通过登记的住所（经营场所）无法联系")
    NO_ACTIVITY = "07", _("未发现开展本次抽查涉及的经营活动")
    CLOSED_DOWN = "08", _("已关闭停业或正在组织清算")
    MOVED_OUT = "13", _("迁出")
    SUSPENDED = "14", _("暂停营业")


class TeamFault(TextChoices):
    """Why a team may not go (regulation §5.4 steps 3 and 4), as a sentence about a person."""

    EXPIRED = "expired", _("%(name)s 的执法证在检查当日无效，请更换人员。")
    ON_LEAVE = "on_leave", _("%(name)s 在检查当日请假，请更换人员。")
    STRUCK_OFF = "struck_off", _("%(name)s 已移出检查人员名录库，请更换人员。")
    RECUSED = "recused", _("%(name)s 应当回避，请更换人员。")
    TOO_FEW = "too_few", _("%(name)s 的检查人员不足两人，请补充。")
