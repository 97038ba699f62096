"""Papers, the counters of their numbers, the agencies' Word templates, the sealing register."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import refs
from portal.access import Actor, Role
from portal.papers.choices import PaperState, Part
from portal.papers.content import Content
from portal.papers.kinds import PaperKind, kind_named, registered_kinds


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who sees the record and whom the kind admits; drafts and the secondary part stay inside.

        Inside are the agency that writes the paper, and audit.
        """
        if not (actor.reads_business or actor.institution_id):
            return self.none()
        rows = self if _reads_inside(actor) else self.filter(_outside(actor))
        number = models.Func(F("subject_ref"), Value(":"), Value(2), function="split_part")
        key = Cast(number, models.BigIntegerField())
        return rows.alias(subject_key=key).filter(_admitted(actor))

    def of(self, subject_ref: str) -> Self:
        """The papers of one record."""
        return self.filter(subject_ref=subject_ref)


def _reads_inside(actor: Actor) -> bool:
    return actor.is_staff and actor.has(Role.AUDITOR)


def _outside(actor: Actor) -> Q:
    main = [kind.code for kind in registered_kinds() if kind.part == Part.MAIN]
    return Q(agency_id=actor.agency_id or 0) | Q(state=PaperState.NUMBERED, kind__in=main)


def _admitted(actor: Actor) -> Q:
    """Kinds that admit alike share one question to the database."""
    alike: dict[tuple[str, object], list[PaperKind]] = {}
    for kind in registered_kinds():
        alike.setdefault((kind.subject, kind.visible), []).append(kind)
    seen = Q(pk__in=[])
    for (subject, _visible), kinds in alike.items():
        rows = refs.registered()[subject]._default_manager.get_queryset()
        whole = rows.visible_to(actor)  # type: ignore[attr-defined]  # every registered model has it
        mine = kinds[0].visible(whole, actor).filter(pk=OuterRef("subject_key"))
        seen |= Q(Exists(mine), kind__in=[kind.code for kind in kinds])
    return seen


