"""Visits, their teams and the part of each bureau."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.plans.models import CheckItem
from inspections.visits.choices import (
    ANNOUNCED_STATES,
    SIGNED_STATES,
    Outcome,
    VisitKind,
    VisitState,
)
from inspections.visits.rules import printed_name
from institutions.models import Presence
from portal.access import Actor, AgencyKind, Role
from portal.clocks import today
from portal.lists.search import Searchable, bigram_index

NONE = Q(pk__in=[])


def below(actor: Actor, prefix: str = "") -> Q:
    """Visits at a place in the actor's region or below it."""
    path = f"{prefix}region_path"
    return Q(**{path: actor.region}) | Q(**{f"{path}__startswith": f"{actor.region}/"})


def whole(actor: Actor, prefix: str = "") -> Q:
    """Visits that an actor sees with everything in them (visibility.md, row visit).

    Both bureaus of a joint visit, the one bureau of another, the other bureau of the district
    when the visit is joint; the enforcement team whose people are on it; city bureaus and the
    auditor their subtree.
    """
    if actor.is_job:
        return ~NONE
    if not actor.reads_business or not actor.agency_id or not actor.region:
        return NONE
    p = prefix
    own = Q(**{f"{p}initiating": actor.agency_id}) | Q(**{f"{p}cooperating": actor.agency_id})
    if actor.agency_kind == AgencyKind.ENFORCEMENT_TEAM:
        own |= Q(**{f"{p}teams__contains": [actor.agency_id]})
    if actor.is_bureau:
        superior = below(actor, p) & ~Q(**{f"{p}region_path": actor.region})
        joint = Q(**{f"{p}region_path": actor.region, f"{p}cooperating__isnull": False})
        return own | superior | joint
    return own | below(actor, p) if actor.has(Role.AUDITOR) else own


def of_institution(actor: Actor, prefix: str = "", states: tuple[str, ...] = SIGNED_STATES) -> Q:
    """What the institution itself sees of the visits to it, in these states."""
    if actor.institution_id is None:
        return NONE
    return Q(**{f"{prefix}institution": actor.institution_id, f"{prefix}state__in": states})


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, actor: Actor) -> Self:
        """Every visit of which the actor sees at least the head.

        Besides those seen whole: the other bureau of the district, bureaus in whose scope the
        institution lies once there is a result, the institution from notice or arrival on.
        """
        if actor.reads_business and actor.is_bureau and actor.region:
            here = Presence.objects.within(actor.region).on(today()).values("institution")
            own = Q(initiating=actor.agency_id) | Q(cooperating=actor.agency_id)
            scope = Q(state__in=SIGNED_STATES, institution__in=here)
            return self.filter(own | below(actor) | scope)
        return self.filter(whole(actor) | of_institution(actor, states=ANNOUNCED_STATES))

    def visible_inside(self, actor: Actor) -> Self:
        """Those that the actor sees with item results, findings and evidence."""
        return self.filter(whole(actor) | of_institution(actor))

    def of_bureau(self, agency_id: int | None) -> Self:
        return self.filter(Q(initiating=agency_id) | Q(cooperating=agency_id))


