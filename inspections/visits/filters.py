"""What visits can be narrowed by."""

from __future__ import annotations

from typing import Any

import django_filters as df
from django.utils.translation import gettext_lazy as _

from inspections.visits.choices import VisitKind, VisitState
from inspections.visits.models import Visit
from portal.lists.filters import ListFilter

OWN = "own"


class VisitFilter(ListFilter):
    state = df.ChoiceFilter(label=_("状态"), choices=VisitState.choices)
    kind = df.ChoiceFilter(label=_("检查类别"), choices=VisitKind.choices)
    planned_from = df.DateFromToRangeFilter(label=_("计划检查日期"))
    part = df.ChoiceFilter(
        label=_("参与"), choices=[(OWN, _("本单位参与"))], empty_label=_("全部"), method="by_part"
    )

    class Meta:
        model = Visit
        fields: list[str] = []

    def by_part(self, rows: Any, name: str, value: str) -> Any:
        return rows.of_bureau(self.request.actor.agency_id)
