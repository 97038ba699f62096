"""A draw: its attempts, what each party committed and revealed, who was drawn, every record."""

from __future__ import annotations

import json
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.draws.choices import (
    DONE_STATES,
    OPEN_IMPORTS,
    OPEN_STATES,
    DrawState,
    ImportState,
    Origin,
    Party,
    ReplacementKind,
    Sitting,
)
from inspections.plans.models import inside
from portal.access import Actor


class DrawQuerySet(models.QuerySet["Draw"]):
    def visible_to(self, actor: Actor) -> Self:
        """Inside: both bureaus of the region, those above, auditors. Everybody: once frozen."""
        public = Q(is_rehearsal=False) & ~Q(state=DrawState.DRAFT)
        return self.filter(inside(actor, "batch__plan__") | public)

    def visible_inside(self, actor: Actor) -> Self:
        """Those whose names, record and annex the actor sees at once."""
        return self.filter(inside(actor, "batch__plan__"))


class Draw(models.Model):
    """One attempt at the draw of a batch (DRAW-1). The frozen texts are never written again.

    ``public_text``, ``annex_text``, ``struck_text`` and ``record_text`` are canonical JSON.
    """

    batch = models.ForeignKey(
        "inspections.Batch", models.PROTECT, related_name="draws", verbose_name=_("批次")
    )
    attempt = models.PositiveIntegerField(_("次数"), default=1, editable=False)
    origin = models.CharField(_("来源"), max_length=10, choices=Origin, default=Origin.OWN)
    sitting = models.CharField(_("方式"), max_length=10, choices=Sitting, default=Sitting.TOGETHER)
    is_rehearsal = models.BooleanField(_("演练"), default=False)
    state = models.CharField(
        _("状态"), max_length=10, choices=DrawState, default=DrawState.DRAFT, editable=False
    )
    for_date = models.DateField(_("检查开始日期"))
    reveal_due_at = models.DateTimeField(_("揭示截止时间"), null=True, blank=True)
    beacon = models.CharField(_("公共随机源"), max_length=200, blank=True, default="")
    beacon_text = models.CharField(_("随机源公布内容"), max_length=500, blank=True, default="")
    public_text = models.TextField(blank=True, default="", editable=False)
    annex_text = models.TextField(blank=True, default="", editable=False)
    annex_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    pool_hash = models.CharField(
        _("名录校验值"), max_length=64, blank=True, default="", editable=False
    )
    struck_text = models.TextField(blank=True, default="", editable=False)
    struck_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    record_text = models.TextField(blank=True, default="", editable=False)
    record_hash = models.CharField(
        _("记录校验值"), max_length=64, blank=True, default="", editable=False
    )
    void_reason = models.CharField(_("作废理由"), max_length=500, blank=True, default="")
    void_party = models.CharField(
        _("未按时揭示的一方"), max_length=3, choices=Party, blank=True, default=""
    )
    opened_at = models.DateTimeField(_("开启时间"), editable=False)
    frozen_at = models.DateTimeField(_("冻结时间"), null=True, editable=False)
    executed_at = models.DateTimeField(_("抽取时间"), null=True, editable=False)
    published_at = models.DateTimeField(_("记录公开时间"), null=True, editable=False)
    voided_at = models.DateTimeField(_("作废时间"), null=True, editable=False)

    objects = DrawQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("抽取")
        indexes = [models.Index(fields=["opened_at", "id"], name="draw_by_opening")]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "attempt", "is_rehearsal"],
                name="one_draw_per_attempt",
                violation_error_message=_("该批次的这一次抽取已经存在。"),
            ),
            models.UniqueConstraint(
                fields=["batch"],
                condition=Q(is_rehearsal=False, state__in=DONE_STATES),
                name="one_executed_draw_of_a_batch",
                violation_error_message=_("该批次已经抽取，不能再抽。"),
            ),
            models.UniqueConstraint(
                fields=["batch", "is_rehearsal"],
                condition=Q(state__in=OPEN_STATES),
                name="one_open_draw_of_a_batch",
                violation_error_message=_("该批次有一次抽取正在进行。"),
            ),
            models.CheckConstraint(
                condition=Q(origin=Origin.SUPERIOR)
                | ~Q(state__in=DONE_STATES)
                | ~Q(record_hash=""),
                name="an_executed_draw_has_its_record",
                violation_error_message=_("已抽取的批次应有记录。"),
            ),
        ]

    def __str__(self) -> str:
        words = {"batch": self.batch, "attempt": self.attempt}
        return str(_("%(batch)s · 第 %(attempt)s 次") % words)

    def get_absolute_url(self) -> str:
        return reverse("draw_detail", args=[self.pk])

    @property
    def draw_id(self) -> str:
        """The name of the draw in its record, the same for all attempts."""
        plan = self.batch.plan
        kind = "-R" if self.is_rehearsal else ""
        return f"{plan.region.code}-{plan.year}-P{plan.pk}-B{self.batch.number}{kind}"

    @property
    def public(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.public_text or "{}")
        return found

    @property
    def annex(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.annex_text or "{}")
        return found

    @property
    def record(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.record_text or "{}")
        return found

    @property
    def is_superior(self) -> bool:
        """Made on a superior's platform: nothing of it can be recomputed here."""
        return self.origin == Origin.SUPERIOR


