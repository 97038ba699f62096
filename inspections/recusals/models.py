"""Recusals: an inspector must not visit an institution, from a day to a day."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import Inspector
from portal.access import Actor


class RecusalQuerySet(models.QuerySet["Recusal"]):
    def visible_to(self, actor: Actor) -> Self:
        """Of the inspectors that the actor sees; nobody else learns of reasons."""
        return self.filter(inspector__in=Inspector.objects.visible_to(actor))

    def in_force(self, day: dt.date) -> Self:
        return self.filter(Q(to_on=None) | Q(to_on__gte=day), from_on__lte=day)


class Recusal(models.Model):
    """回避: an inspector must not visit an institution, from a day to a day (行政处罚法 art. 43).

    Kin or interest, former employee within three years, consulted or reviewed it within two.
    """

    inspector = models.ForeignKey(
        "agencies.Inspector",
        models.PROTECT,
        related_name="recusals",
        verbose_name=_("检查人员"),
    )
    institution = models.ForeignKey(
        "institutions.Institution",
        models.PROTECT,
        related_name="recusals",
        verbose_name=_("机构"),
    )
    reason = models.CharField(_("回避事由"), max_length=200)
    from_on = models.DateField(_("自"))
    to_on = models.DateField(_("至"), null=True, blank=True)

    objects = RecusalQuerySet.as_manager()

    class Meta:
        ordering = ["inspector", "institution"]
        verbose_name = _("回避")
        constraints = [
            models.UniqueConstraint(
                fields=["inspector", "institution"],
                name="one_recusal_of_an_inspector_from_an_institution",
                violation_error_message=_("该人员对该机构的回避已经登记。"),
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="recusal_ends_after_it_begins",
                violation_error_message=_("截止日期不能早于起始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inspector} – {self.institution}"

    def get_absolute_url(self) -> str:
        return reverse("recusal_end", args=[self.pk])
