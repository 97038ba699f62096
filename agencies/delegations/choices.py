"""Words of delegation and handover."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DelegationKind(TextChoices):
    """What the receiver may do in the giver's place."""

    APPROVE = "approve", _("审批决定")
    REVIEW = "review", _("审核交办")
    SIGN = "sign", _("签字签发")
    COUNTERSIGN = "countersign", _("联络会签")


class HandoverState(TextChoices):
    OPEN = "open", _("待移交人签字")
    HANDED = "handed", _("待接收人签字")
    DONE = "done", _("已交接")
    CANCELLED = "cancelled", _("已取消")
