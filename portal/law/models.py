"""The law as rows: every change is a new version, chosen by the day of the step."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.access import Actor
from portal.clocks.rules import Term
from portal.law.choices import (
    Limit,
    Mark,
    ParameterKind,
    RuleKind,
    Unit,
    VersionState,
    YearState,
)
from portal.law.citations import Citation, cited_in, written

IN_FORCE = [YearState.PROVISIONAL, YearState.OFFICIAL]


class LegalBasisQuerySet(models.QuerySet["LegalBasis"]):
    def visible_to(self, actor: Actor) -> Self:
        """Legal texts are public."""
        return self

    def in_force(self, day: dt.date) -> Self:
        """Provisions that apply on a day; one without dates always does."""
        begun = Q(effective_from=None) | Q(effective_from__lte=day)
        return self.filter(begun, Q(effective_to=None) | Q(effective_to__gte=day))

    def cited_in(self, text: str) -> Self:
        """The provisions that a sentence names and the portal knows."""
        named = Q(pk__in=[])
        for each in cited_in(text):
            named |= Q(law=each.law, article=each.article, paragraph=each.paragraph, item=each.item)
        return self.filter(named)


class LegalBasis(models.Model):
    """法律依据: an article of a law (or the law as a whole), from a day to a day."""

    law = models.CharField(_("法律法规名称"), max_length=120)
    number = models.CharField(_("文号"), max_length=120, blank=True, default="")
    article = models.CharField(_("条"), max_length=40, blank=True, default="")
    paragraph = models.CharField(_("款"), max_length=20, blank=True, default="")
    item = models.CharField(_("项"), max_length=20, blank=True, default="")
    text = models.TextField(_("内容"), blank=True, default="")
    effective_from = models.DateField(_("施行日期"), null=True, blank=True)
    effective_to = models.DateField(_("失效日期"), null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supersedes",
        verbose_name=_("被替代为"),
    )
    mark = models.CharField(_("可信度"), max_length=1, choices=Mark)
    source = models.CharField(_("出处"), max_length=200, blank=True, default="")

    objects = LegalBasisQuerySet.as_manager()

    class Meta:
        ordering = ["law", "pk"]
        verbose_name = _("法律依据")
        constraints = [
            models.UniqueConstraint(
                fields=["law", "number", "article", "paragraph", "item"],
                name="a_legal_basis_stands_once",
                violation_error_message=_("该条款已经录入。"),
            )
        ]

    def __str__(self) -> str:
        parts = [
            (self.article, _("第%s条")),
            (self.paragraph, _("第%s款")),
            (self.item, _("第%s项")),
        ]
        tail = "".join(str(words) % value for value, words in parts if value)
        return f"《{self.law}》{tail}"

    def citation(self) -> str:
        """《…》第43条第1项 as official papers print it, whatever the language of the page."""
        return written(Citation(self.law, self.article, self.paragraph, self.item))

    def is_in_force(self, day: dt.date) -> bool:
        """Whether the provision applies on a day."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or self.effective_to >= day)


class VersionedQuerySet(models.QuerySet[Any]):
    """Shared by rules and parameters: who reads them, and the version of a day."""

    def visible_to(self, actor: Actor) -> Self:
        """All read what is in force; staff also see proposals and history."""
        if actor.is_staff or actor.is_job:
            return self
        return self.filter(state=VersionState.APPROVED)

    def in_force(self, day: dt.date) -> Self:
        begun = Q(effective_from__isnull=True) | Q(effective_from__lte=day)
        going = Q(effective_to__isnull=True) | Q(effective_to__gte=day)
        return self.filter(begun, going, state=VersionState.APPROVED)

    def current(self, code: str, day: dt.date) -> Any | None:
        """The version of this code for a day: the latest of those in force."""
        return self.in_force(day).filter(code=code).order_by("-version").first()


