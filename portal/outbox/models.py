"""Messages to other systems, and the files in which some of them are carried."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.access import Actor, Role
from portal.audit.models import agencies_of
from portal.clocks.now import SHANGHAI
from portal.outbox.channels import Parcel, label_of
from portal.outbox.choices import OPERATORS, SETTLED, Answer, Difference, MessageState

LONGEST_ERROR = 1000


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    def visible_to(self, actor: Actor) -> Self:
        """The sender's agency; in their region the auditor, and the system administrator.

        A row is an envelope: who may read the payload, permissions say.
        """
        if actor.is_job:
            return self
        if actor.has(Role.SYSADMIN, Role.AUDITOR):
            return self.filter(agency__in=agencies_of(actor))
        if not actor.reads_business:
            return self.none()
        return self.filter(agency_id=actor.agency_id)

    def unsettled(self) -> Self:
        """What the other side has not accepted and nobody has given up."""
        return self.exclude(state__in=sorted(SETTLED))

    def heads(self) -> Self:
        """The first unsettled message of each order: all others wait for it."""
        earlier = OutboxMessage.objects.unsettled().filter(
            channel=OuterRef("channel"), order_by=OuterRef("order_by"), pk__lt=OuterRef("pk")
        )
        return self.unsettled().filter(~Exists(earlier))

    def ready(self, at: dt.datetime) -> Self:
        """Heads whose pause is over and which no worker holds."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=at)
        return self.heads().filter(free, state=MessageState.WAITING, next_at__lte=at)


class OutboxMessage(models.Model):
    """One message, as it was decided. ``payload`` is sent byte for byte and never changes.

    ``in_doubt``: an attempt began whose outcome is not known, so the key is asked for first.
    """

    channel = models.CharField(_("通道"), max_length=40)
    key = models.CharField(_("报送编号"), max_length=200)
    order_by = models.CharField(_("次序"), max_length=120)
    subject_ref = models.CharField(_("对象"), max_length=60, db_index=True)
    audit_stream = models.CharField(max_length=80)
    title = models.CharField(_("事项"), max_length=200)
    payload = models.TextField(_("内容"))
    sha256 = models.CharField("SHA-256", max_length=64)
    agency = models.ForeignKey(
        settings.AGENCY_MODEL, models.PROTECT, related_name="+", verbose_name=_("报送单位")
    )
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=MessageState,
        default=MessageState.WAITING,
        editable=False,
    )
    attempts = models.PositiveSmallIntegerField(_("已尝试次数"), default=0)
    next_at = models.DateTimeField(_("下次发送时间"))
    claimed_until = models.DateTimeField(null=True)
    in_doubt = models.BooleanField(default=False)
    last_error = models.TextField(_("最近错误"), blank=True, default="")
    created_at = models.DateTimeField(_("产生时间"))
    sent_at = models.DateTimeField(_("接收时间"), null=True)
    receipt = models.JSONField(_("回执"), default=dict)
    checked_on = models.DateField(_("核对日期"), null=True)
    difference = models.CharField(
        _("核对差异"), max_length=10, choices=Difference, blank=True, default=""
    )

    objects = OutboxMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("对外报送")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "key"], name="an_outbox_key_stands_once_in_a_channel"
            )
        ]
        indexes = [
            models.Index(
                fields=["channel", "order_by", "id"],
                name="outbox_unsettled",
                condition=~Q(state__in=sorted(SETTLED)),
            ),
            models.Index(fields=["agency", "-id"], name="outbox_of_an_agency"),
            models.Index(
                fields=["channel", "sent_at"],
                name="outbox_accepted",
                condition=Q(state=MessageState.ACCEPTED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel_label} {self.key}"

    def get_absolute_url(self) -> str:
        return reverse("outbox_detail", args=[self.pk])

    @property
    def channel_label(self) -> str:
        return label_of(self.channel)

    @property
    def parcel(self) -> Parcel:
        return Parcel(self.channel, self.key, self.order_by, self.payload, self.sha256)

    def is_held(self, at: dt.datetime) -> bool:
        """Whether a worker is sending it at this moment."""
        return self.claimed_until is not None and self.claimed_until >= at

    def audit_root(self) -> str:
        """The history of a message is its record's."""
        return self.audit_stream


class OutboxBatchQuerySet(models.QuerySet["OutboxBatch"]):
    def visible_to(self, actor: Actor) -> Self:
        """Files hold payloads: the sender's operators and the auditor, no administrator."""
        if actor.is_job:
            return self
        if not actor.reads_business:
            return self.none()
        if actor.has(Role.AUDITOR):
            return self.filter(agency__in=agencies_of(actor))
        if not actor.has(*OPERATORS):
            return self.none()
        return self.filter(agency_id=actor.agency_id)


class OutboxBatch(models.Model):
    """Messages of one agency that are carried to a platform as one file."""

    channel = models.CharField(_("通道"), max_length=40)
    agency = models.ForeignKey(
        settings.AGENCY_MODEL, models.PROTECT, related_name="+", verbose_name=_("报送单位")
    )
    made_at = models.DateTimeField(_("生成时间"))
    made_by_post = models.ForeignKey(
        settings.POST_MODEL, models.PROTECT, related_name="+", verbose_name=_("生成人")
    )
    rows = models.PositiveIntegerField(_("行数"))
    sha256 = models.CharField("SHA-256", max_length=64)

    objects = OutboxBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("报送批次")
        indexes = [models.Index(fields=["agency", "-id"], name="outbox_batches_of_an_agency")]

    def __str__(self) -> str:
        return f"{label_of(self.channel)} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("outbox_batch_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """The batch's name in files and receipts, such as ``20261121-000012``."""
        return f"{self.made_at.astimezone(SHANGHAI):%Y%m%d}-{self.pk:06}"

    @property
    def channel_label(self) -> str:
        return label_of(self.channel)


class OutboxBatchRow(models.Model):
    """One message's line in a file, and what the receipt said of it."""

    batch = models.ForeignKey(OutboxBatch, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(_("行号"))
    message = models.ForeignKey(OutboxMessage, models.PROTECT, related_name="lines")
    answer = models.CharField(_("回执状态"), max_length=10, choices=Answer, blank=True, default="")
    error = models.TextField(_("退回原因"), blank=True, default="")
    answered_at = models.DateTimeField(_("回执时间"), null=True)

    class Meta:
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "number"], name="an_outbox_batch_numbers_its_rows"
            ),
            models.UniqueConstraint(
                fields=["batch", "message"], name="a_message_stands_once_in_a_batch"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} #{self.number}"
