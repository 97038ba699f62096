"""The catalogue of supervision matters: duties and violations, each with its competent bureau."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.matters.choices import Mark, MatterKind
from portal.access import Actor, AgencyKind


class MatterQuerySet(models.QuerySet["Matter"]):
    def visible_to(self, actor: Actor) -> Self:
        """Law is public."""
        return self

    def in_force(self, day: dt.date) -> Self:
        """The version of each code that applies to an act of this day."""
        begun = Q(from_on=None) | Q(from_on__lte=day)
        return self.filter(begun, Q(to_on=None) | Q(to_on__gte=day))


class Matter(models.Model):
    """监管事项: one dated version of a duty (宝环保〔2024〕5号) or of a violation (AG5).

    ``authority`` is the principal bureau (主办); ``assisting`` the other one where both act.
    """

    code = models.CharField(_("编号"), max_length=10)
    kind = models.CharField(_("类别"), max_length=10, choices=MatterKind)
    authority = models.CharField(_("主办部门"), max_length=20, choices=AgencyKind)
    assisting = models.CharField(
        _("协办部门"), max_length=20, choices=AgencyKind, blank=True, default=""
    )
    title = models.CharField(_("事项"), max_length=200)
    basis = models.CharField(_("法律依据"), max_length=200)
    penalty = models.CharField(_("处罚"), max_length=300, blank=True, default="")
    mark = models.CharField(_("核对情况"), max_length=1, choices=Mark)
    from_on = models.DateField(_("适用自"), null=True, blank=True)
    to_on = models.DateField(_("适用至"), null=True, blank=True)

    objects = MatterQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "code", "pk"]
        verbose_name = _("监管事项")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "from_on"],
                nulls_distinct=False,
                name="one_version_of_a_matter_from_a_day",
                violation_error_message=_("该事项在同一日期已有版本。"),
            ),
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="matter_ends_after_it_begins",
                violation_error_message=_("适用截止日不能早于起始日。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("matter_detail", args=[self.pk])
