"""Words of orders to rectify."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrderState(TextChoices):
    ISSUED = "issued", _("整改中")
    SUBMITTED = "submitted", _("待核实")
    RETURNED = "returned", _("退回整改")
    REINSPECTING = "reinspecting", _("待复查")
    CLOSED = "closed", _("已完成")
    REVOKED = "revoked", _("已撤销")


WITH_INSTITUTION = (OrderState.ISSUED, OrderState.RETURNED)
OPEN_STATES = (*WITH_INSTITUTION, OrderState.SUBMITTED, OrderState.REINSPECTING)

ORDER_TONES = {
    OrderState.ISSUED: "warn",
    OrderState.SUBMITTED: "info",
    OrderState.RETURNED: "danger",
    OrderState.REINSPECTING: "info",
    OrderState.CLOSED: "ok",
    OrderState.REVOKED: "plain",
}
