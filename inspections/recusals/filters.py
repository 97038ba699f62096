"""Filters of recusals."""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from inspections.recusals.models import Recusal
from portal.lists.filters import ListFilter


class RecusalFilter(ListFilter):
    ended = df.BooleanFilter(
        label=_("已有截止日期"), field_name="to_on", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Recusal
        fields: list[str] = []