class Paper(models.Model):
    """One official document: a draft, then numbered and frozen for good."""

    kind = models.CharField(_("文种"), max_length=40)
    subject_ref = models.CharField(max_length=60, help_text="Reference of the record it is about.")
    audit_stream = models.CharField(max_length=80, editable=False)
    agency = models.ForeignKey(
        settings.AGENCY_MODEL, models.PROTECT, related_name="+", verbose_name=_("制发单位")
    )
    title = models.CharField(_("标题"), max_length=300)
    content = models.JSONField(_("内容"))
    state = models.CharField(
        _("状态"), max_length=10, choices=PaperState, default=PaperState.DRAFT, editable=False
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("所补正的文书"),
    )
    drafted_at = models.DateTimeField(_("起草时间"))
    series = models.CharField(max_length=20, blank=True, default="", editable=False)
    year = models.PositiveSmallIntegerField(null=True, editable=False)
    n = models.PositiveIntegerField(null=True, editable=False)
    number = models.CharField(_("文号"), max_length=60, blank=True, default="", editable=False)
    numbered_on = models.DateField(_("成文日期"), null=True, editable=False)
    pages = models.PositiveSmallIntegerField(_("页数"), null=True, editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    docx_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    scan = models.ForeignKey(
        "portal.StoredFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("用印扫描件"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["numbered_on", "pk"]
        verbose_name = _("文书")
        indexes = [models.Index(fields=["subject_ref", "numbered_on", "id"], name="papers_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "series", "year", "n"], name="one_paper_per_number"
            ),
            models.UniqueConstraint(
                fields=["agency", "number"],
                condition=~Q(number=""),
                name="one_paper_per_number_text",
                violation_error_message=_("本单位已有相同文号的文书。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=PaperState.NUMBERED)
                | (
                    Q(n__gte=1, year__isnull=False, numbered_on__isnull=False, pages__gte=1)
                    & ~(Q(number="") | Q(pdf_sha256="") | Q(docx_sha256=""))
                ),
                name="a_numbered_paper_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}" if self.number else self.title

    def get_absolute_url(self) -> str:
        return reverse("paper_detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == PaperState.DRAFT

    @property
    def kind_of(self) -> PaperKind:
        return kind_named(self.kind)

    @property
    def kind_label(self) -> str | Promise:
        return self.kind_of.label

    @property
    def part(self) -> Part:
        return self.kind_of.part

    @property
    def words(self) -> Content:
        """The content as it was written."""
        return Content.from_json(self.content)

    def audit_root(self) -> str:
        """Acts on a paper stand in the stream of the record it is about."""
        return self.audit_stream


class OwnQuerySet(models.QuerySet["PaperSeries"]):
    def visible_to(self, actor: Actor) -> Self:
        """An agency's own numbering."""
        return self.filter(agency_id=actor.agency_id or 0) if actor.is_staff else self.none()


class PaperSeries(models.Model):
    """How one agency numbers one series in one year, and its last number; locked to give one."""

    agency = models.ForeignKey(settings.AGENCY_MODEL, models.PROTECT, related_name="+")
    series = models.CharField(_("文种代字"), max_length=20, blank=True, default="")
    year = models.PositiveSmallIntegerField(_("年份"))
    pattern = models.CharField(_("文号格式"), max_length=60)
    last = models.PositiveIntegerField(_("已用到"), default=0)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["agency", "series", "-year"]
        verbose_name = _("文号序列")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "series", "year"], name="one_counter_per_agency_series_and_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series}〔{self.year}〕"


class PaperTemplateQuerySet(models.QuerySet["PaperTemplate"]):
    def visible_to(self, actor: Actor) -> Self:
        """An agency's own templates."""
        return self.filter(agency_id=actor.agency_id or 0) if actor.is_staff else self.none()

    def in_use(self) -> Self:
        return self.filter(ended_at=None)


class PaperTemplate(models.Model):
    """An agency's own Word template for one kind of paper, from an upload until the next."""

    agency = models.ForeignKey(settings.AGENCY_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(_("文种"), max_length=40)
    file = models.ForeignKey(
        "portal.StoredFile", models.PROTECT, related_name="+", verbose_name=_("模板文件")
    )
    began_at = models.DateTimeField(_("启用时间"))
    ended_at = models.DateTimeField(_("停用时间"), null=True)

    objects = PaperTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-pk"]
        verbose_name = _("文书模板")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind"],
                condition=Q(ended_at=None),
                name="one_template_in_use_per_agency_and_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.file.name}"

    @property
    def kind_label(self) -> str | Promise:
        return kind_named(self.kind).label


class SealingQuerySet(models.QuerySet["Sealing"]):
    def visible_to(self, actor: Actor) -> Self:
        """Of papers that the actor sees, the own agency's; audit sees them all."""
        rows = self.filter(paper__in=Paper.objects.visible_to(actor))
        return rows if _reads_inside(actor) else rows.filter(paper__agency_id=actor.agency_id or 0)


class Sealing(models.Model):
    """用印登记: which seal was set on which paper, how often, by whom, when."""

    paper = models.ForeignKey(
        Paper, models.PROTECT, related_name="sealings", verbose_name=_("文书")
    )
    seal = models.CharField(_("印章名称"), max_length=40)
    copies = models.PositiveSmallIntegerField(
        _("用印份数"), validators=[MinValueValidator(1), MaxValueValidator(999)]
    )
    sealed_on = models.DateField(_("用印日期"))
    at = models.DateTimeField(_("登记时间"))
    by = models.ForeignKey(
        settings.POST_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("登记人"),
    )

    objects = SealingQuerySet.as_manager()

    class Meta:
        ordering = ["-sealed_on", "-pk"]
        verbose_name = _("用印登记")
        indexes = [models.Index(fields=["sealed_on", "id"], name="sealings_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(copies__gte=1, copies__lte=999), name="a_sealing_has_copies"
            )
        ]

    def __str__(self) -> str:
        return f"{self.seal} × {self.copies}"
