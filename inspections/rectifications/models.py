"""Orders to rectify, what the institution hands in, and extensions."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.findings.models import Finding
from inspections.rectifications.choices import OPEN_STATES, WITH_INSTITUTION, OrderState
from inspections.visits.models import NONE, below, whole
from portal.access import Actor, Role


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, actor: Actor) -> Self:
        """The ordering bureau, both bureaus of the district, city bureaus, auditors, the addressee.

        Whoever is on the visit sees its orders too (visibility.md, row rectification).
        """
        seen = whole(actor, "visit__")
        if actor.institution_id is not None:
            seen |= Q(institution=actor.institution_id)
        if actor.reads_business and actor.region and (actor.is_bureau or actor.has(Role.AUDITOR)):
            seen |= below(actor, "visit__")
        own = Q(agency=actor.agency_id) if actor.reads_business and actor.agency_id else NONE
        return self.filter(seen | own)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def overdue(self, today: dt.date) -> Self:
        """Still with the institution after the last day."""
        return self.filter(state__in=WITH_INSTITUTION, due_on__lt=today)


class Order(models.Model):
    """责令改正: what an institution must rectify until when, for one or more findings of a visit.

    An order that can be appealed; ``due_on`` follows its clock (D30), also when it is extended.
    """

    visit = models.ForeignKey(
        "inspections.Visit", models.PROTECT, related_name="orders", verbose_name=_("检查")
    )
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="orders", verbose_name=_("责令部门")
    )
    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, related_name="orders", verbose_name=_("机构")
    )
    institution_name = models.CharField(_("责令时名称"), max_length=200, editable=False)
    findings: models.ManyToManyField[Finding, models.Model] = models.ManyToManyField(
        Finding, related_name="orders", verbose_name=_("问题")
    )
    demand = models.TextField(_("整改要求"))
    issued_on = models.DateField(_("责令日期"), editable=False)
    issued_by = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")
    handler = models.ForeignKey(
        "agencies.Post",
        models.PROTECT,
        null=True,
        related_name="orders_handled",
        verbose_name=_("经办人"),
        help_text="Who issued it, until a handover passes it on (EV3).",
    )
    due_on = models.DateField(_("整改期限"))
    state = models.CharField(
        _("状态"), max_length=12, choices=OrderState, default=OrderState.ISSUED, editable=False
    )
    reinspection = models.ForeignKey(
        "inspections.Visit",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="reinspects",
        verbose_name=_("复查"),
    )
    closed_on = models.DateField(_("完成日期"), null=True, editable=False)
    last_reason = models.CharField(
        _("最近一次退回或撤销理由"), max_length=500, blank=True, default="", editable=False
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("责令改正")
        indexes = [
            models.Index(fields=["due_on", "id"], name="order_by_due"),
            models.Index(fields=["state", "due_on", "id"], name="order_by_state"),
            models.Index(fields=["institution", "due_on"], name="order_of_institution"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("issued_on")),
                name="order_is_due_after_its_day",
                violation_error_message=_("整改期限不能早于责令日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=OrderState.CLOSED) | Q(closed_on__isnull=False),
                name="a_closed_order_says_when",
                violation_error_message=_("已完成的整改应有完成日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_name} {self.issued_on.isoformat()}"

    def get_absolute_url(self) -> str:
        return reverse("order_detail", args=[self.pk])

    def is_overdue(self, today: dt.date) -> bool:
        return self.state in WITH_INSTITUTION and self.due_on < today


class Submission(models.Model):
    """整改材料: what the institution handed in, or an officer entered on its behalf."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="submissions")
    text = models.TextField(_("整改情况"))
    on_behalf = models.BooleanField(_("由经办人代为录入"), default=False)
    sent_at = models.DateTimeField(_("提交时间"))
    sent_by = models.ForeignKey("agencies.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.order} {self.sent_at:%Y-%m-%d}"


class SubmissionFile(models.Model):
    """A file of what was handed in."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="files")
    file = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.file)


class OrderExtension(models.Model):
    """延期: asked for by one person, decided by another."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="extensions")
    until = models.DateField(_("延至"))
    reason = models.CharField(_("理由"), max_length=500)
    asked_by = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"))
    is_granted = models.BooleanField(_("批准"), null=True)
    decided_by = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("决定时间"), null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(is_granted=None),
                name="one_extension_asked_at_a_time",
                violation_error_message=_("已有待决定的延期申请。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} → {self.until.isoformat()}"
