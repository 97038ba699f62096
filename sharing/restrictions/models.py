"""处罚信息通报 to every department that may still employ an institution, and restrictions."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from institutions.models import Institution
from penalties.decisions.choices import Standing
from penalties.discretion.choices import PartyKind
from portal.access import Actor, Role, within
from portal.clocks import today
from sharing.restrictions.choices import Answer, RestrictionKind, RestrictionState


class PenaltyNoticeQuerySet(models.QuerySet["PenaltyNotice"]):
    def visible_to(self, actor: Actor) -> Self:
        """The two bureaus, partners and audit: decided in their region, or institution in scope.

        Also whoever received it, and the institution itself.
        """
        if actor.is_job:
            return self
        if actor.institution_id is not None:
            return self.filter(institution_id=actor.institution_id)
        if not actor.reads_business:
            return self.none()
        received = Acknowledgement.objects.filter(agency_id=actor.agency_id or 0)
        seen = Q(agency_id=actor.agency_id) | Q(pk__in=received.values("notice"))
        if actor.is_bureau or actor.has(Role.AUDITOR):
            seen |= within(actor.region, field="region_path")
        if actor.is_bureau or actor.is_partner or actor.has(Role.AUDITOR):
            seen |= Q(institution__in=Institution.objects.present_in(actor.region))
        return self.filter(seen)


class PenaltyNotice(models.Model):
    """处罚信息通报: what departments are told of one penalty decision, as told; sums in yuan.

    ``version`` grows each time it is told anew: after a review or a court changed the decision.
    """

    decision = models.OneToOneField(
        "penalties.Decision", models.PROTECT, related_name="penalty_notice"
    )
    challenge = models.ForeignKey(
        "penalties.Challenge", models.PROTECT, null=True, related_name="+", editable=False
    )
    institution = models.ForeignKey(
        "institutions.Institution",
        models.PROTECT,
        related_name="penalty_notices",
        verbose_name=_("机构"),
    )
    institution_name = models.CharField(_("决定时名称"), max_length=400)
    agency = models.ForeignKey(
        "agencies.Agency",
        models.PROTECT,
        related_name="penalty_notices",
        verbose_name=_("决定机关"),
    )
    region_path = models.CharField(max_length=40, editable=False)
    case_number = models.CharField(_("案件编号"), max_length=60)
    matter = models.CharField(_("事由"), max_length=300)
    party = models.CharField(_("当事人类别"), max_length=12, choices=PartyKind)
    person_name = models.CharField(_("当事人姓名"), max_length=60, blank=True, default="")
    basis = models.TextField(_("处罚依据"), max_length=2000)
    penalties = models.TextField(_("处罚内容"), max_length=4000)
    fine = models.DecimalField(_("罚款(元)"), max_digits=14, decimal_places=2)
    advice = models.CharField(_("建议"), max_length=500)
    decided_on = models.DateField(_("决定日期"))
    standing = models.CharField(_("效力"), max_length=10, choices=Standing)
    changed_on = models.DateField(_("变更、撤销日期"), null=True)
    change_reason = models.TextField(_("变更、撤销情况"), max_length=4000, blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PenaltyNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on", "-pk"]
        verbose_name = _("处罚信息通报")
        indexes = [
            models.Index(fields=["-decided_on", "-id"], name="notice_by_day"),
            models.Index(fields=["institution", "-decided_on"], name="notice_of_institution"),
            models.Index(
                fields=["region_path"],
                name="notice_by_region",
                opclasses=["varchar_pattern_ops"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_name} {self.case_number}"

    def get_absolute_url(self) -> str:
        return reverse("notice_detail", args=[self.pk])


class AcknowledgementQuerySet(models.QuerySet["Acknowledgement"]):
    def visible_to(self, actor: Actor) -> Self:
        """As visible as the notice; the institution does not see who answered."""
        if actor.institution_id is not None:
            return self.none()
        return self.filter(notice__in=PenaltyNotice.objects.visible_to(actor))

    def current(self) -> Self:
        """Those of the newest telling."""
        return self.filter(version=F("notice__version"))

    def waiting(self) -> Self:
        return self.current().filter(answer="")


class Acknowledgement(models.Model):
    """确认回执: one department's answer to one telling of a notice."""

    notice = models.ForeignKey(PenaltyNotice, models.CASCADE, related_name="acknowledgements")
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("接收单位")
    )
    version = models.PositiveIntegerField(editable=False)
    due_on = models.DateField(_("确认目标日"))
    answer = models.CharField(_("回执"), max_length=15, choices=Answer, blank=True, default="")
    reason = models.CharField(_("说明"), max_length=500, blank=True, default="")
    answered_at = models.DateTimeField(_("确认时间"), null=True)
    answered_by = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        ordering = ["notice", "version", "agency__kind", "pk"]
        verbose_name = _("确认回执")
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "agency", "version"], name="one_answer_to_each_telling"
            ),
            models.CheckConstraint(
                condition=~Q(answer=Answer.NOT_APPLICABLE) | ~Q(reason=""),
                name="not_applicable_has_its_reason",
                violation_error_message=_("选择“不适用”须写明理由。"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_on"], name="waiting_of_agency", condition=Q(answer="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.get_answer_display()}"


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    def in_force(self, day: dt.date) -> Self:
        """Begun, not over and not ended by a review or a court: the dates alone say so."""
        return self.filter(
            Q(to_on=None) | Q(to_on__gte=day),
            Q(ended_on=None) | Q(ended_on__gt=day),
            from_on__lte=day,
        )

    def visible_to(self, actor: Actor) -> Self:
        """In force: the staff of every agency. Past ones: who sees the notice. Its own: always."""
        if actor.is_job:
            return self
        if actor.institution_id is not None:
            return self.filter(institution_id=actor.institution_id)
        if not actor.reads_business:
            return self.none()
        told = PenaltyNotice.objects.visible_to(actor).values("pk")
        current = Restriction.objects.in_force(today()).values("pk")
        return self.filter(Q(pk__in=current) | Q(notice__in=told))


class Restriction(models.Model):
    """限制, from a day to a day (none: for life), by the decision that its notice tells of.

    It ends by itself: nothing but its dates says whether it is in force.
    """

    notice = models.ForeignKey(PenaltyNotice, models.PROTECT, related_name="restrictions")
    institution = models.ForeignKey(
        "institutions.Institution",
        models.PROTECT,
        related_name="restrictions",
        verbose_name=_("机构"),
    )
    kind = models.CharField(_("限制种类"), max_length=12, choices=RestrictionKind)
    person_name = models.CharField(_("被限制人员"), max_length=60, blank=True, default="")
    measure = models.CharField(_("限制内容"), max_length=200)
    basis = models.CharField(_("法律依据"), max_length=200)
    from_on = models.DateField(_("限制起始日"))
    to_on = models.DateField(_("限制截止日"), null=True, blank=True)
    ended_on = models.DateField(_("终止日期"), null=True, editable=False)
    end_reason = models.CharField(_("终止理由"), max_length=500, blank=True, default="")
    release_told_at = models.DateTimeField(null=True, editable=False)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        ordering = ["-from_on", "-pk"]
        verbose_name = _("限制")
        constraints = [
            models.UniqueConstraint(fields=["notice", "kind"], name="one_restriction_of_a_kind"),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="a_restriction_ends_after_it_begins",
                violation_error_message=_("限制截止日不能早于起始日。"),
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "from_on"], name="restriction_of_institution"),
            models.Index(fields=["to_on", "id"], name="restriction_by_end"),
            models.Index(fields=["-from_on", "-id"], name="restriction_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.person_name or self.institution}"

    def get_absolute_url(self) -> str:
        return reverse("restriction_detail", args=[self.pk])

    def audit_root(self) -> str:
        return f"notice:{self.notice_id}"

    def state_on(self, day: dt.date) -> RestrictionState:
        """How it stands on a day."""
        if self.ended_on is not None and self.ended_on <= day:
            return RestrictionState.ENDED
        if self.to_on is not None and self.to_on < day:
            return RestrictionState.EXPIRED
        return RestrictionState.IN_FORCE

    @property
    def span(self) -> tuple[dt.date, dt.date | None]:
        """First and last day of its term."""
        return self.from_on, self.to_on
