"""Words of prior notices, defences and hearings; how papers are served."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

NOTICE = "penalty_notice"  # the kind of its paper
PRINTED_UNITS = {"working_day": "工作日", "calendar_day": "自然日"}


class ServiceMethod(TextChoices):
    """How a paper reaches the party."""

    DIRECT = "direct", _("直接送达")
    LEFT = "left", _("留置送达")
    MAIL = "mail", _("邮寄送达")
    ELECTRONIC = "electronic", _("电子送达")
    ENTRUSTED = "entrusted", _("委托送达")
    ANNOUNCED = "announced", _("公告送达")


class DefenceResult(TextChoices):
    ADOPTED = "adopted", _("采纳")
    PARTLY = "partly", _("部分采纳")
    REJECTED = "rejected", _("不予采纳")
