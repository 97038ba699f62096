"""What the directories of people can be narrowed by."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.directory.models import Agency
from agencies.people.choices import Speciality, Validity
from agencies.people.models import KEEPERS
from agencies.people.rules import WARN_DAYS
from portal.clocks import today
from portal.lists.filters import ListFilter

Rows = QuerySet[Any, Any]


def agencies_seen(asked: Any) -> Any:
    return Agency.objects.within(asked.actor.region).of_kind(*KEEPERS)


class InspectorFilter(ListFilter):
    agency = django_filters.ModelChoiceFilter(label=_("单位"), queryset=agencies_seen)
    speciality = django_filters.ChoiceFilter(
        label=_("专长"), choices=Speciality.choices, method="with_speciality"
    )
    validity = django_filters.ChoiceFilter(
        label=_("证件状态"), choices=Validity.choices, method="by_validity"
    )

    def with_speciality(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(specialities__contains=[value])

    def by_validity(self, rows: Rows, name: str, value: str) -> Rows:
        day = today()
        soon = day + dt.timedelta(days=WARN_DAYS)
        if value == Validity.EXPIRED:
            return rows.filter(valid_to__lt=day)
        if value == Validity.EXPIRING:
            return rows.filter(valid_to__range=(day, soon))
        return rows.filter(valid_to__gt=soon)


class ExpertFilter(ListFilter):
    agency = django_filters.ModelChoiceFilter(label=_("聘请单位"), queryset=agencies_seen)
    field = django_filters.ChoiceFilter(
        label=_("专业领域"), choices=Speciality.choices, method="with_field"
    )
    year = django_filters.NumberFilter(label=_("聘请年度"))

    def with_field(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(fields__contains=[value])
