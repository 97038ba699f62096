"""What plans, batches and check items can be narrowed by."""

from __future__ import annotations

from typing import Any

import django_filters as df
from django.utils.translation import gettext_lazy as _

from agencies.models import Region
from inspections.plans.choices import BatchState, ItemKind, PlanKind, PlanState
from inspections.plans.models import Batch, CheckItem, Plan
from portal.access import AgencyKind
from portal.clocks import today
from portal.lists.filters import ListFilter

BUREAUS = [(kind.value, kind.label) for kind in (AgencyKind.ECOLOGY, AgencyKind.MARKET)]
OWN = "own"


class CheckItemFilter(ListFilter):
    authority = df.ChoiceFilter(label=_("抽查主体"), choices=BUREAUS)
    kind = df.ChoiceFilter(label=_("事项类别"), choices=ItemKind.choices)
    in_force = df.ChoiceFilter(
        label=_("效力"), choices=[("yes", _("现行有效"))], empty_label=_("全部"), method="by_force"
    )

    class Meta:
        model = CheckItem
        fields: list[str] = []

    def by_force(self, rows: Any, name: str, value: str) -> Any:
        return rows.in_force(today())


class PlanFilter(ListFilter):
    year = df.NumberFilter(label=_("年度"), min_value=2000, max_value=2100)
    kind = df.ChoiceFilter(label=_("类别"), choices=PlanKind.choices)
    state = df.ChoiceFilter(label=_("状态"), choices=PlanState.choices)
    region = df.ModelChoiceFilter(
        label=_("行政区划"), queryset=lambda asked: Region.objects.visible_to(asked.actor)
    )
    part = df.ChoiceFilter(
        label=_("参与"), choices=[(OWN, _("本单位参与"))], empty_label=_("全部"), method="by_part"
    )

    class Meta:
        model = Plan
        fields: list[str] = []

    def by_part(self, rows: Any, name: str, value: str) -> Any:
        return rows.of_bureau(self.request.actor.agency_id)


class BatchFilter(ListFilter):
    year = df.NumberFilter(field_name="plan__year", label=_("年度"), min_value=2000, max_value=2100)
    state = df.ChoiceFilter(label=_("状态"), choices=BatchState.choices)
    region = df.ModelChoiceFilter(
        field_name="plan__region",
        label=_("行政区划"),
        queryset=lambda asked: Region.objects.visible_to(asked.actor),
    )
    starts_on = df.DateFromToRangeFilter(label=_("开始日期"))

    class Meta:
        model = Batch
        fields: list[str] = []
