"""The audit's tables as Django reads them; migrations made them by SQL, so Django changes none."""

from __future__ import annotations

from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.access import Actor, Role, within


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, actor: Actor) -> Self:
        """Auditors and audit administrators: their region and below, and what no agency did.

        An institution's user sees its own acts. All others ask `timeline` of a record.
        """
        if actor.has(Role.AUDITOR, Role.AUDITADMIN):
            return self.filter(Q(agency_id__in=agencies_of(actor)) | Q(agency_id=None))
        if actor.institution_id is not None:
            return self.filter(user_id=actor.user_id)
        return self.none()


def agencies_of(actor: Actor) -> models.QuerySet[Any, int]:
    """Keys of the agencies in the actor's region and below it."""
    agencies: models.Manager[Any] = apps.get_model(settings.AGENCY_MODEL)._default_manager
    inside = within(actor.region, field="region__path")
    return agencies.filter(inside).values_list("pk", flat=True)


class AuditEvent(models.Model):
    """One act. ``body`` is the truth that is hashed; the other columns are copies for search."""

    id = models.BigIntegerField(_("编号"), primary_key=True)
    stream = models.TextField(_("序列"))
    stream_seq = models.BigIntegerField(_("序列内编号"))
    at = models.DateTimeField(_("时间"))
    verb = models.TextField(_("行为"))
    subject = models.TextField(_("对象"))
    user_id = models.BigIntegerField(_("人员"), null=True)
    post_id = models.BigIntegerField(_("岗位"), null=True)
    agency_id = models.BigIntegerField(_("单位"), null=True)
    body = models.TextField(_("内容"))
    leaf = models.BinaryField(_("叶哈希"))

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "audit_event"
        ordering = ["id"]
        verbose_name = _("审计日志")

    def __str__(self) -> str:
        return f"{self.stream} #{self.stream_seq} {self.verb}"

    def get_absolute_url(self) -> str:
        return reverse("audit_detail", args=[self.pk])


class AuditBatch(models.Model):
    """Up to a minute of events under one root, chained to the batch before."""

    n = models.BigIntegerField(primary_key=True)
    first_leaf = models.BigIntegerField()
    last_leaf = models.BigIntegerField()
    root = models.BinaryField()
    prev = models.BinaryField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "audit_batch"
        ordering = ["n"]
        verbose_name = _("审计批次")

    def __str__(self) -> str:
        return f"#{self.n}"

    @property
    def hex(self) -> str:
        return bytes(self.hash).hex()


class AuditSeal(models.Model):
    """The place of one event among all leaves."""

    leaf_no = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    batch = models.BigIntegerField()
    leaf = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_seal"
        ordering = ["leaf_no"]
        verbose_name = _("审计封存")

    def __str__(self) -> str:
        return f"#{self.leaf_no}"


class AuditHead(models.Model):
    """The chain's hash at the end of a day, for those who keep it outside."""

    on_date = models.DateField(_("日期"), primary_key=True)
    batch = models.BigIntegerField(_("批次"))
    leaves = models.BigIntegerField(_("事件数"))
    hash = models.BinaryField(_("每日摘要"))
    at = models.DateTimeField(_("生成时间"))

    class Meta:
        managed = False
        db_table = "audit_head"
        ordering = ["-on_date"]
        verbose_name = _("每日摘要")

    def __str__(self) -> str:
        return f"{self.on_date} {self.hex}"

    @property
    def hex(self) -> str:
        return bytes(self.hash).hex()


class HeadMail(models.Model):
    """Up to which day an address outside has been sent the daily heads."""

    address = models.EmailField(unique=True)
    last_on = models.DateField(null=True)
    sent_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["address"]
        verbose_name = _("每日摘要邮件")

    def __str__(self) -> str:
        return f"{self.address} {self.last_on}"


class AuditSalt(models.Model):
    """The salt of one subject's personal data; deleting it makes their digests meaningless."""

    subject = models.CharField(max_length=60, unique=True)
    salt = models.BinaryField()

    class Meta:
        ordering = ["subject"]
        verbose_name = _("摘要盐值")

    def __str__(self) -> str:
        return self.subject
