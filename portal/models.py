"""The kernel's tables."""

from django.db import models

from portal.audit.models import AuditBatch, AuditEvent, AuditHead, AuditSalt, AuditSeal, HeadMail
from portal.clocks.models import Clock, EffectRun, EngineState, Extension, Suspension
from portal.files.models import StoredFile
from portal.inbox.models import Message, MessageReading
from portal.law.models import (
    CalendarYear,
    DeadlineRule,
    LawParameter,
    LegalBasis,
    WorkingDay,
)
from portal.lists.models import ColumnChoice, ExportJob, SavedView
from portal.outbox.models import OutboxBatch, OutboxBatchRow, OutboxMessage
from portal.papers.models import Paper, PaperSeries, PaperTemplate, Sealing
from portal.workbooks.models import MarkedCopy

__all__ = [
    "AuditBatch",
    "AuditEvent",
    "AuditHead",
    "AuditSalt",
    "AuditSeal",
    "CalendarYear",
    "Clock",
    "ColumnChoice",
    "DeadlineRule",
    "EffectRun",
    "EngineState",
    "EventDelivery",
    "EventRow",
    "ExportJob",
    "Extension",
    "HeadMail",
    "Heartbeat",
    "LawParameter",
    "LegalBasis",
    "MarkedCopy",
    "Message",
    "MessageReading",
    "OutboxBatch",
    "OutboxBatchRow",
    "OutboxMessage",
    "Paper",
    "PaperSeries",
    "PaperTemplate",
    "SavedView",
    "Sealing",
    "StoredFile",
    "Suspension",
    "WorkingDay",
]


class EventRow(models.Model):
    """One piece of news, as announced."""

    name = models.CharField(max_length=60)
    record_pk = models.BigIntegerField()
    by = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.record_pk}"


class EventDelivery(models.Model):
    """One listener's share of an event: done once, tried at most five times."""

    event = models.ForeignKey(EventRow, models.CASCADE, related_name="deliveries")
    listener = models.CharField(max_length=60)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "listener"], name="one_delivery_per_listener")
        ]
        indexes = [
            models.Index(
                fields=["id"], name="deliveries_open", condition=models.Q(done_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.listener}"


class Heartbeat(models.Model):
    """When a worker last did a job that came through the queue, and since when it does so without
    a long gap; one row per queue."""

    queue = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    since = models.DateTimeField()

    class Meta:
        ordering = ["queue"]

    def __str__(self) -> str:
        return f"{self.queue} {self.at:%Y-%m-%d %H:%M:%S}"
