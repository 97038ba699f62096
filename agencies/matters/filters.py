"""What the catalogue can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.matters.choices import MatterKind
from portal.access import AgencyKind
from portal.lists.filters import ListFilter

BUREAUS = [(kind.value, kind.label) for kind in (AgencyKind.ECOLOGY, AgencyKind.MARKET)]


class MatterFilter(ListFilter):
    kind = django_filters.ChoiceFilter(label=_("类别"), choices=MatterKind.choices)
    authority = django_filters.ChoiceFilter(label=_("主办部门"), choices=BUREAUS)
