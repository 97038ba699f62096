"""Filters of publications."""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from penalties.publication.choices import PublicationKind, PublicationState
from penalties.publication.models import PenaltyPublication
from portal.lists.filters import ListFilter


class PublicationFilter(ListFilter):
    state = df.ChoiceFilter(label=_("状态"), choices=PublicationState.choices)
    kind = df.ChoiceFilter(label=_("公示类别"), choices=PublicationKind.choices)
    late = df.BooleanFilter(label=_("逾期公示"))
    due_on = df.DateFromToRangeFilter(label=_("公示期限"))

    class Meta:
        model = PenaltyPublication
        fields: list[str] = []