class Visit(models.Model):
    """检查: one inspection of one institution, from its assignment to the closed file.

    ``batch`` is null for visits that no draw made. ``region_path`` is the place of the visit,
    ``institution_name`` the name of that day: earlier papers keep it (EV1). ``teams`` holds the
    agencies whose inspectors are on it, kept by the services for the door to its rows;
    ``results_by`` the users who entered or handed in results, none of whom reviews them.
    """

    batch = models.ForeignKey(
        "inspections.Batch",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("批次"),
    )
    draw_ref = models.CharField(_("抽取记录"), max_length=60, blank=True, default="")
    source_ref = models.CharField(
        max_length=60, blank=True, default="", help_text="What caused a visit that was not drawn."
    )
    kind = models.CharField(_("检查类别"), max_length=20, choices=VisitKind)
    institution = models.ForeignKey(
        "institutions.Institution",
        models.PROTECT,
        related_name="visits",
        verbose_name=_("被检查机构"),
    )
    institution_name = models.CharField(_("检查时名称"), max_length=200, editable=False)
    site = models.ForeignKey(
        "institutions.Site",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("检查场所"),
    )
    region_path = models.CharField(max_length=40, editable=False)
    initiating = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="visits", verbose_name=_("发起部门")
    )
    cooperating = models.ForeignKey(
        "agencies.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visits_supported",
        verbose_name=_("配合部门"),
    )
    teams = ArrayField(models.BigIntegerField(), default=list, editable=False)
    items: models.ManyToManyField[CheckItem, VisitItem] = models.ManyToManyField(
        CheckItem, through="VisitItem", related_name="visits", verbose_name=_("抽查事项")
    )
    purpose = models.CharField(_("检查目的"), max_length=300)
    planned_from = models.DateField(_("计划检查日期自"))
    planned_to = models.DateField(_("计划检查日期至"))
    state = models.CharField(
        _("状态"), max_length=12, choices=VisitState, default=VisitState.PLANNED, editable=False
    )
    submission = models.PositiveSmallIntegerField(default=0, editable=False)
    noticed_on = models.DateField(_("通知日期"), null=True, editable=False)
    unannounced_reason = models.CharField(
        _("不预先通知的理由"), max_length=500, blank=True, default="", editable=False
    )
    inspection_code = models.CharField(_("检查码"), max_length=40, blank=True, default="")
    opened_at = models.DateTimeField(_("到场时间"), null=True, editable=False)
    credentials_shown = models.BooleanField(_("已出示执法证件"), default=True, editable=False)
    place = models.CharField(_("到场地点"), max_length=200, blank=True, default="")
    ended_at = models.DateTimeField(_("现场检查结束时间"), null=True, editable=False)
    results_by = ArrayField(models.BigIntegerField(), default=list, editable=False)
    outcome = models.CharField(
        _("现场情况"), max_length=2, choices=Outcome, blank=True, default="", editable=False
    )
    closed_at = models.DateTimeField(_("办结时间"), null=True, editable=False)
    cancel_reason = models.CharField(
        _("取消理由"), max_length=500, blank=True, default="", editable=False
    )
    is_historical = models.BooleanField(_("历史数据"), default=False, editable=False)
    created_at = models.DateTimeField(_("建立时间"), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_from", "-pk"]
        verbose_name = _("检查")
        indexes = [
            # With what doors and filters ask: a page and its count read no row of the table.
            models.Index(
                fields=["planned_from", "id"],
                name="visit_listed",
                include=[
                    "initiating",
                    "cooperating",
                    "region_path",
                    "state",
                    "kind",
                    "institution",
                ],
            ),
            models.Index(fields=["kind", "planned_from", "id"], name="visit_by_kind"),
            bigram_index(Searchable("institution_name", "inspection_code"), name="visit_by_words"),
            models.Index(fields=["state", "planned_from", "id"], name="visit_by_state"),
            models.Index(fields=["institution", "planned_from"], name="visit_of_institution"),
            GinIndex(fields=["teams"], name="visit_by_team"),
            models.Index(
                fields=["region_path", "planned_from", "id"],
                name="visit_by_region",
                opclasses=["varchar_pattern_ops", "date_ops", "int8_ops"],
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "institution"],
                condition=~Q(state=VisitState.CANCELLED),
                name="one_visit_per_institution_in_a_batch",
                violation_error_message=_("该机构在本批次中已有检查任务。"),
            ),
            models.CheckConstraint(
                condition=Q(planned_to__gte=F("planned_from")),
                name="visit_ends_after_it_begins",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
            models.CheckConstraint(
                condition=Q(cooperating=None) | ~Q(cooperating=F("initiating")),
                name="two_bureaus_make_a_joint_visit",
                violation_error_message=_("配合部门不能与发起部门相同。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_name} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("visit_detail", args=[self.pk])

    @property
    def is_joint(self) -> bool:
        return self.cooperating_id is not None

    @property
    def bureau_ids(self) -> list[int]:
        """Keys of the bureaus that make the visit, the initiating one first."""
        return [pk for pk in (self.initiating_id, self.cooperating_id) if pk is not None]

    @property
    def printed_name(self) -> str:
        """The institution as papers made from now on name it (EV1)."""
        return printed_name(self.institution_name, self.institution.name)


class VisitItem(models.Model):
    """A check item that the visit covers."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="visit_items")
    item = models.ForeignKey(CheckItem, models.PROTECT, related_name="visit_items")

    class Meta:
        ordering = ["item__code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "item"], name="an_item_once_on_a_visit")
        ]

    def __str__(self) -> str:
        return str(self.item)


class BureauPart(models.Model):
    """One bureau's part of a visit: its leader's approval, and its closing (IS9)."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="parts")
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="visit_parts", verbose_name=_("单位")
    )
    order = models.PositiveSmallIntegerField(default=1)
    approved_at = models.DateTimeField(_("批准时间"), null=True)
    approved_by = models.ForeignKey(
        "agencies.Post", models.PROTECT, null=True, related_name="+", verbose_name=_("批准人")
    )
    approval_signature = models.CharField(_("签名"), max_length=130, blank=True, default="")
    approval_opinion = models.CharField(_("意见"), max_length=300, blank=True, default="")
    closed_at = models.DateTimeField(_("办结时间"), null=True)
    closed_by = models.ForeignKey(
        "agencies.Post", models.PROTECT, null=True, related_name="+", verbose_name=_("办结人")
    )

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "agency"], name="one_part_per_bureau")
        ]

    def __str__(self) -> str:
        return str(self.agency)


