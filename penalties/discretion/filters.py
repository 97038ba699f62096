"""What the bounds can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from penalties.discretion.choices import PartyKind
from portal.law.choices import VersionState
from portal.lists.filters import ListFilter


class BoundFilter(ListFilter):
    party = django_filters.ChoiceFilter(label=_("处罚对象"), choices=PartyKind.choices)
    state = django_filters.ChoiceFilter(label=_("状态"), choices=VersionState.choices)
