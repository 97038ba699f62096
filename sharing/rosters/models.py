"""Periods, each agency's roster in them, its versions, rows, and the drafts on the way."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.access import Actor, Role, within
from sharing.rosters.choices import (
    OPEN_STATES,
    CommissionKind,
    Medium,
    PeriodKind,
    Procurement,
    RosterState,
    VersionKind,
    media_words,
)

# The workbook's columns that a row keeps; the first three of the thirty stand with the version.
ROW_FIELDS = (
    "institution_name",
    "uscc",
    "certificate_number",
    "certificate_valid_to",
    "filing_number",
    "registered_address",
    "laboratory_address",
    "media",
    "project_name",
    "factors",
    "commission_kind",
    "procurement",
    "contract_number",
    "contract_from",
    "contract_to",
    "contract_amount",
    "task_count",
    "monitored_object",
    "in_double_random",
    "performance",
    "problems",
    "contact_name",
    "contact_phone",
    "filled_by",
    "reviewed_by",
    "reported_on",
    "remarks",
)
# A change of one of these makes a row "changed" against the last period.
COMPARED_FIELDS = tuple(
    name for name in ROW_FIELDS if name not in {"filled_by", "reviewed_by", "reported_on"}
)


class PeriodQuerySet(models.QuerySet["Period"]):
    def visible_to(self, actor: Actor) -> Self:
        """Periods are the same for everyone."""
        return self


class Period(models.Model):
    """报送周期: `2026-Y` the whole year 2026, due 2027-01-31; `2026-H1`, due 2026-06-30."""

    code = models.CharField(_("报送周期"), max_length=8, unique=True)
    kind = models.CharField(_("周期"), max_length=2, choices=PeriodKind)
    year = models.PositiveSmallIntegerField(_("报送年度"))
    covers_from = models.DateField(_("起始日"))
    covers_to = models.DateField(_("数据截止日"))
    due_on = models.DateField(_("报送截止日"))
    opened_at = models.DateTimeField(editable=False)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-due_on", "pk"]
        verbose_name = _("报送周期")

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("roster_board", args=[self.code])


class RosterQuerySet(models.QuerySet["Roster"]):
    def visible_to(self, actor: Actor) -> Self:
        """The reporter's own; market, ecology and audit those of their region and below."""
        if not actor.reads_business:
            return self.none()
        own = Q(agency_id=actor.agency_id)
        if not (actor.is_bureau or actor.has(Role.AUDITOR)):
            return self.filter(own)
        return self.filter(own | within(actor.region))

    def waiting(self) -> Self:
        """Not received yet: open, or with a first version that its chief has not signed."""
        unsigned = Q(state=RosterState.SIGNING, current__isnull=True)
        return self.filter(Q(state__in=OPEN_STATES) | unsigned)


