"""Regions and the agencies that work in them."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.access import Actor, AgencyKind, Level, within


class RegionQuerySet(models.QuerySet["Region"]):
    def visible_to(self, actor: Actor) -> Self:
        """Regions are public."""
        return self

    def within(self, path: str) -> Self:
        """The region with this path and everything below it."""
        return self.filter(within(path, field="path"))


class Region(models.Model):
    """A division of GB/T 2260, placed under its superior."""

    code = models.CharField(_("代码"), max_length=6, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=80, blank=True, default="")
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=40, unique=True, editable=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name = _("行政区划")

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name


class AgencyQuerySet(models.QuerySet["Agency"]):
    def visible_to(self, actor: Actor) -> Self:
        """The directory of agencies is public."""
        return self

    def active(self) -> Self:
        return self.filter(ended_on__isnull=True)

    def of_kind(self, *kinds: str) -> Self:
        return self.filter(kind__in=kinds)

    def within(self, path: str) -> Self:
        """Agencies of the region with this path and of those below it."""
        return self.filter(within(path, field="region__path"))

    def in_region(self, path: str) -> Self:
        """Agencies of the region itself, not of those below it."""
        return self.filter(region__path=path)


class Agency(models.Model):
    """A government body with its kind, level and region."""

    code = models.SlugField(_("代号"), max_length=40, unique=True)
    name = models.CharField(_("单位名称"), max_length=100, unique=True)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True, default="")
    short_name = models.CharField(_("简称"), max_length=40)
    kind = models.CharField(_("类别"), max_length=20, choices=AgencyKind)
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="agencies", verbose_name=_("行政区划")
    )
    superior = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subordinates",
        verbose_name=_("上级单位"),
    )
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    document_prefix = models.CharField(_("机关代字"), max_length=20, blank=True, default="")
    address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    phone = models.CharField(_("电话"), max_length=40, blank=True, default="")
    reports_rosters = models.BooleanField(_("报送机构名单"), default=False)
    signs_off_rosters = models.BooleanField(_("名单须负责人签核"), default=False)
    ended_on = models.DateField(_("停用日期"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["region__path", "kind", "pk"]
        verbose_name = _("单位")

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name

    def get_absolute_url(self) -> str:
        return reverse("agency_detail", args=[self.pk])
