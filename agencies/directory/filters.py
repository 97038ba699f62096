"""What the directory of agencies can be narrowed by, and how small lists are searched."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Region
from portal.access import AgencyKind, Level
from portal.lists.filters import ListFilter

Rows = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class ContainsSearch:
    """Containment in any of these columns; for lists of some hundred rows, which need no index."""

    columns: tuple[str, ...]
    least: int = 1

    def filter(self, rows: Rows, term: str) -> Rows:
        wanted = [Q(**{f"{column}__icontains": term.strip()}) for column in self.columns]
        return rows.filter(reduce(or_, wanted))

    def countable(self, rows: Rows, term: str, most: int) -> Rows:
        return self.filter(rows, term)


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
