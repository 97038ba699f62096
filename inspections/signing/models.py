"""The record of a visit, and who signed it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inspections.visits.models import of_institution, whole
from portal.access import Actor


class VisitRecordQuerySet(models.QuerySet["VisitRecord"]):
    def visible_to(self, actor: Actor) -> Self:
        """As the inside of the visit: the institution sees it once it is signed."""
        return self.filter(whole(actor, "visit__") | of_institution(actor, "visit__"))


class VisitRecord(models.Model):
    """现场检查笔录: one for all bureaus of the visit (regulation §5.4 step 7)."""

    visit = models.OneToOneField(
        "inspections.Visit", models.CASCADE, related_name="site_record", verbose_name=_("检查")
    )
    text = models.TextField(_("检查情况"))
    place = models.CharField(_("检查地点"), max_length=200)
    representative = models.CharField(_("现场负责人"), max_length=60, blank=True, default="")
    representative_title = models.CharField(_("职务"), max_length=60, blank=True, default="")
    began_at = models.DateTimeField(_("检查开始时间"))
    ended_at = models.DateTimeField(_("检查结束时间"))
    written_by = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")

    objects = VisitRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-ended_at", "pk"]
        verbose_name = _("现场检查笔录")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__gte=models.F("began_at")),
                name="record_ends_after_it_begins",
                violation_error_message=_("结束时间不能早于开始时间。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.visit)


class SignatureQuerySet(models.QuerySet["Signature"]):
    def valid(self) -> Self:
        """Without those of a record that was changed afterwards."""
        return self.filter(void_at=None)


class Signature(models.Model):
    """签字: of an inspector by the own account, or of the institution, or its refusal.

    A refusal is noted by two officers. ``entered_by`` is the account that wrote the row.
    """

    record = models.ForeignKey(VisitRecord, models.CASCADE, related_name="signatures")
    member = models.ForeignKey(
        "inspections.VisitMember", models.PROTECT, null=True, related_name="signatures"
    )
    name = models.CharField(_("签字人"), max_length=60, blank=True, default="")
    title = models.CharField(_("职务"), max_length=60, blank=True, default="")
    is_refusal = models.BooleanField(_("拒绝签字"), default=False)
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    witnesses: models.ManyToManyField[models.Model, models.Model] = models.ManyToManyField(
        "inspections.VisitMember", related_name="witnessed", verbose_name=_("注明情况的检查人员")
    )
    signed_at = models.DateTimeField(_("签字时间"))
    entered_by = models.ForeignKey("agencies.User", models.PROTECT, null=True, related_name="+")
    void_at = models.DateTimeField(_("作废时间"), null=True)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "member"],
                condition=Q(void_at=None),
                nulls_distinct=False,
                name="one_signature_per_party",
                violation_error_message=_("已签字，不能重复签字。"),
            ),
            models.CheckConstraint(
                condition=Q(is_refusal=False) | ~Q(note=""),
                name="a_refusal_has_its_note",
                violation_error_message=_("拒绝签字须注明情况。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
