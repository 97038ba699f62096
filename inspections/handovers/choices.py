"""Words of what a post leaves open, and why it cannot pass on yet."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SeatFate(TextChoices):
    """What must happen to a seat on a visit when its holder leaves."""

    PASSES = "passes", _("由接收人接替")
    DRAWN = "drawn", _("抽取产生的检查组，请先在抽取页面按规则替换")
    SUBMITTED = "submitted", _("正在审批，请先由分管领导批准或者退回")
    ON_SITE = "on_site", _("已到场检查，请先完成笔录和签字")


class Unfit(TextChoices):
    """Why the receiver does not take it over."""

    NO_CERTIFICATE = "no_certificate", _("接收人没有有效的执法证，不能接替检查：%(visit)s")
    NO_ROLE = "no_role", _("接收人不是经办人、负责人或者检查人员，不能接收：%(what)s")
