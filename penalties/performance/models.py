"""履行: payments, instalments, reminders, the court, and the closing of a case."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from penalties.cases.models import Case, PartQuerySet
from penalties.performance.choices import CourtResult, Ground, PaymentKind
from portal.files.models import StoredFile


class Payment(models.Model):
    """Money received, in yuan; the collecting bank's receipt number stands once."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="payments")
    kind = models.CharField(_("款项"), max_length=12, choices=PaymentKind)
    amount = models.DecimalField(_("金额(元)"), max_digits=14, decimal_places=2)
    paid_on = models.DateField(_("缴款日期"))
    receipt_number = models.CharField(_("缴款票据号"), max_length=60)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["paid_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "receipt_number"],
                name="a_receipt_is_entered_once",
                violation_error_message=_("该票据已登记。"),
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="a_payment_is_positive",
                violation_error_message=_("金额须大于零。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"


class Instalment(models.Model):
    """暂缓或者分期缴纳 (处罚法 art. 66): one approved part with its day."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField(_("期次"))
    due_on = models.DateField(_("应缴日期"))
    amount = models.DecimalField(_("金额(元)"), max_digits=14, decimal_places=2)
    approved_by = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    approved_on = models.DateField(_("批准日期"))

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="instalments_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.due_on}"


class Reminder(models.Model):
    """催告 (行政强制法 arts. 46, 54): drafted, then served with its numbered paper."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="reminders")
    paper = models.ForeignKey("portal.Paper", models.PROTECT, null=True, related_name="+")
    served_on = models.DateField(_("催告书送达日期"), null=True)
    fine = models.DecimalField(_("罚款余额(元)"), max_digits=14, decimal_places=2)
    surcharge = models.DecimalField(_("加处罚款(元)"), max_digits=14, decimal_places=2)
    confiscation = models.DecimalField(
        _("没收违法所得余额(元)"), max_digits=14, decimal_places=2, default=0
    )
    answer = models.TextField(_("当事人陈述申辩"), max_length=4000, blank=True, default="")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(served_on=None),
                name="one_draft_of_a_reminder",
                violation_error_message=_("本案已有拟写中的催告书。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.served_on or self.paper)


class CourtApplication(models.Model):
    """申请人民法院强制执行 (行政强制法 arts. 53, 54)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="court_applications")
    court = models.CharField(_("人民法院"), max_length=120)
    applied_on = models.DateField(_("申请日期"))
    amount = models.DecimalField(_("申请执行金额(元)"), max_digits=14, decimal_places=2)
    late_reason = models.CharField(_("逾期申请的正当理由"), max_length=500, blank=True, default="")
    result = models.CharField(_("结果"), max_length=10, choices=CourtResult, blank=True, default="")
    result_on = models.DateField(_("结果日期"), null=True, blank=True)
    document = models.CharField(_("裁定书编号"), max_length=120, blank=True, default="")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.court} {self.applied_on}"


class Closing(models.Model):
    """结案: on which ground, proposed by the handler, approved by the leader."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="closing")
    ground = models.CharField(_("结案理由"), max_length=10, choices=Ground)
    words = models.TextField(_("执行情况"), max_length=4000)
    approved_by = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    signature = models.CharField(_("审批人"), max_length=120)
    closed_on = models.DateField(_("结案日期"))

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.get_ground_display()}"
