"""The row of a stored file. Its bytes lie in the store under their hash."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, NullIf
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import refs
from portal.access import Actor
from portal.files import scanner
from portal.files.choices import ScanState
from portal.files.purposes import purpose_named


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, actor: Actor) -> Self:
        """Own uploads, and the files of records that the actor sees and that carry files.

        What a person uploaded in one post stays behind when they move to another.
        """
        seen = Q(pk__in=[])
        if actor.user_id is not None:
            seen |= Q(uploaded_by_id=actor.user_id, uploaded_by_post_id=actor.post_id)
        number = models.Func(F("subject_ref"), Value(":"), Value(2), function="split_part")
        key = Cast(NullIf(number, Value("")), models.BigIntegerField())
        for name, model in refs.carriers().items():
            rows = model._default_manager.get_queryset().visible_to(actor)  # type: ignore[attr-defined]  # every registered model has it
            here = Exists(rows.filter(pk=OuterRef("subject_key")))
            seen |= Q(subject_ref__startswith=f"{name}:") & Q(here)
        return self.alias(subject_key=key).filter(seen)

    def of(self, subject_ref: str) -> Self:
        """The files of one record."""
        return self.filter(subject_ref=subject_ref)


class StoredFile(models.Model):
    """One upload (or one made file): what it is called, what for, whose, and its hash."""

    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.BigIntegerField(_("字节数"))
    name = models.CharField(_("文件名"), max_length=200)
    content_type = models.CharField(_("类型"), max_length=100)
    purpose = models.CharField(_("用途"), max_length=40)
    subject_ref = models.CharField(max_length=60, blank=True, default="", db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    uploaded_by_post = models.ForeignKey(
        settings.POST_MODEL, models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("上传时间"))
    scan_state = models.CharField(
        _("查毒结果"), max_length=10, choices=ScanState, default=ScanState.UNSCANNED
    )

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("文件")
        indexes = [
            models.Index(
                fields=["id"],
                name="files_awaiting_scan",
                condition=Q(scan_state__in=[ScanState.PENDING, ScanState.UNSCANNED]),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("file_download", args=[self.pk])

    @property
    def is_protected(self) -> bool:
        return purpose_named(self.purpose).protected

    @property
    def is_served(self) -> bool:
        """Whether the bytes may leave: while a scanner is configured, only what it cleared."""
        if self.scan_state == ScanState.UNSCANNED:
            return not scanner.is_configured()
        return self.scan_state == ScanState.CLEAN

    def audit_root(self) -> str | None:
        """Its record's stream; a file without a record is its own."""
        return self.subject_ref or None
