"""Words of results."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Step(TextChoices):
    """What a result code asks for before the bureau may close its part (regulation §5.2)."""

    ORDER = "order", _("责令改正")
    CASE = "case", _("立案或转线索")
    LISTING = "listing", _("列入经营异常名录")
    REGISTRY = "registry", _("更新机构名录库")


# What is done in another system and noted here with its number; the rest the portal knows.
NOTED_BY_HAND = (Step.CASE, Step.LISTING)


class ReviewDecision(TextChoices):
    APPROVED = "approved", _("复核通过")
    RETURNED = "returned", _("退回")


class Clash(TextChoices):
    """Why a code may not stand beside what is there."""

    TWICE = "twice", _("该结果已登记。")
    ALONE = "alone", _("“未发现问题”不能与其他结果并用。")
    FINDINGS = "findings", _("本次检查记录了问题，不能登记“未发现问题”。")
