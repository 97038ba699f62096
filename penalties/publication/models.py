"""公开 and 信用公示 of a penalty decision: what the public reads, from when to when."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from penalties.cases.models import Case
from penalties.decisions.choices import Standing
from penalties.decisions.models import Challenge, Decision
from penalties.publication.choices import Act, BreachClass, PublicationKind, PublicationState
from portal.access import Actor, Role
from portal.clocks import today


class PenaltyPublicationQuerySet(models.QuerySet["PenaltyPublication"]):
    def in_public(self, day: dt.date) -> Self:
        """What the public reads on a day: published, not withdrawn, its term not over."""
        return self.filter(withdrawn_on=None, published_on__lte=day, ends_on__gte=day)

    def explained(self, day: dt.date) -> Self:
        """Withdrawn because the decision fell or changed: the public is told why (处罚法 art. 48).

        For as long as the publication itself would have lasted.
        """
        return self.filter(
            decision__standing__in=[Standing.ANNULLED, Standing.CHANGED],
            withdrawn_on__isnull=False,
            ends_on__gte=day,
        )

    def visible_to(self, actor: Actor) -> Self:
        """Who sees the case, and the deciding bureau's credit officer; others what is public."""
        if actor.is_job:
            return self
        if not actor.is_staff:
            return self.in_public(today())
        seen = Q(case__in=Case.objects.visible_to(actor))
        if actor.has(Role.CREDIT):
            seen |= Q(case__agency_id=actor.agency_id)
        return self.filter(seen)


class PenaltyPublication(models.Model):
    """One duty to publish one decision. The texts are the draft; the public reads versions.

    ``due_on`` is the legal last day to publish; ``late`` says that it was missed. ``writers``
    wrote the present draft, so they do not review it. ``follows`` is the result of a review or a
    suit that the draft already says; without the newest one it is out of date.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="publications")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="publications")
    kind = models.CharField(_("公示类别"), max_length=10, choices=PublicationKind)
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=PublicationState,
        default=PublicationState.DRAFT,
        editable=False,
    )
    breach_class = models.CharField(_("公示期类别"), max_length=10, choices=BreachClass)
    party_name = models.CharField(_("当事人"), max_length=400)
    party_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    facts = models.TextField(_("违法事实"), max_length=5000)
    basis = models.TextField(_("处罚依据"), max_length=2048)
    penalties = models.TextField(_("处罚内容"), max_length=4000)
    note = models.CharField(_("说明"), max_length=500, blank=True, default="")
    due_on = models.DateField(_("公示期限"))
    publish_on = models.DateField(_("计划公示日期"), null=True, blank=True)
    published_on = models.DateField(_("公示日期"), null=True, editable=False)
    earliest_end_on = models.DateField(_("最短公示期届满日"), null=True, editable=False)
    ends_on = models.DateField(_("公示截止日"), null=True, editable=False)
    withdrawn_on = models.DateField(_("撤回日期"), null=True, editable=False)
    late = models.BooleanField(_("逾期公示"), default=False, editable=False)
    drafted_by = models.ForeignKey(
        "agencies.User", models.PROTECT, null=True, related_name="+", editable=False
    )
    reviewed_by = models.ForeignKey(
        "agencies.User", models.PROTECT, null=True, related_name="+", editable=False
    )
    writers: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "agencies.User", related_name="+", editable=False
    )
    follows = models.ForeignKey(
        Challenge, models.PROTECT, null=True, related_name="+", editable=False
    )
    expiry_noted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PenaltyPublicationQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("处罚公示")
        constraints = [
            models.UniqueConstraint(fields=["decision", "kind"], name="one_publication_of_a_kind"),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("drafted_by")),
                name="a_second_person_reviews_what_is_published",
                violation_error_message=_("编制和复核不能由同一人进行。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_on__isnull=False),
                name="what_is_published_has_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="publication_by_due"),
            models.Index(
                fields=["-published_on", "-id"],
                name="publication_in_public",
                condition=Q(withdrawn_on=None, published_on__isnull=False),
            ),
            models.Index(
                fields=["state", "publish_on"],
                name="publication_to_publish",
                condition=Q(state="approved"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.number} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("penalty_publication_detail", args=[self.pk])

    def audit_root(self) -> str:
        return f"case:{self.case_id}"

    def is_public(self, day: dt.date) -> bool:
        """Whether the public reads it on a day."""
        if not self.stands or self.published_on is None or self.ends_on is None:
            return False
        return self.published_on <= day <= self.ends_on

    @property
    def stands(self) -> bool:
        """Whether it came out and was not taken back, its term over or not."""
        return self.published_on is not None and self.withdrawn_on is None


class PublicationVersionQuerySet(models.QuerySet["PublicationVersion"]):
    def visible_to(self, actor: Actor) -> Self:
        rows: Any = PenaltyPublication.objects.visible_to(actor)
        return self.filter(publication__in=rows)


class PublicationVersion(models.Model):
    """What went out, as it went out: published, corrected or withdrawn. It never changes.

    ``on`` is the real day, ``legal_on`` the day on which it was due.
    """

    publication = models.ForeignKey(PenaltyPublication, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    act = models.CharField(_("动作"), max_length=10, choices=Act)
    content = models.JSONField(_("内容"))
    on = models.DateField(_("日期"))
    legal_on = models.DateField(_("应办日期"))
    late = models.BooleanField(_("逾期"), default=False)
    ends_on = models.DateField(_("公示截止日"))
    reason = models.TextField(_("说明"), max_length=4000, blank=True, default="")
    by_post = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")

    objects = PublicationVersionQuerySet.as_manager()

    class Meta:
        ordering = ["publication", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "number"], name="publications_are_numbered"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.on}"
