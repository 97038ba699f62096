"""Filters of the audit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.audit.models import AuditEvent
from portal.audit.verbs import known_verbs
from portal.clocks.now import SHANGHAI
from portal.lists.filters import ListFilter

Rows = QuerySet[Any, Any]


class AuditFilter(ListFilter):
    since = django_filters.DateFilter(label=_("自"), method="from_day")
    until = django_filters.DateFilter(label=_("至"), method="to_day")
    verb = django_filters.ChoiceFilter(label=_("行为"), choices=known_verbs)
    person = django_filters.CharFilter(label=_("人员姓名"), method="by_person")
    subject = django_filters.CharFilter(label=_("对象编号，如 institution:12"))

    class Meta:
        model = AuditEvent
        fields: list[str] = []

    def from_day(self, rows: Rows, name: str, day: dt.date) -> Rows:
        return rows.filter(at__gte=dt.datetime.combine(day, dt.time(), tzinfo=SHANGHAI))

    def to_day(self, rows: Rows, name: str, day: dt.date) -> Rows:
        return rows.filter(at__lte=dt.datetime.combine(day, dt.time.max, tzinfo=SHANGHAI))

    def by_person(self, rows: Rows, name: str, text: str) -> Rows:
        people = get_user_model()._default_manager.filter(name=text.strip())
        return rows.filter(user_id__in=people.values("pk"))
