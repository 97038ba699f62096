"""Filters of draws."""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from inspections.draws.choices import DrawState, Origin, Sitting
from inspections.draws.models import Draw
from portal.lists.filters import ListFilter


class DrawFilter(ListFilter):
    state = df.MultipleChoiceFilter(label=_("状态"), choices=DrawState.choices)
    origin = df.ChoiceFilter(label=_("来源"), choices=Origin.choices)
    sitting = df.ChoiceFilter(label=_("方式"), choices=Sitting.choices)
    is_rehearsal = df.BooleanFilter(label=_("演练"))

    class Meta:
        model = Draw
        fields: list[str] = []
