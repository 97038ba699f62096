"""Filters of notices and restrictions."""

from __future__ import annotations

import django_filters as df
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from penalties.decisions.choices import Standing
from portal.clocks import today
from portal.lists.filters import ListFilter
from sharing.restrictions.choices import RestrictionKind, RestrictionState
from sharing.restrictions.models import Acknowledgement, PenaltyNotice, Restriction


class NoticeFilter(ListFilter):
    waiting = df.BooleanFilter(label=_("本单位待确认"), method="by_waiting")
    unanswered = df.BooleanFilter(label=_("尚有单位未确认"), method="by_unanswered")
    standing = df.ChoiceFilter(
        label=_("效力"), choices=[each for each in Standing.choices if each[0] != Standing.DRAFT]
    )
    decided_on = df.DateFromToRangeFilter(label=_("决定日期"))

    class Meta:
        model = PenaltyNotice
        fields: list[str] = []

    def by_waiting(
        self, rows: QuerySet[PenaltyNotice], name: str, value: bool
    ) -> QuerySet[PenaltyNotice]:
        agency = self.request.actor.agency_id or 0
        own = Acknowledgement.objects.waiting().filter(notice=OuterRef("pk"), agency_id=agency)
        return rows.filter(Exists(own) if value else ~Exists(own))

    def by_unanswered(
        self, rows: QuerySet[PenaltyNotice], name: str, value: bool
    ) -> QuerySet[PenaltyNotice]:
        silent = Acknowledgement.objects.waiting().filter(notice=OuterRef("pk"))
        return rows.filter(Exists(silent) if value else ~Exists(silent))


class RestrictionFilter(ListFilter):
    state = df.ChoiceFilter(label=_("状态"), choices=RestrictionState.choices, method="by_state")
    kind = df.ChoiceFilter(label=_("限制种类"), choices=RestrictionKind.choices)
    to_on = df.DateFromToRangeFilter(label=_("限制截止日"))

    class Meta:
        model = Restriction
        fields: list[str] = []

    def by_state(self, rows: QuerySet[Restriction], name: str, value: str) -> QuerySet[Restriction]:
        day = today()
        if value == RestrictionState.IN_FORCE:
            return rows.filter(pk__in=Restriction.objects.in_force(day).values("pk"))
        if value == RestrictionState.ENDED:
            return rows.filter(ended_on__lte=day)
        return rows.filter(to_on__lt=day).exclude(ended_on__lte=day)