class PartQuerySet(models.QuerySet[Any]):
    """Parts of a draw are seen by those who see it inside."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(inside(actor, "draw__batch__plan__"))


class DrawExclusion(models.Model):
    """不列入: taken out of the pool by hand before the freeze, with the reason."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="exclusions")
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    reason = models.CharField(_("理由"), max_length=200)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["institution__uscc"]
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "institution"],
                name="an_institution_excluded_once",
                violation_error_message=_("该机构已列为不抽取。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.reason}"


class Strike(models.Model):
    """剔除: found ineligible after the freeze and before the first commitment."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="strikes")
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    reason = models.CharField(_("理由"), max_length=200)
    evidence = models.CharField(_("依据材料"), max_length=200)
    struck_at = models.DateTimeField(_("时间"))

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["uscc"]
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "uscc"],
                name="an_institution_struck_once",
                violation_error_message=_("该机构已被剔除。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.uscc} {self.reason}"


class Commitment(models.Model):
    """What one party showed before its secret, and the secret once both have revealed."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="commitments")
    party = models.CharField(_("一方"), max_length=3, choices=Party)
    value = models.CharField(_("承诺值"), max_length=64)
    post = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    committed_at = models.DateTimeField(_("承诺时间"))
    secret = models.CharField(max_length=64, blank=True, default="")
    revealed_at = models.DateTimeField(_("揭示时间"), null=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["party"]
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "party"],
                name="one_commitment_of_a_party",
                violation_error_message=_("这一方已经承诺。"),
            ),
            models.CheckConstraint(
                condition=Q(secret="", revealed_at=None)
                | (~Q(secret="") & Q(revealed_at__isnull=False)),
                name="a_secret_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.value[:12]}"


class DrawInspector(models.Model):
    """Which person a pseudonym of the annex stands for."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="inspectors")
    pseudonym = models.CharField(_("代号"), max_length=20)
    inspector = models.ForeignKey("agencies.Inspector", models.PROTECT, null=True, related_name="+")
    expert = models.ForeignKey("agencies.Expert", models.PROTECT, null=True, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pseudonym"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "pseudonym"], name="one_person_per_pseudonym"),
            models.CheckConstraint(
                condition=Q(inspector__isnull=False, expert=None)
                | Q(inspector=None, expert__isnull=False),
                name="a_pseudonym_is_an_inspector_or_an_expert",
            ),
        ]

    def __str__(self) -> str:
        return str(self.inspector or self.expert)


class Seat(models.Model):
    """席位: who was drawn to visit whom; a replacement ends a seat and makes another."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="seats")
    order = models.PositiveIntegerField(_("抽取顺序"))
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    slot = models.CharField(_("席位"), max_length=20)
    inspector = models.ForeignKey(
        "agencies.Inspector", models.PROTECT, null=True, related_name="seats"
    )
    expert = models.ForeignKey("agencies.Expert", models.PROTECT, null=True, related_name="seats")
    ended_at = models.DateTimeField(null=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "institution", "slot"],
                condition=Q(ended_at=None),
                name="one_holder_of_a_seat",
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.slot}"


class Replacement(models.Model):
    """替换: asked for with its reason first; the answer is computed afterwards (DRAW-1 §6)."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="replacements")
    kind = models.CharField(_("类别"), max_length=13, choices=ReplacementKind)
    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    slot = models.CharField(_("席位"), max_length=20, blank=True, default="")
    reason = models.CharField(_("理由"), max_length=200)
    asked_at = models.DateTimeField(_("提出时间"))
    answer = models.JSONField(null=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.institution}"


class RecordVersion(models.Model):
    """Every version of a draw's record: the first at execution, one more for each replacement."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    text = models.TextField()
    hash = models.CharField(_("记录校验值"), max_length=64)
    made_at = models.DateTimeField(_("时间"))

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "number"], name="one_record_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:12]}"


class DrawImportQuerySet(models.QuerySet["DrawImport"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(inside(actor, "batch__plan__"))


class DrawImport(models.Model):
    """导入单: a draw made on a superior's platform, as told by it; a second person confirms."""

    batch = models.ForeignKey("inspections.Batch", models.PROTECT, related_name="imports")
    draw = models.OneToOneField(Draw, models.PROTECT, null=True, related_name="imported")
    state = models.CharField(
        _("状态"), max_length=10, choices=ImportState, default=ImportState.DRAFT, editable=False
    )
    platform = models.CharField(_("上级平台名称"), max_length=100)
    superior = models.CharField(_("组织抽取的上级单位"), max_length=100)
    number = models.CharField(_("上级抽取编号"), max_length=60)
    drawn_on = models.DateField(_("上级抽取日期"))
    for_date = models.DateField(_("检查开始日期"))
    workbook = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+")
    doubts_reason = models.CharField(_("确认理由"), max_length=500, blank=True, default="")
    picked_count = models.PositiveIntegerField(_("抽取家数"), default=0)
    made_by = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("登记时间"))
    confirmed_by = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)

    objects = DrawImportQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("上级抽取导入")
        constraints = [
            models.UniqueConstraint(
                fields=["batch"],
                condition=Q(state__in=OPEN_IMPORTS),
                name="one_open_import_of_a_batch",
                violation_error_message=_("该批次已有一份上级抽取结果在办。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=ImportState.CONFIRMED) | Q(draw__isnull=False),
                name="a_confirmed_import_has_its_draw",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch} · {self.platform} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("drawimport_detail", args=[self.pk])
