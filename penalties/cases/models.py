"""The case: what is alleged of whom, who handles it, what proves it, what stops its clocks."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from penalties.cases.choices import (
    CaseState,
    Outcome,
    Procedure,
    Source,
)
from penalties.discretion.choices import Factor, PartyKind, PenaltyKind
from portal.access import Actor, AgencyKind, Level, Role, within
from portal.lists.search import Searchable, bigram_index

# Who reviews, decides or supervises in the handling bureau reads every case of it.
DESKS = (Role.CHIEF, Role.LEADER, Role.LEGAL)
HANDLERS = (Role.OFFICER, *DESKS)


def _yuan(label: Any, **options: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=14, decimal_places=2, **options)


class CaseCounter(models.Model):
    """The last number of an agency's case register in a year; a row lock keeps it gap-free."""

    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "year"], name="one_case_counter_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.year} {self.last}"


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, actor: Actor) -> Self:
        """The whole case: who handles, reviews, decides or supervises it (visibility.md)."""
        if actor.is_job:
            return self
        if not actor.reads_business:
            return self.none()
        subtree = within(actor.region, field="region_path")
        if actor.has(Role.AUDITOR):
            return self.filter(subtree)
        seen = self._of_bureau(actor, subtree) | self._of_team(actor) | self._put_up(actor)
        return self.filter(seen)

    def _of_bureau(self, actor: Actor, subtree: Q) -> Q:
        """Own, assisting, or the city bureau of the same kind over its districts."""
        if not actor.is_bureau:
            return Q(pk__in=[])
        own = seen = Q(agency_id=actor.agency_id)
        if not actor.has(*DESKS):
            inquiries = Investigator.objects.of_user(actor.user_id)
            seen &= Q(handler_id=actor.post_id) | Q(pk__in=inquiries.values("case"))
        if actor.has(*HANDLERS):
            seen |= Q(assisting_id=actor.agency_id)
        if actor.level != Level.DISTRICT and actor.has(*HANDLERS):
            seen |= subtree & Q(procedure=actor.agency_kind) & ~own
        return seen

    def _of_team(self, actor: Actor) -> Q:
        """What an inspector of the enforcement team investigates for its bureau."""
        if actor.agency_kind != AgencyKind.ENFORCEMENT_TEAM:
            return Q(pk__in=[])
        mine = Investigator.objects.of_post(actor)
        return Q(pk__in=mine.values("case"))

    def _put_up(self, actor: Actor) -> Q:
        """The common superior, while a dispute between the bureaus lies before it."""
        if actor.agency_kind != AgencyKind.GOVERNMENT:
            return Q(pk__in=[])
        return Q(region_path=actor.region, dispute_open=True)

    def heads_visible_to(self, actor: Actor) -> Self:
        """Number, institution, act, stage, agencies: also to the other bureau and its city's."""
        whole = self.visible_to(actor)
        if not actor.is_bureau or not actor.reads_business or not actor.has(*HANDLERS):
            return whole
        other = within(actor.region, field="region_path") & ~Q(procedure=actor.agency_kind)
        return self.filter(Q(pk__in=whole.values("pk")) | other)


