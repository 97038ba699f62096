"""Who employs whom in a period, and the bureaus' decision on a proposed exclusion."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.access import Actor, Role, within
from sharing.employments.choices import Vote
from sharing.employments.rules import is_included
from sharing.rosters.choices import Medium, media_words


class EmploymentQuerySet(models.QuerySet["Employment"]):
    def visible_to(self, actor: Actor) -> Self:
        """The two bureaus and audit, in their region and below: the merged list is theirs."""
        if not (actor.reads_business and (actor.is_bureau or actor.has(Role.AUDITOR))):
            return self.none()
        return self.filter(within(actor.region, field="region__path"))

    def current(self) -> Self:
        """Lines with rows in force; a line that lost them is only kept for its votes."""
        return self.filter(row_count__gt=0)

    def undecided(self) -> Self:
        """Proposed for exclusion and not yet voted on by both bureaus."""
        return self.filter(reporter_says_no=True).filter(Q(market_vote="") | Q(ecology_vote=""))


class Employment(models.Model):
    """One institution in one period and district: the merged line of all reporters.

    It is written from the rows in force whenever a roster of the district changes; the two
    votes stay. Media, agencies and contract dates are read from the rows.
    """

    period = models.ForeignKey("sharing.Period", models.PROTECT, related_name="employments")
    region = models.ForeignKey("agencies.Region", models.PROTECT, related_name="+")
    institution = models.ForeignKey(
        "institutions.Institution",
        models.PROTECT,
        related_name="employments",
        verbose_name=_("监测机构"),
    )
    row_count = models.PositiveIntegerField(_("委托项目数"))
    agency_count = models.PositiveIntegerField(_("委托部门数"))
    agencies_text = models.TextField(_("委托部门"))
    media = ArrayField(
        models.CharField(max_length=20, choices=Medium), verbose_name=_("监测项目类别")
    )
    contract_from = models.DateField(_("最早合同起始日"), null=True)
    contract_to = models.DateField(_("最晚合同终止日"), null=True)
    reporter_says_no = models.BooleanField(_("部门建议不纳入"), default=False)
    market_vote = models.CharField(
        _("市场监管局意见"), max_length=8, choices=Vote, blank=True, default=""
    )
    ecology_vote = models.CharField(
        _("生态环境局意见"), max_length=8, choices=Vote, blank=True, default=""
    )

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        ordering = ["institution__name_key", "pk"]
        verbose_name = _("委托情况")
        constraints = [
            models.UniqueConstraint(
                fields=["period", "region", "institution"],
                name="one_employment_per_institution_and_period",
            )
        ]

    def __str__(self) -> str:
        return f"{self.period.code} {self.institution}"

    def get_absolute_url(self) -> str:
        return reverse("employment_detail", args=[self.pk])

    @property
    def media_words(self) -> str:
        return media_words(self.media)

    @property
    def is_undecided(self) -> bool:
        return self.reporter_says_no and not (self.market_vote and self.ecology_vote)

    @property
    def is_included(self) -> bool:
        """Whether the institution stands in the double-random list of the district."""
        return is_included(
            reporter_says_no=self.reporter_says_no,
            market=self.market_vote,
            ecology=self.ecology_vote,
        )