class Roster(models.Model):
    """What one agency reports for one period, through all its versions."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="rosters")
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="rosters", verbose_name=_("填报部门")
    )
    receiver = models.ForeignKey(
        "agencies.Agency",
        models.PROTECT,
        related_name="received_rosters",
        verbose_name=_("接收部门"),
    )
    state = models.CharField(
        _("状态"), max_length=10, choices=RosterState, default=RosterState.AWAITING, editable=False
    )
    current = models.ForeignKey(
        "sharing.RosterVersion",
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("现行版本"),
    )

    objects = RosterQuerySet.as_manager()

    class Meta:
        ordering = ["-period__due_on", "agency__region__path", "agency__kind", "pk"]
        verbose_name = _("机构名单")
        constraints = [
            models.UniqueConstraint(
                fields=["period", "agency"],
                name="one_roster_per_agency_and_period",
                violation_error_message=_("该部门在本周期已有名单。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.period.code} {self.agency}"

    def get_absolute_url(self) -> str:
        return reverse("roster_detail", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        """As `waiting`: nothing is received, or it was sent back."""
        unsigned = self.state == RosterState.SIGNING and self.current_id is None
        return self.state in OPEN_STATES or unsigned


class RosterVersionQuerySet(models.QuerySet["RosterVersion"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(roster__in=Roster.objects.visible_to(actor))


class RosterVersion(models.Model):
    """One handing-in: its file, rows and receipt. It is never changed."""

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    kind = models.CharField(_("报送类型"), max_length=15, choices=VersionKind)
    is_nil = models.BooleanField(_("零报告"), default=False)
    file = models.ForeignKey("portal.StoredFile", models.PROTECT, null=True, related_name="+")
    scan = models.ForeignKey(
        "portal.StoredFile",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("纸质名单扫描件"),
    )
    row_count = models.PositiveIntegerField(_("行数"), default=0)
    reason = models.TextField(_("理由"), blank=True, default="")
    receipt = models.CharField(_("回执编号"), max_length=60, unique=True)
    submitted_at = models.DateTimeField(_("报送时间"))
    submitted_by = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(_("签核时间"), null=True)
    signed_by = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")

    objects = RosterVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("名单版本")
        constraints = [
            models.UniqueConstraint(fields=["roster", "number"], name="versions_are_numbered"),
            models.CheckConstraint(
                condition=Q(is_nil=True) | Q(row_count__gt=0),
                name="a_version_has_rows_or_is_nil",
            ),
        ]

    def __str__(self) -> str:
        return self.receipt

    def get_absolute_url(self) -> str:
        return reverse("roster_version", args=[self.pk])


class RosterRowQuerySet(models.QuerySet["RosterRow"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(version__roster__in=Roster.objects.visible_to(actor))

    def in_force(self) -> Self:
        """Rows of the version that counts, unless the receiver has sent the roster back."""
        counting = self.filter(version=F("version__roster__current"))
        return counting.exclude(version__roster__state__in=OPEN_STATES)


class RosterRow(models.Model):
    """One employment: an institution, for what, in which media, under which contract."""

    version = models.ForeignKey(RosterVersion, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("行号"))
    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, null=True, related_name="roster_rows"
    )
    institution_name = models.CharField(_("机构名称"), max_length=200)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, db_index=True)
    certificate_number = models.CharField(_("CMA证书编号"), max_length=12)
    certificate_valid_to = models.DateField(_("证书有效期至"), null=True)
    filing_number = models.CharField(_("备案编号"), max_length=60, blank=True, default="")
    registered_address = models.CharField(_("注册地"), max_length=200, blank=True, default="")
    laboratory_address = models.CharField(_("实验室地址"), max_length=200, blank=True, default="")
    media = ArrayField(
        models.CharField(max_length=20, choices=Medium), verbose_name=_("监测项目类别")
    )
    project_name = models.CharField(_("项目名称"), max_length=200)
    factors = models.CharField(_("具体因子"), max_length=500, blank=True, default="")
    commission_kind = models.CharField(_("委托性质"), max_length=12, choices=CommissionKind)
    procurement = models.CharField(
        _("采购方式"), max_length=15, choices=Procurement, blank=True, default=""
    )
    contract_number = models.CharField(_("合同编号"), max_length=100, blank=True, default="")
    contract_from = models.DateField(_("合同起始日"), null=True)
    contract_to = models.DateField(_("合同终止日"), null=True)
    contract_amount = models.DecimalField(
        _("合同金额(元)"), max_digits=14, decimal_places=2, null=True
    )
    task_count = models.PositiveIntegerField(_("任务数/报告数"), null=True)
    monitored_object = models.CharField(_("监测对象/区域"), max_length=300, blank=True, default="")
    in_double_random = models.BooleanField(_("是否纳入双随机"))
    performance = models.CharField(_("履约评价"), max_length=200, blank=True, default="")
    problems = models.CharField(_("发现问题或线索"), max_length=1000, blank=True, default="")
    contact_name = models.CharField(_("部门联系人"), max_length=60)
    contact_phone = models.CharField(_("联系电话"), max_length=40)
    filled_by = models.CharField(_("填报人"), max_length=60, blank=True, default="")
    reviewed_by = models.CharField(_("审核人"), max_length=60, blank=True, default="")
    reported_on = models.DateField(_("报送日期"), null=True)
    remarks = models.CharField(_("备注"), max_length=500, blank=True, default="")
    confirmations = models.JSONField(
        default=list, help_text="[{cell, code, reason}] of outliers that the reporter confirmed."
    )

    objects = RosterRowQuerySet.as_manager()

    class Meta:
        ordering = ["version", "number"]
        verbose_name = _("名单行")
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="rows_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.institution_name} {self.project_name}"

    @property
    def media_words(self) -> str:
        return media_words(self.media)


class RosterDraftQuerySet(models.QuerySet["RosterDraft"]):
    def visible_to(self, actor: Actor) -> Self:
        """A draft is its maker's own, until it is handed in."""
        return self.filter(made_by_id=actor.post_id)


class RosterDraft(models.Model):
    """An uploaded workbook with what the check said, kept until it is handed in."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="drafts")
    made_by = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    file = models.ForeignKey("portal.StoredFile", models.PROTECT, related_name="+")
    scan = models.ForeignKey("portal.StoredFile", models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField()
    base_version = models.PositiveSmallIntegerField(
        default=0, help_text="Number of the version in force when this was checked."
    )
    row_count = models.PositiveIntegerField(default=0)
    issues = models.JSONField(default=list)
    confirmations = models.JSONField(default=list)
    difference = models.JSONField(default=dict)

    objects = RosterDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-checked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "made_by"], name="one_draft_per_maker")
        ]

    def __str__(self) -> str:
        return f"{self.roster} {self.checked_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("roster_draft", args=[self.pk])

    def blocking(self) -> list[dict[str, Any]]:
        """Issues that still stop the roster: all but notes and confirmed outliers."""
        return [each for each in self.issues if each["open"]]
