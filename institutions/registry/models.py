"""Monitoring institutions, their names, sites, certificates, and where they are present."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Self

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Reverse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import Region
from institutions.registry.choices import (
    CertificateStatus,
    InstitutionKind,
    InstitutionStatus,
    PresenceKind,
    SiteKind,
)
from portal.access import Actor, within
from portal.clocks import today
from portal.lists.search import bigram_index


def core_indexes(prefix: str) -> list[models.Index]:
    """A core that differs in one letter still shares its first or its last with the other."""
    return [
        models.Index(OpClass("name_core", "varchar_pattern_ops"), name=f"{prefix}_by_first_letter"),
        models.Index(
            OpClass(Reverse("name_core"), "text_pattern_ops"), name=f"{prefix}_by_last_letter"
        ),
    ]


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def visible_to(self, actor: Actor) -> Self:
        """Every register entry is public; what lies inside asks `present_in` as well."""
        return self

    def present_in(
        self, region_path: str, day: dt.date | None = None, *, lowest: bool = False
    ) -> Self:
        """Registered, with a site, active, or on a roster in this region or below it.

        What ended before ``day`` (today when not given: who sees what is a question of now) no
        longer counts. ``lowest``: the region is a district, which has none below it; asked so,
        PostgreSQL walks its presences in the order of institutions instead of collecting them.
        """
        presences = Presence.objects
        here = presences.filter(region_path=region_path)
        present = (here if lowest else presences.within(region_path)).on(day or today())
        return self.filter(Exists(present.filter(institution=OuterRef("pk"))))

    def active(self) -> Self:
        return self.filter(status=InstitutionStatus.ACTIVE)

    def current(self) -> Self:
        """Without those that were merged into another."""
        return self.filter(merged_into__isnull=True)


class Institution(models.Model):
    """A regulated body, anchored by its unified social credit code (GB 32100-2015)."""

    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("机构名称"), max_length=200)
    name_key = models.CharField(
        max_length=400, editable=False, help_text="Pinyin of the name, for sorting."
    )
    name_norm = models.CharField(
        max_length=200, editable=False, default="", help_text="Compared as equal."
    )
    name_core = models.CharField(
        max_length=200, editable=False, default="", help_text="What sets it apart."
    )
    search_text = models.TextField(
        editable=False, default="", help_text="Code, name, former names, filing and certificate."
    )
    kind = models.CharField(_("机构类别"), max_length=20, choices=InstitutionKind)
    status = models.CharField(
        _("状态"), max_length=15, choices=InstitutionStatus, default=InstitutionStatus.ACTIVE
    )
    region = models.ForeignKey(
        "agencies.Region", models.PROTECT, related_name="institutions", verbose_name=_("注册区划")
    )
    address = models.CharField(_("注册地址"), max_length=200, blank=True, default="")
    supervising_department = models.CharField(_("主管部门"), max_length=100, blank=True, default="")
    established_on = models.DateField(_("成立日期"), null=True, blank=True)
    filing_number = models.CharField(_("备案编号"), max_length=60, blank=True, default="")
    legal_representative = models.CharField(_("法定代表人"), max_length=60, blank=True, default="")
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True, default="")
    contact_phone = models.CharField(_("联系电话"), max_length=40, blank=True, default="")
    remarks = models.TextField(_("备注"), blank=True, default="")
    certificate_number = models.CharField(
        _("CMA 证书编号"),
        max_length=12,
        blank=True,
        default="",
        editable=False,
        help_text="Of the certificate in force that ends last; kept by the services for the list.",
    )
    certificate_valid_to = models.DateField(_("证书有效期至"), null=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="duplicates",
        db_index=False,  # nearly all are null: the partial index below serves the few
    )
    source = models.CharField(
        max_length=60, blank=True, default="", editable=False, help_text="What it was made from."
    )
    is_historical = models.BooleanField(_("历史数据"), default=False, editable=False)
    created_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        ordering = ["name_key", "pk"]
        verbose_name = _("监测机构")
        indexes = [
            models.Index(fields=["name_key", "id"], name="institution_by_name"),
            models.Index(
                fields=["id"],
                name="institution_listed",
                condition=Q(merged_into__isnull=True),
            ),
            # Of those in the list only: a count then reads the index and no row.
            models.Index(
                fields=["status", "name_key", "id"],
                name="institution_by_status",
                condition=Q(merged_into__isnull=True),
            ),
            models.Index(
                fields=["kind", "name_key", "id"],
                name="institution_by_kind",
                condition=Q(merged_into__isnull=True),
            ),
            models.Index(
                fields=["region", "name_key", "id"],
                name="institution_by_region",
                condition=Q(merged_into__isnull=True),
            ),
            models.Index(
                fields=["certificate_valid_to", "id"],
                name="institution_by_expiry",
                condition=Q(merged_into__isnull=True),
            ),
            models.Index(
                fields=["name_key", "id"],
                name="institution_not_filed",
                condition=Q(merged_into__isnull=True, filing_number=""),
            ),
            models.Index(
                fields=["name_key", "id"],
                name="institution_filed",
                condition=Q(merged_into__isnull=True) & ~Q(filing_number=""),
            ),
            bigram_index("search_text", name="institution_by_words"),
            models.Index(fields=["name_norm"], name="institution_same_name"),
            models.Index(
                fields=["merged_into"],
                name="institution_duplicates",
                condition=Q(merged_into__isnull=False),
            ),
            *core_indexes("institution"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("institution_detail", args=[self.pk])


class FormerName(models.Model):
    """A name that the institution bore until a day (EV1)."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="former_names")
    name = models.CharField(_("曾用名"), max_length=200)
    name_norm = models.CharField(max_length=200, editable=False, default="")
    name_core = models.CharField(max_length=200, editable=False, default="")
    until_on = models.DateField(_("使用至"), null=True, blank=True)

    class Meta:
        ordering = [F("until_on").desc(nulls_last=True), "pk"]
        indexes = [
            models.Index(fields=["name_norm"], name="former_name_same_name"),
            *core_indexes("former_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, actor: Actor) -> Self:
        """As public as the institution."""
        return self.filter(institution__in=Institution.objects.visible_to(actor))


class Site(models.Model):
    """A place where the institution works, with its region (EV2)."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="sites")
    kind = models.CharField(_("场所类别"), max_length=12, choices=SiteKind)
    region = models.ForeignKey(
        "agencies.Region", models.PROTECT, related_name="+", verbose_name=_("行政区划")
    )
    address = models.CharField(_("地址"), max_length=200)
    from_on = models.DateField(_("启用日期"), null=True, blank=True)
    to_on = models.DateField(_("停用日期"), null=True, blank=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "pk"]

    def __str__(self) -> str:
        return self.address


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, actor: Actor) -> Self:
        """As public as the institution."""
        return self.filter(institution__in=Institution.objects.visible_to(actor))


class Certificate(models.Model):
    """A CMA certificate (检验检测机构资质认定管理办法 art. 13: six years).

    Days may be unknown in what came from an old ledger (EV10), never in what is entered today.
    """

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="certificates")
    number = models.CharField(_("证书编号"), max_length=12)
    valid_from = models.DateField(_("有效期自"), null=True, blank=True)
    valid_to = models.DateField(_("有效期至"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=CertificateStatus, default=CertificateStatus.VALID
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = [F("valid_to").desc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "number"],
                name="one_certificate_per_number_and_institution",
                violation_error_message=_("该机构已登记同一编号的证书。"),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="certificate_ends_after_it_begins",
                violation_error_message=_("证书有效期截止日不能早于起始日。"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PresenceQuerySet(models.QuerySet["Presence"]):
    def within(self, region_path: str) -> Self:
        """Presences in this region or below it."""
        return self.filter(within(region_path, field="region_path"))

    def on(self, day: dt.date) -> Self:
        started = Q(from_on__isnull=True) | Q(from_on__lte=day)
        return self.filter(started, Q(to_on__isnull=True) | Q(to_on__gte=day))

    def renew(
        self,
        institutions: Iterable[int],
        region: Region,
        kind: str,
        source: str,
        from_on: dt.date | None = None,
        to_on: dt.date | None = None,
    ) -> None:
        """Add these, or renew the days of those that the same source gave before."""
        place = {"region": region, "region_path": region.path}
        days = {"from_on": from_on, "to_on": to_on}
        self.bulk_create(
            [
                Presence(institution_id=key, kind=kind, source=source, **place, **days)
                for key in institutions
            ],
            batch_size=5000,
            update_conflicts=True,
            unique_fields=["institution", "region", "kind", "source"],
            update_fields=["from_on", "to_on"],
        )


class Presence(models.Model):
    """A dated reason why an institution is in a region's scope; upper rooms add their own."""

    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="presences", db_index=False
    )
    region = models.ForeignKey("agencies.Region", models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=40, editable=False)
    kind = models.CharField(max_length=12, choices=PresenceKind)
    source = models.CharField(max_length=60, help_text="Reference of the record that says so.")
    from_on = models.DateField(null=True, blank=True)
    to_on = models.DateField(null=True, blank=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "region", "kind", "source"],
                name="one_presence_per_reason",
            )
        ]
        indexes = [
            models.Index(
                fields=["region_path", "institution"],
                name="presence_by_region",
                opclasses=["varchar_pattern_ops", "int8_ops"],
                include=["from_on", "to_on"],
            ),
            models.Index(
                fields=["institution", "region_path"],
                name="presence_of_institution",
                opclasses=["int8_ops", "varchar_pattern_ops"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.region_path} {self.kind}"


class Standing(models.Model):
    """A dated fact that an upper room states about an institution, such as its roster mark."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="standings")
    kind = models.CharField(max_length=30)
    value = models.CharField(max_length=100)
    source = models.CharField(max_length=60)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-from_on", "pk"]
        indexes = [
            models.Index(fields=["institution", "kind", "from_on"], name="standing_on_day"),
            models.Index(fields=["kind", "institution"], name="standing_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
