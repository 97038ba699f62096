"""案卷: the archived file of a case, its papers in order, how long it is kept (EV12)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from penalties.casefiles.choices import Retention, Volume
from penalties.cases.models import Case, PartQuerySet


class CaseFile(models.Model):
    """One file a case; a hold keeps it from ever being destroyed."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="file")
    retention = models.CharField(_("保管期限"), max_length=9, choices=Retention)
    archived_on = models.DateField(_("归档日期"))
    archived_by = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    hold_reason = models.CharField(_("停止销毁理由"), max_length=500, blank=True, default="")
    missing_reason = models.CharField(_("缺少文书说明"), max_length=500, blank=True, default="")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.archived_on}"


class FiledPaper(models.Model):
    """One paper of the file: what it is, in which volume, how many pages."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="filed_papers")
    number = models.PositiveSmallIntegerField(_("序号"))
    volume = models.CharField(_("卷别"), max_length=9, choices=Volume, default=Volume.MAIN)
    kind = models.CharField(_("类别"), max_length=20)
    title = models.CharField(_("文书名称"), max_length=200)
    page_count = models.PositiveSmallIntegerField(_("页数"))

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["volume", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "volume", "number"], name="filed_papers_are_numbered"
            )
        ]

    def __str__(self) -> str:
        return self.title