class Case(models.Model):
    """行政处罚案件, from the lead to the archive. Sums in yuan.

    ``institution_name`` is the name at the opening (EV1). ``report_numbers``, ``act_on`` and
    ``act_place`` say which act it is, so that the other bureau's case on it is found (PE6).
    """

    number = models.CharField(_("案件编号"), max_length=60, unique=True, editable=False)
    procedure = models.CharField(_("程序"), max_length=10, choices=Procedure)
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="cases", verbose_name=_("办案单位")
    )
    region_path = models.CharField(max_length=40, editable=False)
    assisting = models.ForeignKey(
        "agencies.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assisted_cases",
        verbose_name=_("协办单位"),
    )
    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, related_name="cases", verbose_name=_("机构")
    )
    institution_name = models.CharField(_("立案时名称"), max_length=200)
    party = models.CharField(
        _("当事人类别"), max_length=12, choices=PartyKind, default=PartyKind.ORGANISATION
    )
    person_name = models.CharField(_("当事人姓名"), max_length=60, blank=True, default="")
    person_post = models.CharField(_("当事人职务"), max_length=60, blank=True, default="")
    matter = models.ForeignKey(
        "agencies.Matter", models.PROTECT, related_name="cases", verbose_name=_("涉嫌违法事项")
    )
    matter_code = models.CharField(_("事项编号"), max_length=10)
    source = models.CharField(_("案件来源"), max_length=12, choices=Source)
    origin_ref = models.CharField(max_length=80, blank=True, default="")
    real_name = models.BooleanField(_("实名举报"), default=False)
    found_on = models.DateField(_("发现或者收到线索日期"))
    act_on = models.DateField(_("行为日期"))
    act_ended_on = models.DateField(_("行为终了日期"), null=True, blank=True)
    act_place = models.CharField(_("行为地点"), max_length=200, blank=True, default="")
    report_numbers = ArrayField(
        models.CharField(max_length=80), verbose_name=_("涉及报告编号"), default=list, blank=True
    )
    facts = models.TextField(_("案情"), max_length=8000)
    harm = models.BooleanField(_("造成环境污染、生态破坏等危害后果"), default=False)
    severe = models.BooleanField(_("情节严重"), default=False)
    is_complex = models.BooleanField(_("情节复杂、疑难，涉及多个法律关系"), default=False)
    public_interest = models.BooleanField(_("涉及重大公共利益"), default=False)
    fee = _yuan(_("检测费用(元)"), null=True, blank=True)
    illegal_gain = _yuan(_("违法所得(元)"), null=True, blank=True)
    ordered_on = models.DateField(_("责令改正日期"), null=True, blank=True)
    not_corrected_on = models.DateField(_("复查未改正日期"), null=True, blank=True)
    handler = models.ForeignKey(
        "agencies.Post", models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    state = models.CharField(
        _("阶段"), max_length=14, choices=CaseState, default=CaseState.VERIFYING, editable=False
    )
    report = models.TextField(_("调查终结报告"), max_length=8000, blank=True, default="")
    proposed_outcome = models.CharField(
        _("拟处理意见"), max_length=15, choices=Outcome, blank=True, default=""
    )
    proposed_fine = _yuan(_("拟罚款(元)"), default=0)
    proposed_confiscation = _yuan(_("拟没收(元)"), default=0)
    proposed_kinds = ArrayField(
        models.CharField(max_length=12, choices=PenaltyKind),
        verbose_name=_("拟处罚种类"),
        default=list,
        blank=True,
    )
    factors = ArrayField(
        models.CharField(max_length=15, choices=Factor),
        verbose_name=_("裁量情节"),
        default=list,
        blank=True,
    )
    discretion_reason = models.TextField(_("裁量理由"), max_length=4000, blank=True, default="")
    reviewed_by = models.ForeignKey(
        "agencies.User", models.PROTECT, null=True, related_name="+", editable=False
    )
    legal_reviewed_by = models.ForeignKey(
        "agencies.User", models.PROTECT, null=True, related_name="+", editable=False
    )
    dispute_open = models.BooleanField(default=False, editable=False)
    opened_on = models.DateField(_("立案日期"), null=True, editable=False)
    noticed_on = models.DateField(_("告知日期"), null=True, editable=False)
    heard_on = models.DateField(_("听证日期"), null=True, editable=False)
    decided_on = models.DateField(_("决定日期"), null=True, editable=False)
    closed_on = models.DateField(_("结案日期"), null=True, editable=False)
    outcome = models.CharField(
        _("处理结果"), max_length=15, choices=Outcome, blank=True, default="", editable=False
    )
    fine = _yuan(_("罚款(元)"), null=True, editable=False)
    registered_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-found_on", "-pk"]
        verbose_name = _("行政处罚案件")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "origin_ref", "matter_code"],
                condition=~Q(origin_ref=""),
                name="one_case_of_an_origin_and_matter",
                violation_error_message=_("该来源的同一事项已经建立案件。"),
            ),
            models.CheckConstraint(
                condition=~Q(party=PartyKind.PERSON) | ~Q(person_name=""),
                name="a_person_case_names_the_person",
                violation_error_message=_("当事人为个人的，请填写姓名。"),
            ),
            models.CheckConstraint(
                condition=Q(act_on__lte=F("found_on")),
                name="an_act_is_found_after_it_was_done",
                violation_error_message=_("行为日期不能晚于发现日期。"),
            ),
        ]
        indexes = [
            # With what doors and filters ask: a page and its count read no row of the table.
            models.Index(
                fields=["-found_on", "-id"],
                name="case_listed",
                include=[
                    "agency",
                    "handler",
                    "assisting",
                    "procedure",
                    "region_path",
                    "state",
                    "source",
                    "outcome",
                ],
            ),
            models.Index(
                fields=["outcome", "-found_on", "-id"],
                name="case_by_outcome",
                condition=~Q(outcome=""),
            ),
            models.Index(fields=["source", "-found_on", "-id"], name="case_by_source"),
            bigram_index(Searchable("number", "institution_name"), name="case_by_words"),
            models.Index(fields=["agency", "-found_on", "-id"], name="case_of_agency"),
            models.Index(fields=["state", "-found_on", "-id"], name="case_by_state"),
            models.Index(fields=["institution", "-found_on"], name="case_of_institution"),
            models.Index(
                fields=["region_path", "procedure", "-found_on"],
                name="case_of_region",
                opclasses=["varchar_pattern_ops", "varchar_ops", "date_ops"],
            ),
            GinIndex(fields=["report_numbers"], name="case_by_report"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("case_detail", args=[self.pk])


class PartQuerySet(models.QuerySet[Any]):
    """Parts of a case are seen by whoever sees the whole case."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(case__in=Case.objects.visible_to(actor))


class Handling(models.Model):
    """That a post had a case in hand: kept when the case passes on, so that the person never
    reviews or decides what it handled (行政处罚法 art. 58)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="handlings")
    post = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    since = models.DateTimeField(_("自"))

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "post"], name="a_handling_is_kept_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.post_id}"


class InvestigatorQuerySet(PartQuerySet):
    def of_user(self, user_id: int | None) -> Self:
        """Where a person investigates now."""
        return self.filter(inspector__user_id=user_id or 0, ended_on=None)

    def of_post(self, actor: Actor) -> Self:
        """Where the actor investigates now as an inspector of the agency it acts for."""
        return self.of_user(actor.user_id).filter(inspector__agency_id=actor.agency_id or 0)


class Investigator(models.Model):
    """办案人员: an inspector with a valid certificate on a case, principal or second."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="investigators")
    inspector = models.ForeignKey("agencies.Inspector", models.PROTECT, related_name="+")
    principal = models.BooleanField(_("主办"), default=False)
    from_on = models.DateField(_("自"))
    ended_on = models.DateField(_("至"), null=True)
    end_reason = models.CharField(_("更换或者回避理由"), max_length=500, blank=True, default="")
    recused = models.BooleanField(_("已回避"), default=False)

    objects = InvestigatorQuerySet.as_manager()

    class Meta:
        ordering = ["-principal", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "inspector"],
                condition=Q(ended_on=None),
                name="an_investigator_stands_once_on_a_case",
                violation_error_message=_("该人员已是本案办案人员。"),
            )
        ]

    def __str__(self) -> str:
        return self.inspector.name
