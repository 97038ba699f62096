"""The checklist as dated data; item results, findings and evidence of a visit."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.matters.choices import Mark
from inspections.findings.choices import EvidenceKind, ItemValue, PointAuthority, Severity
from inspections.visits.models import NONE, of_institution, whole
from portal.access import Actor


class ChecklistQuerySet(models.QuerySet["ChecklistVersion"]):
    def visible_to(self, actor: Actor) -> Self:
        """What is looked at is public."""
        return self

    def in_force(self, day: dt.date) -> Self:
        begun = Q(from_on=None) | Q(from_on__lte=day)
        return self.filter(begun, Q(to_on=None) | Q(to_on__gte=day))


class ChecklistVersion(models.Model):
    """检查表: one dated version of the joint checklist."""

    name = models.CharField(_("检查表"), max_length=100)
    from_on = models.DateField(_("适用自"), null=True, blank=True)
    to_on = models.DateField(_("适用至"), null=True, blank=True)

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        ordering = [F("from_on").desc(nulls_last=True), "pk"]
        verbose_name = _("检查表")
        constraints = [
            models.UniqueConstraint(
                fields=["from_on"],
                nulls_distinct=False,
                name="one_checklist_from_a_day",
                violation_error_message=_("同一日期已有检查表版本。"),
            ),
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="checklist_ends_after_it_begins",
                violation_error_message=_("适用截止日不能早于起始日。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChecklistPointQuerySet(models.QuerySet["ChecklistPoint"]):
    def visible_to(self, actor: Actor) -> Self:
        """As public as the list."""
        return self


class ChecklistPoint(models.Model):
    """检查项: what to look at, whose point it is, on what basis where the law names one."""

    version = models.ForeignKey(ChecklistVersion, models.PROTECT, related_name="points")
    number = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("检查项"), max_length=60)
    look_at = models.CharField(_("检查内容"), max_length=300)
    authority = models.CharField(_("检查部门"), max_length=10, choices=PointAuthority)
    basis = models.CharField(_("依据"), max_length=200, blank=True, default="")
    mark = models.CharField(_("依据核对情况"), max_length=1, choices=Mark)

    objects = ChecklistPointQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="a_point_once_in_a_list")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class ItemResultQuerySet(models.QuerySet["ItemResult"]):
    def visible_to(self, actor: Actor) -> Self:
        """As the inside of the visit; the institution reads record and findings, not the list."""
        return self.filter(whole(actor, "visit__"))


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, actor: Actor) -> Self:
        """As the inside of the visit; the institution's own once the record is signed.

        Also those that were passed to the actor's bureau, which was not on the visit.
        """
        passed = Q(agency=actor.agency_id) if actor.is_bureau and actor.reads_business else NONE
        return self.filter(whole(actor, "visit__") | of_institution(actor, "visit__") | passed)

    def standing(self) -> Self:
        """Without those that were dropped on site."""
        return self.filter(dropped_reason="")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, actor: Actor) -> Self:
        """As the inside of the visit, never to the institution: it is the bureaus' evidence."""
        return self.filter(whole(actor, "visit__"))


class ItemResult(models.Model):
    """检查项结果: what the team says of one point; the audit keeps what was said before."""

    visit = models.ForeignKey("inspections.Visit", models.CASCADE, related_name="item_results")
    point = models.ForeignKey(ChecklistPoint, models.PROTECT, related_name="results")
    value = models.CharField(_("结果"), max_length=3, choices=ItemValue, blank=True, default="")
    remark = models.CharField(_("说明"), max_length=500, blank=True, default="")
    set_at = models.DateTimeField(_("填写时间"), null=True)
    set_by = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")

    objects = ItemResultQuerySet.as_manager()

    class Meta:
        ordering = ["point__number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "point"], name="one_result_per_point")
        ]

    def __str__(self) -> str:
        return f"{self.point} {self.get_value_display()}"


class Finding(models.Model):
    """问题: facts found on a visit, tied to a matter, its competent bureau and legal basis.

    ``case_ref`` and ``lead_ref`` are kept for the rooms above, which open cases and leads.
    """

    visit = models.ForeignKey(
        "inspections.Visit", models.PROTECT, related_name="findings", verbose_name=_("检查")
    )
    point = models.ForeignKey(
        ChecklistPoint, models.PROTECT, null=True, blank=True, related_name="+"
    )
    matter = models.ForeignKey(
        "agencies.Matter", models.PROTECT, related_name="findings", verbose_name=_("监管事项")
    )
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="findings", verbose_name=_("主办部门")
    )
    basis = models.CharField(_("法律依据"), max_length=300)
    facts = models.TextField(_("事实"))
    severity = models.CharField(_("程度"), max_length=10, choices=Severity)
    case_ref = models.CharField(_("案件"), max_length=60, blank=True, default="", editable=False)
    lead_ref = models.CharField(_("线索"), max_length=60, blank=True, default="", editable=False)
    found_at = models.DateTimeField(_("记录时间"), editable=False)
    found_by = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")
    dropped_reason = models.CharField(
        _("撤销理由"), max_length=500, blank=True, default="", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("问题")
        indexes = [models.Index(fields=["agency", "-id"], name="finding_of_bureau")]

    def __str__(self) -> str:
        return f"{self.matter.code} {self.matter.title}"

    def get_absolute_url(self) -> str:
        return reverse("finding_detail", args=[self.pk])

    def audit_root(self) -> str:
        """A finding's history is its visit's."""
        return f"visit:{self.visit_id}"

    @property
    def stands(self) -> bool:
        return not self.dropped_reason


class Evidence(models.Model):
    """证据: a file with its hash, when and where it was taken, for a point, a finding or both."""

    visit = models.ForeignKey("inspections.Visit", models.PROTECT, related_name="evidence")
    finding = models.ForeignKey(
        Finding, models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    point = models.ForeignKey(
        ChecklistPoint, models.PROTECT, null=True, blank=True, related_name="+"
    )
    file = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+")
    kind = models.CharField(_("证据种类"), max_length=12, choices=EvidenceKind)
    taken_at = models.DateTimeField(_("取得时间"))
    place = models.CharField(_("取得地点"), max_length=200)
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    made_by = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["taken_at", "pk"]
        verbose_name = _("证据")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.place}"

    def get_absolute_url(self) -> str:
        return reverse("visit_detail", args=[self.visit_id])

    def audit_root(self) -> str:
        return f"visit:{self.visit_id}"
