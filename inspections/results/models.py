"""Result codes as dated data; the results of a visit by bureau, their steps and reviews."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.matters.choices import Mark
from inspections.results.choices import ReviewDecision, Step
from inspections.visits.choices import VisitState
from inspections.visits.models import Visit, of_institution, whole
from portal.access import Actor, AgencyKind

SETTLED = (VisitState.REVIEWED, VisitState.CLOSED)


class ResultCodeQuerySet(models.QuerySet["ResultCode"]):
    def visible_to(self, actor: Actor) -> Self:
        """Codes are public."""
        return self

    def in_force(self, day: dt.date) -> Self:
        begun = Q(from_on=None) | Q(from_on__lte=day)
        return self.filter(begun, Q(to_on=None) | Q(to_on__gte=day))


class ResultCode(models.Model):
    """检查结果 of regulation §5.2: one dated version of a code with its required next step.

    ``steps``: groups joined by ``;``, alternatives by ``|``. ``authority``: whose code it is when
    that bureau takes part. ``registry_status``: what the registry must say for step registry.
    """

    code = models.CharField(_("代码"), max_length=2)
    name = models.CharField(_("检查结果"), max_length=60)
    steps = models.CharField(_("后续处理"), max_length=60, blank=True, default="")
    authority = models.CharField(
        _("部门"), max_length=20, choices=AgencyKind, blank=True, default=""
    )
    is_alone = models.BooleanField(_("不与其他结果并用"), default=False)
    registry_status = models.CharField(max_length=60, blank=True, default="")
    mark = models.CharField(_("依据核对情况"), max_length=1, choices=Mark)
    from_on = models.DateField(_("适用自"), null=True, blank=True)
    to_on = models.DateField(_("适用至"), null=True, blank=True)

    objects = ResultCodeQuerySet.as_manager()

    class Meta:
        ordering = ["code", "pk"]
        verbose_name = _("检查结果代码")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "from_on"],
                nulls_distinct=False,
                name="one_version_of_a_result_from_a_day",
                violation_error_message=_("该代码在同一日期已有版本。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class VisitResultQuerySet(models.QuerySet["VisitResult"]):
    def visible_to(self, actor: Actor) -> Self:
        """Inside the visit at once; whoever sees the visit's head, once it was reviewed."""
        inner = whole(actor, "visit__") | of_institution(actor, "visit__", SETTLED)
        heads = Visit.objects.visible_to(actor).values("pk")
        settled = Q(visit__state__in=SETTLED, visit__in=heads)
        return self.filter(inner | settled if actor.reads_business else inner)


class VisitResult(models.Model):
    """What one bureau says the visit came to; several codes may stand side by side."""

    visit = models.ForeignKey("inspections.Visit", models.CASCADE, related_name="results")
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="visit_results", verbose_name=_("单位")
    )
    code = models.ForeignKey(
        ResultCode, models.PROTECT, related_name="+", verbose_name=_("检查结果")
    )
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    set_at = models.DateTimeField(_("登记时间"))
    set_by = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")

    objects = VisitResultQuerySet.as_manager()

    class Meta:
        ordering = ["agency", "code__code", "pk"]
        verbose_name = _("检查结果")
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "agency", "code"], name="a_code_once_per_bureau"
            )
        ]

    def __str__(self) -> str:
        return str(self.code)


class ResultStep(models.Model):
    """A next step that was taken in another system, with its number there."""

    result = models.ForeignKey(VisitResult, models.CASCADE, related_name="taken")
    step = models.CharField(_("后续处理"), max_length=10, choices=Step)
    reference = models.CharField(_("文号或编号"), max_length=60)
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    taken_on = models.DateField(_("办理日期"))
    noted_by = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["taken_on", "pk"]

    def __str__(self) -> str:
        return f"{self.get_step_display()} {self.reference}"


class ResultReview(models.Model):
    """复核: what a second person, who was not there, said of the results."""

    visit = models.ForeignKey("inspections.Visit", models.CASCADE, related_name="reviews")
    decision = models.CharField(_("复核结论"), max_length=10, choices=ReviewDecision)
    opinion = models.CharField(_("意见"), max_length=300, blank=True, default="")
    reviewer = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")
    signature = models.CharField(_("签名"), max_length=130)
    reviewed_at = models.DateTimeField(_("复核时间"))

    class Meta:
        ordering = ["-reviewed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} {self.signature}"
