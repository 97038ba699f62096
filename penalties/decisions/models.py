"""处罚决定, its lines, its service, its corrections, and what became of it."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from penalties.cases.choices import Outcome
from penalties.cases.models import Case, PartQuerySet
from penalties.decisions.choices import ChallengeResult, Channel, Standing
from penalties.decisions.rules import Parts
from penalties.discretion.choices import Factor, PartyKind, PenaltyKind
from penalties.notices.choices import ServiceMethod
from portal.access import Actor
from portal.files.models import StoredFile


class DecisionQuerySet(PartQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """As the case; the institution reads what was served on it, not on a person of it."""
        if actor.institution_id:
            own = Q(case__institution_id=actor.institution_id, case__party=PartyKind.ORGANISATION)
            return self.filter(own, service__isnull=False)
        return super().visible_to(actor)


class Decision(models.Model):
    """行政处罚决定 (处罚法 art. 59), also 不予处罚, 撤案, 移送. Once made it never changes.

    ``violation`` and ``basis`` are composed from the chosen provisions; ``cited`` keeps these as
    they stood when the decision was made.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="decision")
    standing = models.CharField(
        _("效力"), max_length=10, choices=Standing, default=Standing.DRAFT, editable=False
    )
    outcome = models.CharField(_("处理结果"), max_length=15, choices=Outcome)
    party_name = models.CharField(_("当事人"), max_length=400)
    party_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    party_address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    facts = models.TextField(_("违法事实"), max_length=8000, blank=True, default="")
    evidence = models.TextField(_("证据"), max_length=8000, blank=True, default="")
    violation = models.TextField(_("违反条款"), max_length=4000, blank=True, default="")
    violation_words = models.CharField(_("违反条款补充"), max_length=500, blank=True, default="")
    violated = models.ManyToManyField(
        "portal.LegalBasis", related_name="+", blank=True, verbose_name=_("所违反的条款")
    )
    basis = models.TextField(_("处罚依据"), max_length=4000, blank=True, default="")
    basis_words = models.CharField(_("处罚依据补充"), max_length=500, blank=True, default="")
    bases = models.ManyToManyField(
        "portal.LegalBasis", related_name="+", blank=True, verbose_name=_("法律依据条款")
    )
    cited = models.JSONField(default=dict, editable=False)
    factors = ArrayField(
        models.CharField(max_length=15, choices=Factor),
        verbose_name=_("裁量情节"),
        default=list,
        blank=True,
    )
    reasons = models.TextField(_("裁量理由和申辩复核"), max_length=4000, blank=True, default="")
    performance = models.TextField(_("履行方式和期限"), max_length=2000, blank=True, default="")
    remedy = models.TextField(_("救济途径和期限"), max_length=2000, blank=True, default="")
    authority = models.CharField(_("决定机关"), max_length=120, blank=True, default="")
    referred_to = models.CharField(_("移送机关"), max_length=120, blank=True, default="")
    drafted_by = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    decided_on = models.DateField(_("决定日期"), null=True, editable=False)
    decided_by = models.ForeignKey(
        "agencies.Post", models.PROTECT, null=True, related_name="+", editable=False
    )
    signature = models.CharField(_("签发"), max_length=120, blank=True, default="", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on", "-pk"]
        verbose_name = _("处罚决定")

    def __str__(self) -> str:
        return f"{self.case.number} {self.get_outcome_display()}"

    def get_absolute_url(self) -> str:
        return reverse("case_detail", args=[self.case_id])

    def audit_root(self) -> str:
        return f"case:{self.case_id}"

    def parts(self) -> Parts:
        """The draft as the rule of art. 59 reads it."""
        return Parts(
            party_name=self.party_name,
            party_address=self.party_address,
            facts=self.facts,
            evidence=self.evidence,
            violation=self.violation,
            basis=self.basis,
            reasons=self.reasons,
            penalties=self.lines.count(),
            performance=self.performance,
            remedy=self.remedy,
            authority=self.authority,
        )


class PenaltyLine(models.Model):
    """One penalty of a decision: its kind, its sum in yuan where it has one, its words."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField(_("序号"))
    kind = models.CharField(_("处罚种类"), max_length=12, choices=PenaltyKind)
    amount = models.DecimalField(
        _("金额(元)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    text = models.CharField(_("内容"), max_length=500)
    until = models.DateField(_("限制截止"), null=True, blank=True)
    performed_on = models.DateField(_("执行完毕"), null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "number"], name="lines_are_numbered"),
            models.CheckConstraint(
                condition=~Q(kind__in=["fine", "confiscation"]) | Q(amount__gt=0),
                name="money_has_a_sum",
                violation_error_message=_("罚款和没收须填写金额。"),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Service(models.Model):
    """送达: how and when a decision reached the party (处罚法 art. 61)."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="service")
    case = models.ForeignKey(Case, models.PROTECT, related_name="services")
    method = models.CharField(_("送达方式"), max_length=10, choices=ServiceMethod)
    served_on = models.DateField(_("送达日期"))
    announced_on = models.DateField(_("公告日期"), null=True, blank=True)
    receiver = models.CharField(_("受送达人"), max_length=120)
    place = models.CharField(_("送达地点"), max_length=200, blank=True, default="")
    witness = models.CharField(_("见证人"), max_length=120, blank=True, default="")
    receipt = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.served_on}"


class Correction(models.Model):
    """补正: the only way to mend words of a served decision (EV5)."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="corrections")
    case = models.ForeignKey(Case, models.PROTECT, related_name="corrections")
    wrong = models.CharField(_("原文"), max_length=1000)
    right = models.CharField(_("补正为"), max_length=1000)
    reason = models.CharField(_("理由"), max_length=500)
    made_on = models.DateField(_("补正日期"))
    made_by = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    signature = models.CharField(_("签发"), max_length=120)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.wrong} → {self.right}"


class Challenge(models.Model):
    """复议、诉讼 beside the state: from the filing to its result; the surcharge stands still."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="challenges")
    case = models.ForeignKey(Case, models.PROTECT, related_name="challenges")
    channel = models.CharField(_("途径"), max_length=10, choices=Channel)
    body = models.CharField(_("复议机关、法院"), max_length=120)
    filed_on = models.DateField(_("受理日期"))
    result = models.CharField(
        _("结果"), max_length=10, choices=ChallengeResult, blank=True, default=""
    )
    result_on = models.DateField(_("结果日期"), null=True, blank=True)
    document = models.CharField(_("文书编号"), max_length=120, blank=True, default="")
    new_fine = models.DecimalField(
        _("变更后罚款(元)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    reason = models.TextField(_("理由"), max_length=4000, blank=True, default="")

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result_on=None) | Q(result_on__gte=F("filed_on")),
                name="a_challenge_ends_after_it_was_filed",
            ),
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(result=""),
                name="one_challenge_at_a_time",
                violation_error_message=_("已有进行中的复议或者诉讼。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.body} {date_format(self.filed_on)}"
