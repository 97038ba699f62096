"""The published result of a visit; each correction is an edition of its own."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.publications.choices import PublicationState
from inspections.visits.models import below, of_institution, whole
from portal.access import Actor


class ResultPublicationQuerySet(models.QuerySet["ResultPublication"]):
    def visible_to(self, actor: Actor) -> Self:
        """Everybody: what is published now. The rest: who sees the visit whole, and the addressee.

        The other bureau of the district follows the publication duty of its neighbour.
        """
        seen = Q(state=PublicationState.PUBLISHED) | whole(actor, "visit__")
        shown = ~Q(state=PublicationState.DRAFT)
        if actor.reads_business and actor.is_bureau and actor.region:
            seen |= below(actor, "visit__") & shown
        return self.filter(seen | (of_institution(actor, "visit__") & shown))


class ResultPublication(models.Model):
    """检查结果公示: who was inspected, when, with what result (国发〔2019〕5号, 20 working days).

    The columns are a snapshot: what was public stays as it was, whatever is renamed later.
    """

    visit = models.ForeignKey(
        "inspections.Visit", models.PROTECT, related_name="publications", verbose_name=_("检查")
    )
    edition = models.PositiveSmallIntegerField(_("版次"), default=1)
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=PublicationState,
        default=PublicationState.DRAFT,
        editable=False,
    )
    institution_name = models.CharField(_("机构名称"), max_length=200)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    region_path = models.CharField(max_length=40)
    kind_words = models.CharField(_("检查类别"), max_length=40)
    agency_words = models.CharField(_("检查机关"), max_length=200)
    visited_on = models.DateField(_("检查日期"))
    codes = models.JSONField(_("检查结果"), default=list)
    text = models.TextField(_("公示内容"))
    change_reason = models.CharField(_("更正理由"), max_length=500, blank=True, default="")
    withdrawn_reason = models.CharField(
        _("撤回理由"), max_length=500, blank=True, default="", editable=False
    )
    written_by = ArrayField(models.BigIntegerField(), default=list, editable=False)
    drafted_at = models.DateTimeField(_("起草时间"), editable=False)
    published_at = models.DateTimeField(_("公示时间"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ResultPublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = _("检查结果公示")
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                name="publication_newest",
                condition=Q(state=PublicationState.PUBLISHED),
            ),
            models.Index(fields=["uscc"], name="publication_by_code"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "edition"], name="one_publication_per_edition"
            ),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(state=PublicationState.PUBLISHED),
                name="one_published_result_per_visit",
                violation_error_message=_("该检查结果已公示，请以更正版修改。"),
            ),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(state=PublicationState.DRAFT),
                name="one_draft_result_per_visit",
                violation_error_message=_("该检查已有待公示的内容。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_name} {self.visited_on.isoformat()}"

    def get_absolute_url(self) -> str:
        return reverse("publication_detail", args=[self.pk])

    def audit_root(self) -> str:
        """A publication's history is its visit's."""
        return f"visit:{self.visit_id}"
