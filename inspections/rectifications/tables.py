"""The list of orders to rectify."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from inspections.rectifications.choices import ORDER_TONES, OrderState
from inspections.rectifications.filters import OrderFilter
from inspections.rectifications.models import Order
from inspections.rectifications.permissions import can_list
from portal.access import Actor
from portal.lists import Column, Empty, ListDef
from portal.lists.search import PlainSearch


def orders_of(actor: Actor) -> Any:
    return Order.objects.visible_to(actor).select_related("agency", "institution")


ORDERS = ListDef(
    name="orders",
    title=_("责令改正"),
    rows=orders_of,
    filter=OrderFilter,
    columns=(
        Column("name", _("机构"), "institution_name"),
        Column("uscc", _("统一社会信用代码"), "institution.uscc", kind="code", shown=False),
        Column("agency", _("责令部门"), "agency"),
        Column("issued_on", _("责令日期"), "issued_on", kind="date"),
        Column("due_on", _("整改期限"), "due_on", kind="date", sort="due_on"),
        Column(
            "state",
            _("状态"),
            "get_state_display",
            kind="badge",
            tone=lambda row: ORDER_TONES[OrderState(row.state)],
        ),
        Column("closed_on", _("完成日期"), "closed_on", kind="date"),
    ),
    order=("due_on", "pk"),
    permission=can_list,
    search=PlainSearch(("institution_name",)),
    empty=Empty(_("没有责令改正。"), _("检查中发现的问题可以在检查页面责令改正。")),
)
