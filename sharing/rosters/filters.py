"""Filters of the roster lists; page, export and API share them."""

from __future__ import annotations

import django_filters as df
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from portal.lists.filters import ListFilter
from portal.lists.selection import Asked
from sharing.rosters.choices import CommissionKind, Medium, PeriodKind, RosterState
from sharing.rosters.models import Period, Roster, RosterRow


def reporting_agencies(asked: Asked | None) -> QuerySet[Agency]:
    """The reporters whose rosters the actor may see."""
    if asked is None:
        return Agency.objects.none()
    rosters = Roster.objects.visible_to(asked.actor)
    return Agency.objects.filter(pk__in=rosters.values("agency")).select_related("region")


def periods(asked: Asked | None) -> QuerySet[Period]:
    return Period.objects.all()


class RosterFilter(ListFilter):
    period = df.ModelChoiceFilter(label=_("报送周期"), queryset=periods)
    agency = df.ModelChoiceFilter(label=_("填报部门"), queryset=reporting_agencies)
    state = df.MultipleChoiceFilter(label=_("状态"), choices=RosterState.choices)
    kind = df.ChoiceFilter(label=_("周期"), field_name="period__kind", choices=PeriodKind.choices)
    nil = df.BooleanFilter(label=_("零报告"), field_name="current__is_nil")

    class Meta:
        model = Roster
        fields: list[str] = []


class RowFilter(ListFilter):
    period = df.ModelChoiceFilter(
        label=_("报送周期"), field_name="version__roster__period", queryset=periods
    )
    agency = df.ModelChoiceFilter(
        label=_("填报部门"), field_name="version__roster__agency", queryset=reporting_agencies
    )
    medium = df.ChoiceFilter(label=_("监测项目类别"), choices=Medium.choices, method="with_medium")
    commission_kind = df.ChoiceFilter(label=_("委托性质"), choices=CommissionKind.choices)
    in_double_random = df.BooleanFilter(label=_("是否纳入双随机"))
    unmatched = df.BooleanFilter(
        label=_("待核对机构"), field_name="institution", lookup_expr="isnull"
    )

    class Meta:
        model = RosterRow
        fields: list[str] = []

    def with_medium(self, rows: QuerySet[RosterRow], name: str, value: str) -> QuerySet[RosterRow]:
        return rows.filter(media__contains=[value])
