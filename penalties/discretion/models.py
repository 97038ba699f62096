"""The bounds of penalties: one dated row for each violation and kind of party."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.matters.choices import Mark
from penalties.discretion.choices import BanKind, PartyKind, PenaltyKind
from penalties.discretion.rules import Bounds
from portal.access import Actor
from portal.law.choices import VersionState


def _yuan(label: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=14, decimal_places=2, null=True, blank=True)


def _times(label: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=5, decimal_places=2, null=True, blank=True)


class PenaltyBoundQuerySet(models.QuerySet["PenaltyBound"]):
    def visible_to(self, actor: Actor) -> Self:
        """What is in force is public; staff also see proposals and history."""
        if actor.is_staff or actor.is_job:
            return self
        return self.filter(state=VersionState.APPROVED)

    def in_force(self, day: dt.date) -> Self:
        """The rows that apply to an act of this day (从旧: the law of the act)."""
        begun = Q(from_on=None) | Q(from_on__lte=day)
        going = Q(to_on=None) | Q(to_on__gte=day)
        return self.filter(begun, going, state=VersionState.APPROVED)


class PenaltyBound(models.Model):
    """处罚幅度: what one violation may cost one kind of party, from a day to a day. In yuan."""

    code = models.CharField(_("监管事项编号"), max_length=10)
    party = models.CharField(_("处罚对象"), max_length=12, choices=PartyKind)
    from_on = models.DateField(_("适用自"), null=True, blank=True)
    to_on = models.DateField(_("适用至"), null=True, blank=True)
    fine_min = _yuan(_("罚款下限(元)"))
    fine_max = _yuan(_("罚款上限(元)"))
    severe_min = _yuan(_("情节严重下限(元)"))
    severe_max = _yuan(_("情节严重上限(元)"))
    fee_times_min = _times(_("检测费用倍数下限"))
    fee_times_max = _times(_("检测费用倍数上限"))
    floor_fee = _yuan(_("费用低于此数另定幅度(元)"))
    floor_min = _yuan(_("另定下限(元)"))
    floor_max = _yuan(_("另定上限(元)"))
    needs_order = models.BooleanField(_("须先责令改正"), default=False)
    other_kinds = ArrayField(
        models.CharField(max_length=12, choices=PenaltyKind),
        verbose_name=_("其他处罚种类"),
        default=list,
        blank=True,
    )
    ban_kind = models.CharField(
        _("附带限制"), max_length=12, choices=BanKind, blank=True, default=""
    )
    ban_years = models.PositiveSmallIntegerField(_("限制年数"), null=True, blank=True)
    basis = models.CharField(_("法律依据"), max_length=200)
    bases = models.ManyToManyField(
        "portal.LegalBasis", related_name="+", blank=True, verbose_name=_("处罚依据条款")
    )
    duties = models.ManyToManyField(
        "portal.LegalBasis", related_name="+", blank=True, verbose_name=_("违反条款")
    )
    mark = models.CharField(_("核对情况"), max_length=1, choices=Mark)
    version = models.PositiveSmallIntegerField(_("版本"), default=1, editable=False)
    state = models.CharField(
        _("状态"), max_length=10, choices=VersionState, default=VersionState.DRAFT, editable=False
    )
    proposed_by = models.ForeignKey(
        "agencies.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    reason = models.CharField(_("修改理由"), max_length=500, blank=True, default="")
    approved_by = models.ForeignKey(
        "agencies.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, editable=False)

    objects = PenaltyBoundQuerySet.as_manager()

    class Meta:
        ordering = ["code", "party", "from_on", "pk"]
        verbose_name = _("处罚幅度")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "party", "from_on"],
                condition=Q(state=VersionState.APPROVED),
                nulls_distinct=False,
                name="one_bound_of_a_violation_from_a_day",
                violation_error_message=_("该事项在同一日期已有处罚幅度。"),
            ),
            models.UniqueConstraint(
                fields=["code", "party", "version"], name="one_version_of_a_bound"
            ),
            models.UniqueConstraint(
                fields=["code", "party"],
                condition=Q(state=VersionState.DRAFT),
                name="one_open_proposal_for_a_bound",
                violation_error_message=_("该幅度已有待复核的版本，请先处理。"),
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")),
                name="a_second_person_approves_a_bound",
                violation_error_message=_("提出和复核不能由同一人进行。"),
            ),
            models.CheckConstraint(
                condition=Q(fine_max=None) | Q(fine_max__gte=F("fine_min")),
                name="a_fine_has_its_bounds_in_order",
                violation_error_message=_("罚款上限不能低于下限。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.get_party_display()}"

    def get_absolute_url(self) -> str:
        return reverse("bound_detail", args=[self.pk])

    def bounds(self) -> Bounds:
        """The row as a value for counting."""
        return Bounds(
            fine_min=self.fine_min,
            fine_max=self.fine_max,
            severe_min=self.severe_min,
            severe_max=self.severe_max,
            fee_times_min=self.fee_times_min,
            fee_times_max=self.fee_times_max,
            floor_fee=self.floor_fee,
            floor_min=self.floor_min,
            floor_max=self.floor_max,
            needs_order=self.needs_order,
        )
