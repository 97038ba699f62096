"""案件审核, 法制审核, 集体讨论: who looked at a case, and what they said."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from penalties.cases.models import Case, PartQuerySet
from penalties.reviews.choices import (
    DiscussionPurpose,
    DiscussionTrigger,
    LegalTrigger,
    ReviewKind,
    ReviewResult,
    Vote,
)


class Review(models.Model):
    """One answer of the case review or the legal review."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="reviews")
    kind = models.CharField(_("类别"), max_length=5, choices=ReviewKind)
    result = models.CharField(_("结论"), max_length=8, choices=ReviewResult)
    opinion = models.TextField(_("审核意见"), max_length=4000)
    triggers = ArrayField(
        models.CharField(max_length=15, choices=LegalTrigger),
        verbose_name=_("审核情形"),
        default=list,
        blank=True,
    )
    after_notice = models.BooleanField(_("告知之后"), default=False)
    reviewer = models.ForeignKey("agencies.User", models.PROTECT, related_name="+")
    signature = models.CharField(_("签名"), max_length=120)
    reviewed_on = models.DateField(_("审核日期"))
    superseded = models.BooleanField(_("已重新调查"), default=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_result_display()}"


class Discussion(models.Model):
    """集体讨论: at least three members, each with a vote and an opinion."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="discussions")
    purpose = models.CharField(
        _("事由"), max_length=9, choices=DiscussionPurpose, default=DiscussionPurpose.PENALTY
    )
    triggers = ArrayField(
        models.CharField(max_length=10, choices=DiscussionTrigger),
        verbose_name=_("讨论情形"),
        default=list,
        blank=True,
    )
    after_notice = models.BooleanField(_("告知之后"), default=False)
    held_on = models.DateField(_("讨论日期"))
    place = models.CharField(_("地点"), max_length=100)
    presided_by = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    conclusion = models.TextField(_("讨论结论"), max_length=4000)
    carried = models.BooleanField(_("是否通过"))
    until = models.DateField(_("办案期限延长至"), null=True, blank=True)
    superseded = models.BooleanField(_("已重新调查"), default=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.held_on}"


class DiscussionMember(models.Model):
    """Who took part, how the person voted and why."""

    discussion = models.ForeignKey(Discussion, models.CASCADE, related_name="members")
    post = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    vote = models.CharField(_("意见"), max_length=8, choices=Vote)
    opinion = models.CharField(_("发言要点"), max_length=1000)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["discussion", "post"],
                name="a_member_votes_once",
                violation_error_message=_("同一人员只能表决一次。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.post.user} {self.get_vote_display()}"
