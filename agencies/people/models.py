"""Inspectors with their certificates, and experts who assist."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agencies.people.choices import Speciality
from agencies.people.rules import CERTIFICATE_NUMBER
from portal.access import Actor, AgencyKind, Role, within

KEEPERS = (AgencyKind.ECOLOGY, AgencyKind.MARKET, AgencyKind.ENFORCEMENT_TEAM)


def seen_by(actor: Actor) -> Q:
    """Whose people an actor sees: visibility.md has no row for them, so their nearest kin rule.

    Like "people, contacts" of a bureau's own: the bureaus and the enforcement team of the same
    district (they inspect together), city bureaus their subtree, the auditor its region. Partner
    departments, sibling districts, administrators, institutions and the public see nobody.
    """
    if not actor.reads_business:
        return Q(pk__in=[])
    if actor.agency_kind in KEEPERS or actor.has(Role.AUDITOR):
        return within(actor.region)
    return Q(agency_id=actor.agency_id)


class InspectorQuerySet(models.QuerySet["Inspector"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(seen_by(actor))

    def ready_on(self, day: dt.date) -> Self:
        """Who may inspect on a day: certificate valid, not on leave, not struck off."""
        valid = self.filter(valid_from__lte=day, valid_to__gte=day, ended_on=None)
        return valid.exclude(leave_from__lte=day, leave_to__gte=day)


class Inspector(models.Model):
    """检查人员: a person of a bureau or enforcement team with a 行政执法证 (AG3)."""

    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="inspectors", verbose_name=_("单位")
    )
    user = models.ForeignKey(
        "agencies.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inspectors",
        verbose_name=_("账号"),
    )
    name = models.CharField(_("姓名"), max_length=60)
    certificate_number = models.CharField(
        _("执法证号"),
        max_length=20,
        unique=True,
        validators=[
            RegexValidator(CERTIFICATE_NUMBER, _("执法证号为 6 至 20 位大写字母、数字或横线。"))
        ],
        error_messages={"unique": _("该执法证号已登记。")},
    )
    valid_from = models.DateField(_("证件有效期自"))
    valid_to = models.DateField(_("证件有效期至"))
    specialities = ArrayField(
        models.CharField(max_length=20, choices=Speciality),
        verbose_name=_("专长"),
        default=list,
        blank=True,
    )
    phone = models.CharField(_("电话"), max_length=40, blank=True, default="")
    leave_from = models.DateField(_("请假自"), null=True, blank=True)
    leave_to = models.DateField(_("请假至"), null=True, blank=True)
    recusal_notes = models.TextField(_("回避事项"), blank=True, default="")
    ended_on = models.DateField(_("移出日期"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = InspectorQuerySet.as_manager()

    class Meta:
        ordering = ["certificate_number"]
        verbose_name = _("检查人员")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="inspector_certificate_ends_after_it_begins",
                violation_error_message=_("证件有效期截止日不能早于起始日。"),
            ),
            models.CheckConstraint(
                condition=Q(leave_from=None, leave_to=None) | Q(leave_to__gte=F("leave_from")),
                name="inspector_leave_ends_after_it_begins",
                violation_error_message=_("请假须同时填写起止日期，截止日不能早于起始日。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("inspector_detail", args=[self.pk])

    def speciality_labels(self) -> str:
        return _now("、").join(str(Speciality(each).label) for each in self.specialities)


class ExpertQuerySet(models.QuerySet["Expert"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(seen_by(actor))


class Expert(models.Model):
    """行业专家: engaged by a bureau for a year; assists, never inspects (AG4)."""

    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="experts", verbose_name=_("聘请单位")
    )
    name = models.CharField(_("姓名"), max_length=60)
    organisation = models.CharField(_("所在单位"), max_length=100)
    title = models.CharField(_("职称"), max_length=60, blank=True, default="")
    fields = ArrayField(
        models.CharField(max_length=20, choices=Speciality), verbose_name=_("专业领域")
    )
    year = models.PositiveSmallIntegerField(_("聘请年度"))
    is_joint = models.BooleanField(_("两局联合聘请"), default=False)
    phone = models.CharField(_("电话"), max_length=40, blank=True, default="")
    recusal_notes = models.TextField(_("回避事项"), blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ExpertQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "name", "pk"]
        verbose_name = _("行业专家")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name", "organisation", "year"],
                name="one_engagement_per_expert_and_year",
                violation_error_message=_("该专家本年度已登记。"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("expert_detail", args=[self.pk])

    def field_labels(self) -> str:
        return _now("、").join(str(Speciality(each).label) for each in self.fields)
