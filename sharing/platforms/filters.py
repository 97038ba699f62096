"""Filters of credit records."""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from penalties.publication.choices import Act
from portal.lists.filters import ListFilter
from sharing.platforms.choices import RecordState
from sharing.platforms.models import CreditRecord


class CreditRecordFilter(ListFilter):
    state = df.ChoiceFilter(label=_("状态"), choices=RecordState.choices)
    act = df.ChoiceFilter(label=_("动作"), choices=Act.choices)

    class Meta:
        model = CreditRecord
        fields: list[str] = []
