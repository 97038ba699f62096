"""The records of penalties for the credit platform: one for each version of a publication."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from penalties.models import Case
from penalties.publication.choices import Act
from portal.access import Actor, Role
from sharing.platforms.choices import RecordState


class CreditRecordQuerySet(models.QuerySet["CreditRecord"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who sees the case, and the deciding bureau's credit officer."""
        if actor.is_job:
            return self
        if not actor.reads_business:
            return self.none()
        seen = Q(decision__case__in=Case.objects.visible_to(actor))
        if actor.has(Role.CREDIT):
            seen |= Q(agency_id=actor.agency_id)
        return self.filter(seen)


class CreditRecord(models.Model):
    """信用记录: the 30 fields of one version, handed to the outbox once they are complete.

    ``added`` holds what people entered because the portal does not know it.
    """

    version = models.OneToOneField(
        "penalties.PublicationVersion", models.PROTECT, related_name="credit_record"
    )
    decision = models.ForeignKey(
        "penalties.Decision", models.PROTECT, related_name="credit_records"
    )
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("报送单位")
    )
    case_number = models.CharField(_("案件编号"), max_length=60)
    party_name = models.CharField(_("行政相对人名称"), max_length=400)
    number = models.PositiveIntegerField(_("版本"))
    act = models.CharField(_("动作"), max_length=10, choices=Act)
    state = models.CharField(
        _("状态"),
        max_length=12,
        choices=RecordState,
        default=RecordState.INCOMPLETE,
        editable=False,
    )
    fields = models.JSONField(_("字段"), default=dict)
    added = models.JSONField(_("补充内容"), default=dict)
    handed_over_at = models.DateTimeField(_("交报送时间"), null=True, editable=False)

    objects = CreditRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("信用记录")
        constraints = [
            models.UniqueConstraint(fields=["decision", "number"], name="one_record_of_a_version")
        ]
        indexes = [models.Index(fields=["agency", "-id"], name="credit_record_of_agency")]

    def __str__(self) -> str:
        return f"{self.case_number} {self.get_act_display()}"

    def get_absolute_url(self) -> str:
        return reverse("credit_record_detail", args=[self.pk])

    def audit_root(self) -> str:
        return f"case:{self.decision.case_id}"
