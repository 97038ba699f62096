"""推送: a market penalty of a party that is registered in another province (order 45 art. 10)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from penalties.cases.models import Case, PartQuerySet
from penalties.pushes.choices import Way
from portal.files.models import StoredFile


class Push(models.Model):
    """One duty to push one decision: due in ten working days, and public there in ten more."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="pushes")
    decision = models.OneToOneField("penalties.Decision", models.PROTECT, related_name="push")
    province = models.CharField(_("登记地"), max_length=60)
    due_on = models.DateField(_("推送期限"))
    pushed_on = models.DateField(_("推送日期"), null=True)
    receiver = models.CharField(_("登记地市场监管部门"), max_length=120, blank=True, default="")
    way = models.CharField(_("推送方式"), max_length=6, choices=Way, blank=True, default="")
    document = models.CharField(_("推送编号或者文号"), max_length=120, blank=True, default="")
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    publish_due_on = models.DateField(_("登记地公示期限"), null=True)
    published_on = models.DateField(_("登记地公示日期"), null=True)
    dropped_on = models.DateField(_("不再推送"), null=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pushed_on=None) | (~Q(receiver="") & ~Q(way="")),
                name="a_push_says_where_and_how",
            ),
            models.CheckConstraint(
                condition=Q(published_on=None) | Q(published_on__gte=F("pushed_on")),
                name="what_is_pushed_is_published_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.province} {self.pushed_on or ''}".strip()
