"""The item list, plans with their approvals, and batches: what a draw is made of."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.matters.choices import Mark
from agencies.people.choices import Speciality
from inspections.plans.choices import (
    SHOWN_STATES,
    SLOT_WORDS,
    BatchState,
    Decision,
    Dept,
    ItemKind,
    PlanKind,
    PlanState,
    StratumName,
)
from inspections.plans.rules import WHOLE_BP, percent
from institutions.registry.choices import InstitutionKind
from portal.access import Actor, AgencyKind, Role


class CheckItemQuerySet(models.QuerySet["CheckItem"]):
    def visible_to(self, actor: Actor) -> Self:
        """The item list is published."""
        return self

    def in_force(self, day: dt.date) -> Self:
        """The version of each code that applies on this day."""
        begun = Q(from_on=None) | Q(from_on__lte=day)
        return self.filter(begun, Q(to_on=None) | Q(to_on__gte=day))


class CheckItem(models.Model):
    """抽查事项: one dated version of a line of the item list (国办发〔2015〕58号, 一单).

    Only published items may be inspected (国办发〔2024〕54号); general ones are capped at the
    ratio of a year, in basis points, key ones are not (国市监信〔2019〕38号).
    """

    code = models.CharField(_("编号"), max_length=10)
    kind = models.CharField(_("事项类别"), max_length=10, choices=ItemKind)
    name = models.CharField(_("抽查事项"), max_length=100)
    detail = models.CharField(_("抽查子项"), max_length=200)
    basis = models.CharField(_("抽查依据"), max_length=200)
    authority = models.CharField(_("抽查主体"), max_length=20, choices=AgencyKind)
    objects_words = models.CharField(_("抽查对象"), max_length=100)
    ratio_bp = models.PositiveIntegerField(
        _("抽查比例（万分之）"), validators=[MaxValueValidator(WHOLE_BP)]
    )
    frequency = models.CharField(_("抽查频次"), max_length=100)
    method = models.CharField(_("抽查方式"), max_length=100)
    inspectors = models.CharField(_("检查人员要求"), max_length=200)
    remarks = models.CharField(_("备注"), max_length=300, blank=True, default="")
    mark = models.CharField(_("依据核对情况"), max_length=1, choices=Mark)
    from_on = models.DateField(_("适用自"), null=True, blank=True)
    to_on = models.DateField(_("适用至"), null=True, blank=True)

    objects = CheckItemQuerySet.as_manager()

    class Meta:
        ordering = ["code", "pk"]
        verbose_name = _("抽查事项")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "from_on"],
                nulls_distinct=False,
                name="one_version_of_a_check_item_from_a_day",
                violation_error_message=_("该事项在同一日期已有版本。"),
            ),
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="check_item_ends_after_it_begins",
                violation_error_message=_("适用截止日不能早于起始日。"),
            ),
            models.CheckConstraint(
                condition=Q(ratio_bp__lte=WHOLE_BP),
                name="check_item_ratio_at_most_all",
                violation_error_message=_("抽查比例不能超过 100%。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("checkitem_detail", args=[self.pk])

    @property
    def percent(self) -> str:
        return percent(self.ratio_bp)


def _region_or_below(actor: Actor, prefix: str) -> Q:
    path = f"{prefix}region__path"
    return Q(**{path: actor.region}) | Q(**{f"{path}__startswith": f"{actor.region}/"})


def inside(actor: Actor, prefix: str = "") -> Q:
    """Plans that an actor sees whole: both bureaus of the region, those above, its auditors."""
    if actor.is_job:
        return ~Q(pk__in=[])
    keeps = actor.reads_business and (actor.is_bureau or actor.has(Role.AUDITOR))
    if not keeps or not actor.region:
        return Q(pk__in=[])
    return _region_or_below(actor, prefix)


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, actor: Actor) -> Self:
        """Both bureaus, their superiors and auditors: all; everybody: what was published."""
        return self.filter(inside(actor) | Q(state__in=SHOWN_STATES))

    def visible_inside(self, actor: Actor) -> Self:
        """Those that the actor sees whole, with drafts, opinions and history."""
        return self.filter(inside(actor))

    def of_bureau(self, agency_id: int | None) -> Self:
        """Plans in which an agency takes part."""
        return self.filter(Q(initiating=agency_id) | Q(cooperating=agency_id))


class Plan(models.Model):
    """检查计划 of one year and region: what will be inspected, by whom, in which batches (IS1).

    ``cooperating`` is null for a plan of a single bureau, which needs one approval; joint ones need
    those of both. A published plan is never edited: a new ``edition`` replaces it (EV5).
    """

    year = models.PositiveSmallIntegerField(
        _("年度"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    region = models.ForeignKey(
        "agencies.Region", models.PROTECT, related_name="plans", verbose_name=_("行政区划")
    )
    kind = models.CharField(_("类别"), max_length=10, choices=PlanKind)
    title = models.CharField(_("计划名称"), max_length=200)
    initiating = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="plans", verbose_name=_("发起部门")
    )
    cooperating = models.ForeignKey(
        "agencies.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="plans_supported",
        verbose_name=_("配合部门"),
    )
    items: models.ManyToManyField[CheckItem, PlanItem] = models.ManyToManyField(
        CheckItem, through="PlanItem", related_name="plans", verbose_name=_("抽查事项")
    )
    basis = models.TextField(_("制定依据"))
    reasons = models.TextField(_("目标和理由"))
    state = models.CharField(
        _("状态"), max_length=10, choices=PlanState, default=PlanState.DRAFT, editable=False
    )
    submission = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="Approvals count for the submission they answer."
    )
    edition = models.PositiveSmallIntegerField(_("版次"), default=1, editable=False)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="replacements",
        verbose_name=_("替换"),
    )
    change_reason = models.CharField(
        _("替换或撤回理由"), max_length=500, blank=True, default="", editable=False
    )
    created_at = models.DateTimeField(_("起草时间"), editable=False)
    published_at = models.DateTimeField(_("公布时间"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-pk"]
        verbose_name = _("检查计划")
        indexes = [
            models.Index(fields=["year", "id"], name="plan_by_year"),
            models.Index(fields=["published_at", "id"], name="plan_by_publication"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "initiating", "cooperating"],
                condition=Q(kind=PlanKind.YEARLY, state=PlanState.PUBLISHED),
                nulls_distinct=False,
                name="one_published_yearly_plan",
                violation_error_message=_("该年度已公布同一部门的年度计划，请以替换版修改。"),
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=~Q(state=PlanState.DISCARDED),
                name="one_replacement_of_a_plan",
                violation_error_message=_("该计划已有替换版。"),
            ),
            models.CheckConstraint(
                condition=Q(cooperating=None) | ~Q(cooperating=F("initiating")),
                name="two_bureaus_make_a_joint_plan",
                violation_error_message=_("配合部门不能与发起部门相同。"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SHOWN_STATES) | Q(published_at__isnull=False),
                name="a_published_plan_says_when",
                violation_error_message=_("已公布的计划应有公布时间。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plan_detail", args=[self.pk])

    @property
    def bureau_ids(self) -> list[int]:
        """Keys of the agencies that must approve, the initiating one first."""
        return [pk for pk in (self.initiating_id, self.cooperating_id) if pk is not None]


class PlanItem(models.Model):
    """A version of a check item that a plan covers."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="plan_items")
    item = models.ForeignKey(CheckItem, models.PROTECT, related_name="plan_items")

    class Meta:
        ordering = ["item__code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "item"], name="an_item_once_in_a_plan")
        ]

    def __str__(self) -> str:
        return str(self.item)


