"""Filters of bulletins."""

import django_filters as df
from django.utils.translation import gettext_lazy as _

from portal.lists.filters import ListFilter
from sharing.bulletins.choices import BulletinKind, BulletinState
from sharing.bulletins.models import Bulletin


class BulletinFilter(ListFilter):
    kind = df.ChoiceFilter(label=_("类别"), choices=BulletinKind.choices)
    state = df.ChoiceFilter(label=_("状态"), choices=BulletinState.choices)

    class Meta:
        model = Bulletin
        fields: list[str] = []
