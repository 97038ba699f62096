"""处罚告知, 陈述申辩, 听证."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from penalties.cases.models import Case, PartQuerySet
from penalties.discretion.choices import PartyKind, PenaltyKind
from penalties.notices.choices import DefenceResult, ServiceMethod
from portal.access import Actor
from portal.files.models import StoredFile


def _yuan(label: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=14, decimal_places=2, default=0)


class PriorNoticeQuerySet(PartQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """As the case; the institution reads what was served on it, not on a person of it."""
        if actor.institution_id:
            own = Q(case__institution_id=actor.institution_id, case__party=PartyKind.ORGANISATION)
            return self.exclude(served_on=None).filter(own)
        return super().visible_to(actor)

    def served(self) -> Self:
        """Those that reached the party."""
        return self.exclude(served_on=None)


class PriorNotice(models.Model):
    """处罚告知: what the party is told before the decision, and until when it may answer.

    Drafted first; service and the days of the answer come when its paper has a number. The
    provisions are kept as they were printed (``cited``), whatever becomes of the rows later.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices")
    facts = models.TextField(_("违法事实和证据"), max_length=8000)
    basis = models.TextField(_("处罚依据"), max_length=4000)
    basis_words = models.CharField(_("处罚依据补充"), max_length=500, blank=True, default="")
    violation = models.TextField(_("违反条款"), max_length=4000, blank=True, default="")
    violation_words = models.CharField(_("违反条款补充"), max_length=500, blank=True, default="")
    bases = models.ManyToManyField(
        "portal.LegalBasis", related_name="+", blank=True, verbose_name=_("法律依据条款")
    )
    violated = models.ManyToManyField(
        "portal.LegalBasis", related_name="+", blank=True, verbose_name=_("所违反的条款")
    )
    cited = models.JSONField(default=dict, editable=False)
    intended = models.TextField(_("拟作出的处罚"), max_length=2000)
    fine = _yuan(_("拟罚款(元)"))
    confiscation = _yuan(_("拟没收(元)"))
    kinds = ArrayField(models.CharField(max_length=12, choices=PenaltyKind), default=list)
    method = models.CharField(
        _("送达方式"), max_length=10, choices=ServiceMethod, blank=True, default=""
    )
    served_on = models.DateField(_("送达日期"), null=True)
    announced_on = models.DateField(_("公告日期"), null=True)
    hearing_right = models.BooleanField(_("有权要求听证"), default=False)
    defence_until = models.DateField(_("陈述申辩截止"), null=True)
    hearing_until = models.DateField(_("要求听证截止"), null=True)
    waived_on = models.DateField(_("书面放弃日期"), null=True)
    waiver = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    superseded = models.BooleanField(_("已重新调查"), default=False)

    objects = PriorNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("处罚告知")
        constraints = [
            models.CheckConstraint(
                condition=Q(served_on=None) | (Q(defence_until__isnull=False) & ~Q(method="")),
                name="a_served_notice_has_its_days",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(served_on=None, superseded=False),
                name="one_draft_of_a_notice",
                violation_error_message=_("本案已有拟写中的处罚告知书。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.served_on or ''}".strip()

    def get_absolute_url(self) -> str:
        return reverse("case_detail", args=[self.case_id])

    def audit_root(self) -> str:
        return f"case:{self.case_id}"


class Defence(models.Model):
    """陈述申辩: what the party answered, and what the handlers made of it."""

    notice = models.ForeignKey(PriorNotice, models.PROTECT, related_name="defences")
    case = models.ForeignKey(Case, models.PROTECT, related_name="defences")
    received_on = models.DateField(_("收到日期"))
    text = models.TextField(_("陈述申辩内容"), max_length=8000)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    result = models.CharField(
        _("复核结论"), max_length=8, choices=DefenceResult, blank=True, default=""
    )
    answer = models.TextField(_("复核意见"), max_length=4000, blank=True, default="")
    answered_on = models.DateField(_("复核日期"), null=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{date_format(self.received_on)} {self.text[:40]}"


class Hearing(models.Model):
    """听证 (处罚法 art. 64): presided by somebody who did not investigate the case."""

    notice = models.OneToOneField(PriorNotice, models.PROTECT, related_name="hearing")
    case = models.ForeignKey(Case, models.PROTECT, related_name="hearings")
    requested_on = models.DateField(_("要求听证日期"))
    notified_on = models.DateField(_("通知日期"), null=True)
    planned_on = models.DateField(_("举行日期"), null=True)
    place = models.CharField(_("地点"), max_length=200, blank=True, default="")
    chair = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")
    is_open = models.BooleanField(_("公开举行"), default=True)
    held_on = models.DateField(_("实际举行日期"), null=True)
    minutes = models.TextField(_("听证笔录摘要"), max_length=8000, blank=True, default="")
    conclusion = models.TextField(_("听证意见"), max_length=4000, blank=True, default="")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_on=None) | Q(planned_on__gte=F("notified_on")),
                name="a_hearing_follows_its_notification",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.requested_on}"
