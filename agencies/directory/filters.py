"""What the directory of agencies can be narrowed by."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Region
from portal.access import AgencyKind, Level
from portal.lists.filters import ListFilter

Rows = QuerySet[Any, Any]


class AgencyFilter(ListFilter):
    """Region with all below it, kind, level, still working or ended."""

    region = django_filters.ModelChoiceFilter(
        label=_("行政区划"), queryset=Region.objects.all(), method="in_region"
    )
    kind = django_filters.ChoiceFilter(label=_("类别"), choices=AgencyKind.choices)
    level = django_filters.ChoiceFilter(label=_("层级"), choices=Level.choices)
    reports = django_filters.BooleanFilter(label=_("报送机构名单"), field_name="reports_rosters")
    ended = django_filters.BooleanFilter(
        label=_("已停用"), field_name="ended_on", lookup_expr="isnull", exclude=True
    )

    def in_region(self, rows: Rows, name: str, value: Region) -> Rows:
        return rows.filter(region__in=Region.objects.within(value.path))
