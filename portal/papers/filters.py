"""What the sealing register can be narrowed by."""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from portal.lists.filters import ListFilter


class SealingFilter(ListFilter):
    sealed_on = df.DateFromToRangeFilter(label=_("用印日期"))
    seal = df.CharFilter(label=_("印章名称"), lookup_expr="contains")
