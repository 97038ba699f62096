"""Words of cases."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.access import AgencyKind


class Procedure(TextChoices):
    """Which of the two bureaus' procedures a case follows; the values are kinds of agency."""

    ECOLOGY = AgencyKind.ECOLOGY.value, _("生态环境行政处罚程序")
    MARKET = AgencyKind.MARKET.value, _("市场监督管理行政处罚程序")


class CaseState(TextChoices):
    """From the lead to the archive (regulation §6)."""

    VERIFYING = "verifying", _("核查")
    NOT_OPENED = "not_opened", _("不予立案")
    INVESTIGATING = "investigating", _("调查取证")
    INVESTIGATED = "investigated", _("调查终结")
    REVIEWING = "reviewing", _("案件审核")
    REVIEWED = "reviewed", _("审核通过")
    LEGAL_REVIEW = "legal_review", _("法制审核")
    DISCUSSING = "discussing", _("集体讨论")
    NOTICED = "noticed", _("处罚告知")
    HEARING = "hearing", _("听证")
    DEFENDED = "defended", _("陈述申辩复核完毕")
    DECIDING = "deciding", _("待决定")
    DECIDED = "decided", _("已决定")
    SERVED = "served", _("已送达")
    PERFORMING = "performing", _("履行中")
    CLOSED = "closed", _("已结案")
    ARCHIVED = "archived", _("已归档")


S = CaseState
TONES: dict[str, str] = {
    S.VERIFYING: "info",
    S.NOT_OPENED: "plain",
    S.INVESTIGATING: "info",
    S.INVESTIGATED: "info",
    S.REVIEWING: "warn",
    S.REVIEWED: "info",
    S.LEGAL_REVIEW: "warn",
    S.DISCUSSING: "warn",
    S.NOTICED: "warn",
    S.HEARING: "warn",
    S.DEFENDED: "info",
    S.DECIDING: "warn",
    S.DECIDED: "info",
    S.SERVED: "info",
    S.PERFORMING: "warn",
    S.CLOSED: "ok",
    S.ARCHIVED: "plain",
}
ENDED = frozenset({S.NOT_OPENED, S.CLOSED, S.ARCHIVED})
# Between the opening and the decision, where 90 days run and people, facts and pauses may change.
OPEN_INQUIRY = frozenset(
    {
        S.INVESTIGATING,
        S.INVESTIGATED,
        S.REVIEWING,
        S.REVIEWED,
        S.LEGAL_REVIEW,
        S.DISCUSSING,
        S.NOTICED,
        S.HEARING,
        S.DEFENDED,
        S.DECIDING,
    }
)


class Source(TextChoices):
    """Where a case comes from."""

    INSPECTION = "inspection", _("检查发现")
    OFFSITE = "offsite", _("非现场监管")
    REPORT = "report", _("投诉举报")
    TRANSFER = "transfer", _("部门移送")
    SUPERIOR = "superior", _("上级交办")
    OWN = "own", _("依职权发现")


class Outcome(TextChoices):
    """What a case ends with (处罚法 art. 57)."""

    PENALTY = "penalty", _("行政处罚")
    NO_PENALTY = "no_penalty", _("不予行政处罚")
    WITHDRAWN = "withdrawn", _("撤销立案")
    REFERRED_CRIME = "referred_crime", _("移送司法机关")
    REFERRED = "referred", _("移送其他机关")