class PlanApproval(models.Model):
    """What a bureau's leader decided on one submission of a plan."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="approvals")
    submission = models.PositiveSmallIntegerField()
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("单位")
    )
    leader = models.ForeignKey(
        "agencies.Post", models.PROTECT, related_name="+", verbose_name=_("批准人")
    )
    signature = models.CharField(
        _("签名"), max_length=130, help_text="As signed on the day: 张三, or 张三代李四 (EV4)."
    )
    decision = models.CharField(_("决定"), max_length=10, choices=Decision)
    opinion = models.CharField(_("意见"), max_length=500, blank=True, default="")
    decided_at = models.DateTimeField(_("时间"))

    class Meta:
        ordering = ["decided_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "submission", "agency"],
                name="one_decision_per_bureau_and_submission",
                violation_error_message=_("本单位对这次提交已作出决定。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.get_decision_display()}"


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, actor: Actor) -> Self:
        """As the plan."""
        return self.filter(inside(actor, "plan__") | Q(plan__state__in=SHOWN_STATES))

    def visible_inside(self, actor: Actor) -> Self:
        return self.filter(inside(actor, "plan__"))

    def drawable(self) -> Self:
        """Planned, in a plan that is published and in force."""
        return self.filter(state=BatchState.PLANNED, plan__state=PlanState.PUBLISHED)


def _several(label: Any, choices: Any = None, *, longest: int = 20) -> Any:
    word: Any = models.CharField(max_length=longest, choices=choices)
    return ArrayField(word, verbose_name=label, default=list, blank=True)


class Batch(models.Model):
    """批次: one draw's scope in a plan, strata, seats, days.

    Empty regions (paths of districts, for a city's plan), kinds or media mean all.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="batches", verbose_name=_("计划"))
    number = models.PositiveSmallIntegerField(_("批次"), editable=False)
    name = models.CharField(_("批次名称"), max_length=100)
    regions = _several(_("行政区划"), longest=40)
    kinds = _several(_("机构类别"), InstitutionKind)
    media = _several(_("监测类别"), Speciality)
    on_roster = models.BooleanField(_("仅限报送名单中的机构"), default=False)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    state = models.CharField(
        _("状态"), max_length=10, choices=BatchState, default=BatchState.PLANNED, editable=False
    )
    copied_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="copies",
        help_text="The batch of the edition that this one's plan replaces.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "number"]
        verbose_name = _("批次")
        indexes = [models.Index(fields=["starts_on", "id"], name="batch_by_start")]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="one_batch_per_number_in_a_plan",
                violation_error_message=_("该计划已有同一序号的批次。"),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="batch_ends_after_it_begins",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("batch_detail", args=[self.pk])

    def audit_root(self) -> str:
        """A batch's history is its plan's."""
        return f"plan:{self.plan_id}"


class BatchStratum(models.Model):
    """层 of a batch: the share of a credit grade, in basis points, and the least number drawn."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="strata")
    name = models.CharField(_("层"), max_length=1, choices=StratumName)
    ratio_bp = models.PositiveIntegerField(_("抽取比例（万分之）"))
    floor = models.PositiveIntegerField(_("最少抽取家数"), default=0)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "name"], name="one_stratum_per_grade"),
            models.CheckConstraint(
                condition=Q(ratio_bp__lte=WHOLE_BP),
                name="stratum_ratio_at_most_all",
                violation_error_message=_("抽取比例不能超过 100%。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_name_display())

    @property
    def percent(self) -> str:
        return percent(self.ratio_bp)


class BatchSlot(models.Model):
    """席位 of a visiting team; the order is part of the draw (DRAW-1)."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="slots")
    order = models.PositiveSmallIntegerField(_("顺序"))
    name = models.CharField(_("席位"), max_length=20)
    dept = models.CharField(_("来自"), max_length=3, choices=Dept)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "order"], name="one_slot_per_place"),
            models.UniqueConstraint(fields=["batch", "name"], name="one_slot_per_name"),
        ]

    def __str__(self) -> str:
        return str(SLOT_WORDS.get(self.name, self.name))