class DeadlineRule(models.Model):
    """期限规则: one version of a legal period."""

    code = models.CharField(_("编号"), max_length=10)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    name = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类型"), max_length=10, choices=RuleKind, default=RuleKind.PERIOD)
    trigger = models.CharField(_("起算事由"), max_length=200)
    step = models.CharField(_("应办事项"), max_length=200)
    length = models.PositiveSmallIntegerField(_("期限长度"), null=True, blank=True)
    unit = models.CharField(_("计量单位"), max_length=14, choices=Unit, blank=True, default="")
    fixed_month = models.PositiveSmallIntegerField(
        _("固定月份"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    fixed_day = models.PositiveSmallIntegerField(
        _("固定日"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    limit = models.CharField(_("限定"), max_length=10, choices=Limit, default=Limit.NOT_AFTER)
    counts_start = models.BooleanField(_("起算当日计入"), default=False)
    rolls = models.BooleanField(_("末日逢休息日顺延"), default=True)
    extension_length = models.PositiveSmallIntegerField(
        _("经批准可延长"), null=True, blank=True, help_text=_("单位与期限长度相同。")
    )
    basis = models.ForeignKey(
        LegalBasis,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("法律依据"),
    )
    basis_words = models.CharField(_("依据原文"), max_length=200, blank=True, default="")
    mark = models.CharField(_("可信度"), max_length=1, choices=Mark)
    note = models.TextField(_("说明"), blank=True, default="")
    effective_from = models.DateField(_("施行日期"), null=True, blank=True)
    effective_to = models.DateField(_("失效日期"), null=True, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=VersionState, default=VersionState.DRAFT, editable=False
    )
    seeded = models.BooleanField(default=False, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    reason = models.CharField(_("修改理由"), max_length=500, blank=True, default="")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, editable=False)

    objects = VersionedQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-version"]
        verbose_name = _("期限规则")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_version_of_a_rule"),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state=VersionState.DRAFT),
                name="one_open_proposal_for_a_rule",
                violation_error_message=_("该规则已有待复核的版本，请先处理。"),
            ),
            models.CheckConstraint(
                condition=~Q(kind=RuleKind.PERIOD)
                | Q(length__isnull=False)
                | Q(fixed_month__isnull=False, fixed_day__isnull=False),
                name="a_period_has_a_length_or_a_date",
                violation_error_message=_("有期限的规则须填写期限长度，或固定的月和日。"),
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True)
                | Q(effective_from__isnull=True)
                | Q(effective_to__gte=F("effective_from")),
                name="a_rule_ends_after_it_begins",
                violation_error_message=_("失效日期不能早于施行日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("rule_detail", args=[self.pk])

    @property
    def is_period(self) -> bool:
        return self.kind == RuleKind.PERIOD

    def term(self) -> Term:
        """The version as a value for counting."""
        return Term(
            length=self.length or 0,
            unit=self.unit,
            counts_start=self.counts_start,
            rolls=self.rolls,
            month=self.fixed_month or 0,
            day=self.fixed_day or 0,
        )


class LawParameter(models.Model):
    """法定参数: a threshold, percentage, publication term or list that the law sets, dated."""

    code = models.CharField(_("编号"), max_length=40)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    name = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类型"), max_length=10, choices=ParameterKind)
    value = models.DecimalField(_("数值"), max_digits=16, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("计量单位"), max_length=20, blank=True, default="")
    text = models.CharField(_("内容"), max_length=500, blank=True, default="")
    basis = models.ForeignKey(
        LegalBasis,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parameters",
        verbose_name=_("法律依据"),
    )
    basis_words = models.CharField(_("依据原文"), max_length=200, blank=True, default="")
    mark = models.CharField(_("可信度"), max_length=1, choices=Mark)
    effective_from = models.DateField(_("施行日期"), null=True, blank=True)
    effective_to = models.DateField(_("失效日期"), null=True, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=VersionState, default=VersionState.DRAFT, editable=False
    )
    seeded = models.BooleanField(default=False, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    reason = models.CharField(_("修改理由"), max_length=500, blank=True, default="")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, editable=False)

    objects = VersionedQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-version"]
        verbose_name = _("法定参数")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_version_of_a_parameter"),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state=VersionState.DRAFT),
                name="one_open_proposal_for_a_parameter",
                violation_error_message=_("该参数已有待复核的版本，请先处理。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("parameter_detail", args=[self.pk])

    def value_in_words(self) -> str:
        """50000 元, 3 %, or nothing for a list."""
        return "" if self.value is None else f"{self.value.normalize():f} {self.unit}".strip()


class CalendarYearQuerySet(models.QuerySet["CalendarYear"]):
    def visible_to(self, actor: Actor) -> Self:
        """All read the calendar in force; staff also see proposals and history."""
        return self if actor.is_staff or actor.is_job else self.in_force()

    def in_force(self) -> Self:
        return self.filter(state__in=IN_FORCE)


class CalendarYear(models.Model):
    """One edition of a year's days off and make-up days, by the State Council's notice."""

    year = models.PositiveSmallIntegerField(_("年度"))
    state = models.CharField(
        _("状态"), max_length=12, choices=YearState, default=YearState.DRAFT, editable=False
    )
    source = models.CharField(_("来源文件"), max_length=200)
    seeded = models.BooleanField(default=False, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, editable=False)

    objects = CalendarYearQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-pk"]
        verbose_name = _("工作日历")
        constraints = [
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(state__in=IN_FORCE),
                name="one_calendar_in_force_for_a_year",
                violation_error_message=_("该年度已有生效的日历。"),
            )
        ]

    def __str__(self) -> str:
        return str(_("%(year)s年工作日历")) % {"year": self.year}

    def get_absolute_url(self) -> str:
        return reverse("calendar_detail", args=[self.pk])


class WorkingDayQuerySet(models.QuerySet["WorkingDay"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(edition__in=CalendarYear.objects.visible_to(actor))


class WorkingDay(models.Model):
    """A day on which the week does not decide: a day off, or a make-up working day (调休上班)."""

    edition = models.ForeignKey(CalendarYear, models.CASCADE, related_name="days")
    on = models.DateField(_("日期"))
    working = models.BooleanField(_("上班"))
    name = models.CharField(_("名称"), max_length=40, blank=True, default="")

    objects = WorkingDayQuerySet.as_manager()

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "on"], name="a_day_stands_once_in_a_calendar"
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"
