"""信用修复: an application to end one publication early, what it rests on, who decided it."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from penalties.models import PenaltyPublication
from penalties.repairs.choices import RepairState
from portal.access import Actor
from portal.files.models import StoredFile


class RepairQuerySet(models.QuerySet["Repair"]):
    def visible_to(self, actor: Actor) -> Self:
        """The staff who work on the publication."""
        if actor.is_job:
            return self
        if not actor.is_staff:
            return self.none()
        rows: Any = PenaltyPublication.objects.visible_to(actor)
        return self.filter(publication__in=rows)


class Repair(models.Model):
    """One application (谁认定、谁修复). ``checks`` keeps every condition as it was decided on."""

    publication = models.ForeignKey(
        PenaltyPublication, models.PROTECT, related_name="repairs", verbose_name=_("处罚公示")
    )
    state = models.CharField(
        _("状态"), max_length=8, choices=RepairState, default=RepairState.ASKED, editable=False
    )
    applied_on = models.DateField(_("申请日期"))
    grounds = models.TextField(_("申请理由和履行情况"), max_length=4000)
    committed_on = models.DateField(_("信用承诺日期"), null=True, blank=True)
    commitment = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("信用承诺书")
    )
    harm_removed = models.TextField(_("消除危害后果情况"), max_length=2000, blank=True, default="")
    list_checked_on = models.DateField(_("名录查询日期"), null=True, blank=True)
    listed = models.BooleanField(_("已列入异常或者严重违法失信名单"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        "agencies.User", models.PROTECT, related_name="+", verbose_name=_("受理人")
    )
    checks = models.JSONField(default=list, editable=False)
    decided_on = models.DateField(_("决定日期"), null=True, editable=False)
    decided_by = models.ForeignKey(
        "agencies.User",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("决定人"),
        editable=False,
    )
    opinion = models.TextField(_("审查意见"), max_length=2000, blank=True, default="")

    objects = RepairQuerySet.as_manager()

    class Meta:
        ordering = ["-applied_on", "-pk"]
        verbose_name = _("信用修复申请")
        constraints = [
            models.UniqueConstraint(
                fields=["publication"],
                condition=Q(state=RepairState.ASKED),
                name="one_open_repair_of_a_publication",
                violation_error_message=_("该公示已有待审查的修复申请。"),
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("recorded_by")),
                name="a_second_person_decides_a_repair",
                violation_error_message=_("受理和决定不能由同一人进行。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.publication}"

    def get_absolute_url(self) -> str:
        return reverse("repair_detail", args=[self.pk])

    def audit_root(self) -> str:
        return f"case:{self.publication.case_id}"
