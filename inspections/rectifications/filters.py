"""What orders can be narrowed by."""

from __future__ import annotations

from typing import Any

import django_filters as df
from django.utils.translation import gettext_lazy as _

from inspections.rectifications.choices import OrderState
from inspections.rectifications.models import Order
from portal.clocks import today
from portal.lists.filters import ListFilter


class OrderFilter(ListFilter):
    state = df.ChoiceFilter(label=_("状态"), choices=OrderState.choices)
    due_on = df.DateFromToRangeFilter(label=_("整改期限"))
    late = df.ChoiceFilter(
        label=_("逾期"), choices=[("yes", _("已逾期"))], empty_label=_("全部"), method="by_late"
    )

    class Meta:
        model = Order
        fields: list[str] = []

    def by_late(self, rows: Any, name: str, value: str) -> Any:
        return rows.overdue(today())
