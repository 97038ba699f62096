"""Words of publication."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PublicationKind(TextChoices):
    """Two duties with two clocks: 处罚法 art. 48, and credit information."""

    DISCLOSURE = "disclosure", _("依法公开")
    CREDIT = "credit", _("信用公示")


class PublicationState(TextChoices):
    DRAFT = "draft", _("待编制")
    REVIEWING = "reviewing", _("待复核")
    APPROVED = "approved", _("待公示")
    PUBLISHED = "published", _("已公示")
    WITHDRAWN = "withdrawn", _("已撤回")
    EXEMPT = "exempt", _("不予公示")
    REPAIRED = "repaired", _("已修复，停止公示")


class BreachClass(TextChoices):
    """By what the term is chosen (regulation §6.1)."""

    MINOR = "minor", _("轻微")
    GENERAL = "general", _("一般")
    SERIOUS = "serious", _("严重")
    NOT_PUBLIC = "not_public", _("仅受警告")
    LOW = "low", _("通报批评或者较低数额罚款")
    OTHER = "other", _("其他处罚")


class Act(TextChoices):
    PUBLISH = "publish", _("公示")
    CORRECT = "correct", _("更正")
    WITHDRAW = "withdraw", _("撤回")
    REPAIR = "repair", _("修复")


# These need not be published at all (信用修复管理办法; 公示规定).
MAY_STAY_OUT = frozenset({BreachClass.MINOR, BreachClass.NOT_PUBLIC})
P = PublicationState
TONES: dict[str, str] = {
    P.DRAFT: "warn",
    P.REVIEWING: "warn",
    P.APPROVED: "info",
    P.PUBLISHED: "ok",
    P.WITHDRAWN: "danger",
    P.EXEMPT: "plain",
    P.REPAIRED: "plain",
}