class MemberQuerySet(models.QuerySet["VisitMember"]):
    def visible_to(self, actor: Actor) -> Self:
        """As the inside of the visit; never to the institution, which sees the record."""
        return self.filter(whole(actor, "visit__"))

    def present(self) -> Self:
        """Those who were not replaced."""
        return self.filter(left_at=None)


class VisitMember(models.Model):
    """A seat of the team: an inspector for one of the bureaus, or an expert who assists.

    Names and certificate numbers are those of the day of the assignment.
    """

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="members")
    bureau = models.ForeignKey(
        "agencies.Agency",
        models.PROTECT,
        related_name="visit_members",
        verbose_name=_("所属一方"),
        help_text="The bureau acted for: the enforcement team acts for its ecology bureau.",
    )
    inspector = models.ForeignKey(
        "agencies.Inspector", models.PROTECT, null=True, related_name="visit_members"
    )
    expert = models.ForeignKey(
        "agencies.Expert", models.PROTECT, null=True, related_name="visit_members"
    )
    slot = models.CharField(_("席位"), max_length=20)
    name = models.CharField(_("姓名"), max_length=60)
    certificate_number = models.CharField(_("执法证号"), max_length=20, blank=True, default="")
    recused_reason = models.CharField(_("回避理由"), max_length=500, blank=True, default="")
    left_at = models.DateTimeField(_("更换时间"), null=True)
    left_reason = models.CharField(_("更换理由"), max_length=500, blank=True, default="")
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replaces", verbose_name=_("更换为")
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(inspector=None) ^ Q(expert=None),
                name="a_member_is_an_inspector_or_an_expert",
                violation_error_message=_("检查组成员应为检查人员或专家。"),
            ),
            models.UniqueConstraint(
                fields=["visit", "inspector"],
                condition=Q(left_at=None, inspector__isnull=False),
                name="an_inspector_once_on_a_visit",
                violation_error_message=_("该检查人员已在检查组中。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
