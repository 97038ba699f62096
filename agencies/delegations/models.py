"""Dated delegations and handovers of ended posts."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from agencies.delegations.choices import DelegationKind, HandoverState
from portal.access import Actor, Role, within


def _concerns(actor: Actor) -> Q:
    """One's own, those of the agency for its chiefs, leaders and auditors of the region."""
    mine = Q(giver__user_id=actor.user_id) | Q(receiver__user_id=actor.user_id)
    if actor.has(Role.CHIEF, Role.LEADER):
        return mine | Q(giver__agency_id=actor.agency_id)
    if actor.has(Role.SYSADMIN, Role.AUDITOR):
        return mine | within(actor.region, field="giver__agency__region__path")
    return mine


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Giver and receiver; their agency's chiefs; the auditor and system administrator."""
        return self.filter(_concerns(actor)) if actor.is_staff else self.none()

    def in_force(self, day: dt.date) -> Self:
        """Dated so, not withdrawn, and both posts held on the day."""
        held = Q(giver__from_on__lte=day, giver__stopped_at=None, giver__user__is_active=True)
        held &= Q(giver__to_on=None) | Q(giver__to_on__gte=day)
        held &= Q(receiver__from_on__lte=day, receiver__stopped_at=None)
        held &= Q(receiver__to_on=None) | Q(receiver__to_on__gte=day)
        return self.filter(held, from_on__lte=day, to_on__gte=day, withdrawn_at=None)


class Delegation(models.Model):
    """授权代办: one post lends some of its powers to another of the same agency, for some days."""

    giver = models.ForeignKey(
        "agencies.Post", models.PROTECT, related_name="delegations_given", verbose_name=_("授权人")
    )
    receiver = models.ForeignKey(
        "agencies.Post", models.PROTECT, related_name="delegations_held", verbose_name=_("代办人")
    )
    kinds = ArrayField(
        models.CharField(max_length=12, choices=DelegationKind), verbose_name=_("授权事项")
    )
    amount_limit = models.DecimalField(
        _("金额上限(元)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    from_on = models.DateField(_("自"))
    to_on = models.DateField(_("至"))
    reason = models.CharField(_("事由"), max_length=200)
    given_at = models.DateTimeField(editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-from_on", "-pk"]
        verbose_name = _("授权代办")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__gte=F("from_on")),
                name="delegation_ends_after_it_begins",
                violation_error_message=_("授权结束日期不能早于开始日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")),
                name="delegation_to_another_post",
                violation_error_message=_("不能授权给本岗位。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receiver.user}代{self.giver.user}"

    def audit_root(self) -> str:
        return f"user:{self.giver.user_id}"

    def kind_labels(self) -> str:
        return _gettext("、").join(str(DelegationKind(kind).label) for kind in self.kinds)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(_concerns(actor)) if actor.is_staff else self.none()


class Handover(models.Model):
    """工作交接: what a post leaves open, who takes it over, signed by both; then the post ends."""

    giver = models.ForeignKey(
        "agencies.Post", models.PROTECT, related_name="handovers_given", verbose_name=_("移交岗位")
    )
    receiver = models.ForeignKey(
        "agencies.Post", models.PROTECT, related_name="handovers_held", verbose_name=_("接收岗位")
    )
    last_day = models.DateField(_("移交岗位最后任职日"))
    reason = models.CharField(_("事由"), max_length=200)
    state = models.CharField(
        max_length=10, choices=HandoverState, default=HandoverState.OPEN, editable=False
    )
    opened_at = models.DateTimeField(editable=False)
    handed_at = models.DateTimeField(null=True, blank=True, editable=False)
    handed_by = models.ForeignKey(
        "agencies.User", models.PROTECT, null=True, related_name="+", editable=False
    )
    received_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("工作交接")
        constraints = [
            models.UniqueConstraint(
                fields=["giver"],
                condition=Q(state__in=["open", "handed"]),
                name="one_open_handover_per_post",
                violation_error_message=_("该岗位已有进行中的工作交接。"),
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")),
                name="handover_to_another_post",
                violation_error_message=_("接收岗位不能是移交岗位本身。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver.user} → {self.receiver.user}"

    def get_absolute_url(self) -> str:
        return reverse("handover_detail", args=[self.pk])

    def audit_root(self) -> str:
        return f"user:{self.giver.user_id}"


class HandoverItem(models.Model):
    """One piece of open work as listed on the day of the handover."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="items")
    kind = models.CharField(max_length=60)
    label = models.CharField(max_length=300)
    url = models.CharField(max_length=200, blank=True, default="")
    due_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.label
