"""Filters of the case list."""

from __future__ import annotations

import django_filters as df
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from penalties.cases.choices import CaseState, Outcome, Procedure, Source
from penalties.cases.models import Case
from portal.lists.filters import ListFilter
from portal.lists.selection import Asked


def bureaus(asked: Asked | None) -> QuerySet[Agency]:
    """The bureaus of the actor's region and below."""
    if asked is None:
        return Agency.objects.none()
    rows = Agency.objects.visible_to(asked.actor).of_kind("ecology", "market")
    return rows.within(asked.actor.region).select_related("region")


class CaseFilter(ListFilter):
    state = df.MultipleChoiceFilter(label=_("阶段"), choices=CaseState.choices)
    procedure = df.ChoiceFilter(label=_("程序"), choices=Procedure.choices)
    agency = df.ModelChoiceFilter(label=_("办案单位"), queryset=bureaus)
    source = df.ChoiceFilter(label=_("案件来源"), choices=Source.choices)
    outcome = df.ChoiceFilter(label=_("处理结果"), choices=Outcome.choices)
    matter = df.CharFilter(label=_("事项编号"), field_name="matter_code")
    found_from = df.DateFilter(label=_("发现日期自"), field_name="found_on", lookup_expr="gte")
    found_to = df.DateFilter(label=_("发现日期至"), field_name="found_on", lookup_expr="lte")

    class Meta:
        model = Case
        fields: list[str] = []
