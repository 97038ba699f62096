"""What the list of institutions can be narrowed by."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Region
from institutions.registry.choices import (
    VALIDITY_WORDS,
    InstitutionKind,
    InstitutionStatus,
    StandingKind,
)
from institutions.registry.models import Institution, InstitutionQuerySet, Standing
from institutions.registry.permissions import sees_contacts_in_scope
from institutions.registry.rules import RENEWAL_MONTHS, Validity, months_later
from portal.access import Level
from portal.clocks import today
from portal.lists.filters import ListFilter

YES_NO = [("yes", _("是")), ("no", _("否"))]
MINE = "mine"


class InstitutionFilter(ListFilter):
    """Scope, region, kind, status, certificate, filing, roster."""

    scope = django_filters.ChoiceFilter(
        label=_("范围"), choices=[(MINE, _("本辖区"))], empty_label=_("全部"), method="in_scope"
    )
    region = django_filters.ModelChoiceFilter(
        label=_("注册区划"), queryset=Region.objects.all(), method="in_region"
    )
    kind = django_filters.ChoiceFilter(label=_("机构类别"), choices=InstitutionKind.choices)
    status = django_filters.ChoiceFilter(label=_("状态"), choices=InstitutionStatus.choices)
    certificate = django_filters.ChoiceFilter(
        label=_("CMA 证书"), choices=list(VALIDITY_WORDS.items()), method="by_certificate"
    )
    filed = django_filters.ChoiceFilter(label=_("已备案"), choices=YES_NO, method="by_filing")
    rostered = django_filters.ChoiceFilter(
        label=_("在报送名单"), choices=YES_NO, method="by_roster"
    )

    class Meta:
        model = Institution
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Who reports for whom is not for partners: without that filter for them."""
        super().__init__(*args, **kwargs)
        if not sees_contacts_in_scope(self.request.actor):
            del self.filters["rostered"], self.form.fields["rostered"]

    def in_scope(self, rows: InstitutionQuerySet, name: str, value: str) -> InstitutionQuerySet:
        actor = self.request.actor
        if not actor.region:
            return rows.none()
        return rows.present_in(actor.region, lowest=actor.level == Level.DISTRICT)

    def in_region(self, rows: InstitutionQuerySet, name: str, value: Region) -> InstitutionQuerySet:
        inside = list(Region.objects.within(value.path).values_list("pk", flat=True))
        return rows.filter(region__in=inside) if len(inside) > 1 else rows.filter(region=value)

    def by_certificate(
        self, rows: InstitutionQuerySet, name: str, value: str
    ) -> InstitutionQuerySet:
        day = today()
        soon = months_later(day, RENEWAL_MONTHS)
        wanted = {
            Validity.NONE: Q(certificate_valid_to__isnull=True),
            Validity.VALID: Q(certificate_valid_to__gt=soon),
            Validity.EXPIRING: Q(certificate_valid_to__range=(day, soon)),
            Validity.EXPIRED: Q(certificate_valid_to__lt=day),
        }
        return rows.filter(wanted[Validity(value)])

    def by_filing(self, rows: InstitutionQuerySet, name: str, value: str) -> InstitutionQuerySet:
        return rows.exclude(filing_number="") if value == "yes" else rows.filter(filing_number="")

    def by_roster(self, rows: InstitutionQuerySet, name: str, value: str) -> InstitutionQuerySet:
        day = today()
        current = Standing.objects.filter(
            Q(to_on__isnull=True) | Q(to_on__gte=day),
            kind=StandingKind.ROSTER,
            from_on__lte=day,
            institution=OuterRef("pk"),
        )
        return rows.filter(Exists(current) if value == "yes" else ~Exists(current))
