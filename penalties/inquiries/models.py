"""What proves a case, and what beside its state stops or lengthens its clocks."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from penalties.cases.models import Case, PartQuerySet
from penalties.inquiries.choices import (
    EvidenceKind,
    ExtensionKind,
    HoldDecision,
    PauseReason,
    RequestState,
)
from portal.files.models import StoredFile


class Evidence(models.Model):
    """证据 (处罚法 art. 46): what it is, where and by which two officers it was obtained."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence")
    number = models.PositiveSmallIntegerField(_("序号"))
    kind = models.CharField(_("证据种类"), max_length=12, choices=EvidenceKind)
    title = models.CharField(_("名称"), max_length=200)
    proves = models.CharField(_("证明内容"), max_length=500, blank=True, default="")
    obtained_at = models.DateTimeField(_("取得时间"))
    place = models.CharField(_("取得地点"), max_length=200)
    first_officer = models.ForeignKey("agencies.Inspector", models.PROTECT, related_name="+")
    second_officer = models.ForeignKey("agencies.Inspector", models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(_("哈希值"), max_length=64, blank=True, default="")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="evidence_is_numbered"),
            models.CheckConstraint(
                condition=~Q(first_officer=F("second_officer")),
                name="two_officers_obtain_evidence",
                violation_error_message=_("取证须由两名执法人员进行。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EvidenceHold(models.Model):
    """先行登记保存: kept for at most seven working days (D03), then decided."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="holds")
    items = models.TextField(_("物品清单"), max_length=4000)
    place = models.CharField(_("保存地点"), max_length=200)
    held_on = models.DateField(_("保存日期"))
    approved_by = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    clock = models.ForeignKey("portal.Clock", models.PROTECT, related_name="+")
    decision = models.CharField(
        _("处理决定"), max_length=12, choices=HoldDecision, blank=True, default=""
    )
    decided_on = models.DateField(_("处理日期"), null=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.items[:40]


class Pause(models.Model):
    """中止 and what else is not counted (D09c): a span beside the state."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="pauses")
    kind = models.CharField(_("事由"), max_length=10, choices=PauseReason)
    from_on = models.DateField(_("自"))
    until_on = models.DateField(_("至"), null=True)
    reason = models.CharField(_("理由"), max_length=500)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(until_on=None),
                name="a_case_pauses_once_at_a_time",
                violation_error_message=_("案件已在中止期间。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.from_on}"


class CaseExtension(models.Model):
    """延期: asked by the handler, granted by the leader (first) or the discussion (second)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="extensions")
    kind = models.CharField(_("类别"), max_length=14, choices=ExtensionKind)
    until = models.DateField(_("延长至"))
    reason = models.CharField(_("理由"), max_length=500)
    answer = models.CharField(
        _("批复"), max_length=8, choices=RequestState, default=RequestState.ASKED, editable=False
    )
    asked_by = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    answered_by = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField(_("批准日期"), null=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(answer=RequestState.ASKED),
                name="one_open_request_for_more_time",
                violation_error_message=_("已有待批准的延期申请。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.until}"
