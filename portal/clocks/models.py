"""Every legal period that runs, with its suspensions, extensions and effects."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.access import Actor, Level, Role, within
from portal.access.choices import ADMIN_ROLES
from portal.clocks.choices import ClockState, RunState
from portal.law.choices import Unit
from portal.law.models import DeadlineRule


class ClockQuerySet(models.QuerySet["Clock"]):
    def visible_to(self, actor: Actor) -> Self:
        """The own agency's; the other bureau of the district reads along; the subtree for a
        city or province and for auditors."""
        if actor.is_job:
            return self
        if not actor.is_staff or actor.has(*ADMIN_ROLES):
            return self.none()
        seen = Q(agency_id=actor.agency_id)
        if actor.is_bureau:
            seen |= Q(agency__region__path=actor.region)
        if actor.has(Role.AUDITOR) or (actor.is_bureau and actor.level != Level.DISTRICT):
            seen |= within(actor.region)
        return self.filter(seen)

    def open(self) -> Self:
        return self.exclude(state=ClockState.STOPPED)

    def running(self) -> Self:
        return self.filter(state=ClockState.RUNNING)

    def overdue(self, now: dt.datetime) -> Self:
        """Running and past the due day, or past the due instant of an hour rule."""
        by_day = Q(due_at__isnull=True, due_on__lt=now.date())
        return self.running().filter(by_day | Q(due_at__lt=now))

    def of(self, subject: str) -> Self:
        return self.filter(ref=subject)


class Clock(models.Model):
    """期限 (法定时钟): one running legal period of one record.

    ``legal_due_on`` is what the law gives; ``due_on`` may be an earlier internal target. Hour
    rules also keep the instants. ``provisional`` says that the working days of a year that
    counted are not announced yet.
    """

    rule = models.ForeignKey(DeadlineRule, models.PROTECT, related_name="clocks")
    rule_code = models.CharField(max_length=10)
    ref = models.CharField(max_length=80)
    audit_stream = models.CharField(max_length=80)
    agency = models.ForeignKey(
        settings.AGENCY_MODEL, models.PROTECT, related_name="clocks", verbose_name=_("承办单位")
    )
    role = models.CharField(_("承办岗位"), max_length=20, choices=Role)
    started_on = models.DateField()
    started_at = models.DateTimeField(null=True)
    due_on = models.DateField(_("到期日"))
    due_at = models.DateTimeField(null=True)
    legal_due_on = models.DateField(_("法定到期日"))
    target_on = models.DateField(_("内部时限"), null=True)
    provisional = models.BooleanField(_("暂定日期"), default=False)
    state = models.CharField(
        _("状态"), max_length=10, choices=ClockState, default=ClockState.RUNNING
    )
    stopped_on = models.DateField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stop_reason = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("期限")
        indexes = [
            models.Index(fields=["ref"], name="clocks_of_a_record"),
            models.Index(
                fields=["rule_code", "due_on"],
                name="clocks_running",
                condition=Q(state=ClockState.RUNNING),
            ),
            models.Index(
                fields=["agency", "role", "due_on"],
                name="clocks_open_of_a_desk",
                condition=~Q(state=ClockState.STOPPED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule.step} {self.due_on.isoformat()}"

    def get_absolute_url(self) -> str:
        return reverse("clock_detail", args=[self.pk])

    def audit_root(self) -> str:
        return self.audit_stream

    @property
    def counts_hours(self) -> bool:
        return self.rule.unit == Unit.HOUR


class PartQuerySet(models.QuerySet[Any]):
    """Parts of a clock are seen by whoever sees the clock."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(clock__in=Clock.objects.visible_to(actor))


class Suspension(models.Model):
    """Days that do not count: from a day, up to but without the day of resumption."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="suspensions")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    reason = models.CharField(max_length=500)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["from_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"],
                condition=Q(until_on__isnull=True),
                name="one_open_suspension_of_a_clock",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_on} – {self.until_on or '…'}"


class Extension(models.Model):
    """A later due day, approved by somebody with that power."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="extensions")
    until = models.DateField()
    granted_on = models.DateField()
    reason = models.CharField(max_length=500)
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["granted_on", "pk"]

    def __str__(self) -> str:
        return f"→ {self.until}"


class EffectRunQuerySet(models.QuerySet["EffectRun"]):
    def visible_to(self, actor: Actor) -> Self:
        """The operation of the engine is the system administrator's; audit reads it."""
        everything = actor.is_job or actor.has(Role.SYSADMIN, Role.AUDITOR)
        return self if everything else self.filter(clock__in=Clock.objects.visible_to(actor))


class EffectRun(models.Model):
    """One effect of one clock for one due day: planned from facts, run once, kept for ever."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="effects")
    effect = models.CharField(max_length=120)
    due_on = models.DateField()
    legal_on = models.DateField()
    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    executed_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    objects = EffectRunQuerySet.as_manager()

    class Meta:
        ordering = ["legal_on", "clock", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "effect", "due_on"], name="an_effect_runs_once_for_a_due_day"
            )
        ]
        indexes = [
            models.Index(
                fields=["legal_on", "clock"],
                name="effects_waiting",
                condition=Q(state=RunState.WAITING),
            )
        ]

    def __str__(self) -> str:
        return f"{self.effect} {self.legal_on}"


class EngineState(models.Model):
    """One row: when the engine last looked and when it came to an end, why it stands still."""

    looked_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="there_is_one_engine"),
        ]

    def __str__(self) -> str:
        return self.refusal or "ok"
