"""What the kernel keeps of lists: saved views, chosen columns, export jobs."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.access.actor import Actor


class OwnQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, actor: Actor) -> Self:
        """A view is its maker's own."""
        return self.none() if actor.user_id is None else self.filter(user_id=actor.user_id)


class SavedView(models.Model):
    """A list as one user filtered, sorted and arranged it, under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=60)
    name = models.CharField(_("视图名称"), max_length=40)
    query = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(editable=False)

    objects = OwnQuerySet.as_manager()

    class Meta:
        db_table = "portal_list_savedview"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "list_name", "name"],
                name="one_saved_view_per_name",
                violation_error_message=_("您在这个列表中已有同名视图。"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ColumnChoice(models.Model):
    """The columns that a user wants to see of one list."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=60)
    columns = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        db_table = "portal_list_columnchoice"
        constraints = [
            models.UniqueConstraint(fields=["user", "list_name"], name="one_choice_per_list")
        ]

    def __str__(self) -> str:
        return f"{self.list_name} {self.columns}"


class ExportState(models.TextChoices):
    QUEUED = "queued", _("排队中")
    RUNNING = "running", _("正在生成")
    DONE = "done", _("已完成")
    REFUSED = "refused", _("已拒绝")
    FAILED = "failed", _("失败")
    EXPIRED = "expired", _("文件已清理")


class ExportFormat(models.TextChoices):
    XLSX = "xlsx", _("Excel 工作簿")
    CSV = "csv", _("CSV 文件")


class ExportJobQuerySet(models.QuerySet["ExportJob"]):
    def visible_to(self, actor: Actor) -> Self:
        """An export is its maker's own, in the post that made it: another post may see less."""
        if actor.user_id is None or actor.post_id is None:
            return self.none()
        return self.filter(
            user_id=actor.user_id,
            post_id=actor.post_id,
            acting_for_id=actor.acting_for_post_id,
        )

    def waiting(self, stale_before: dt.datetime, most_attempts: int) -> Self:
        """Queued, or begun so long ago that its worker must be gone."""
        queued = models.Q(state=ExportState.QUEUED)
        lost = models.Q(state=ExportState.RUNNING, claimed_at__lt=stale_before)
        return self.filter(queued | lost, attempts__lt=most_attempts)


class ExportJob(models.Model):
    """One export: what was asked, by which post, how far it is, and the file's proof."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post = models.ForeignKey(settings.POST_MODEL, models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(settings.POST_MODEL, models.PROTECT, null=True, related_name="+")
    list_name = models.CharField(_("列表"), max_length=60)
    query = models.TextField(blank=True, default="")
    format = models.CharField(_("格式"), max_length=4, choices=ExportFormat)
    language = models.CharField(max_length=10)
    state = models.CharField(
        _("状态"), max_length=10, choices=ExportState, default=ExportState.QUEUED, editable=False
    )
    rows_expected = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(_("行数"), default=0)
    file_name = models.CharField(_("文件名"), max_length=200, blank=True, default="")
    stored_as = models.CharField(max_length=80, blank=True, default="")
    size = models.PositiveBigIntegerField(_("大小"), default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="", help_text="Of the data.")
    manifest_sha256 = models.CharField(max_length=64, blank=True, default="")
    error = models.TextField(blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("申请时间"))
    claimed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    expires_at = models.DateTimeField(_("保留至"), null=True)

    objects = ExportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("导出")
        db_table = "portal_list_exportjob"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["post", "created_at", "id"], name="exports_of_a_post"),
            models.Index(
                fields=["id"],
                name="exports_open",
                condition=models.Q(state__in=["queued", "running"]),
            ),
            models.Index(
                fields=["expires_at"], name="exports_to_expire", condition=models.Q(state="done")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_name} {self.created_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("export_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in {ExportState.QUEUED, ExportState.RUNNING}

    @property
    def percent(self) -> int:
        """How much is done, as far as the capped count lets us tell."""
        if self.state == ExportState.DONE:
            return 100
        return min(99, 100 * self.rows_done // self.rows_expected) if self.rows_expected else 0
