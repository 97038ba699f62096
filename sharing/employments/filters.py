"""Filters of the merged list."""

from __future__ import annotations

import django_filters as df
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.lists.filters import ListFilter
from sharing.employments.models import Employment
from sharing.rosters.choices import Medium
from sharing.rosters.filters import periods


class EmploymentFilter(ListFilter):
    period = df.ModelChoiceFilter(label=_("报送周期"), queryset=periods)
    medium = df.ChoiceFilter(label=_("监测项目类别"), choices=Medium.choices, method="with_medium")
    several = df.BooleanFilter(label=_("多个部门委托"), method="by_several")
    proposed = df.BooleanFilter(label=_("部门建议不纳入"), field_name="reporter_says_no")
    included = df.BooleanFilter(label=_("纳入双随机"), method="in_list")

    class Meta:
        model = Employment
        fields: list[str] = []

    def with_medium(
        self, rows: QuerySet[Employment], name: str, value: str
    ) -> QuerySet[Employment]:
        return rows.filter(media__contains=[value])

    def by_several(
        self, rows: QuerySet[Employment], name: str, value: bool
    ) -> QuerySet[Employment]:
        return rows.filter(agency_count__gt=1) if value else rows.filter(agency_count=1)

    def in_list(self, rows: QuerySet[Employment], name: str, value: bool) -> QuerySet[Employment]:
        out = Q(reporter_says_no=True, market_vote="exclude", ecology_vote="exclude")
        return rows.exclude(out) if value else rows.filter(out)
