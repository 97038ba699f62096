"""The pool of a batch, its quotas, an institution's cap, and what plans put on desks."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.models import Region
from agencies.people.choices import Speciality
from inspections.plans import rules
from inspections.plans.choices import Exclusion, PlanKind, PlanState, StratumName
from inspections.plans.models import Batch, Plan
from inspections.plans.permissions import MAKERS
from institutions.models import Institution, Standing
from institutions.registry.choices import InstitutionKind, StandingKind
from institutions.registry.permissions import can_see_inside
from portal.access import Actor, Level, Role
from portal.clocks import today as present_day
from portal.desk import Hit, WorkItem
from portal.law.models import DeadlineRule, LawParameter
from portal.law.selectors import amount_on

PUBLICATION_RULE = "P01"
FIRST_GRADE = rules.GRADES[0]
# Of the registry's standings, those that the pool is made of.
READ = (
    StandingKind.GRADE,
    StandingKind.MEDIA,
    StandingKind.OPEN_CHECK,
    StandingKind.PLANNED,
    StandingKind.RISK_WEIGHT,
    StandingKind.ROSTER,
    StandingKind.VISIT,
)


# --- What the law sets ------------------------------------------------------------------------


def default_strata(day: dt.date) -> list[tuple[str, int, int]]:
    """(name, ratio in basis points, floor) of the four grades and the ungraded, on a day.

    Refused when a ratio is not in the law's data.
    """
    ratios = {grade: _bp(amount_on(f"sampling.ratio.{grade}", day)) for grade in rules.GRADES}
    ratios[rules.UNGRADED] = ratios[rules.GRADE_OF_THE_UNGRADED]
    return [(name, ratio, 1 if ratio else 0) for name, ratio in ratios.items()]


def _bp(percent: Decimal) -> int:
    return int(percent * rules.BP_OF_A_PERCENT)


def caps_on(day: dt.date) -> rules.Caps:
    """The caps in force on a day; a grade without a row of its own has the general one alone."""
    rows = LawParameter.objects.in_force(day).filter(code__startswith="inspection.cap.")
    known = {row.code: int(row.value) for row in rows.order_by("version") if row.value is not None}
    by_grade = {
        grade: rules.Cap(
            known[f"inspection.cap.{grade}"], known.get(f"inspection.cap.{grade}.years", 1)
        )
        for grade in rules.GRADES
        if f"inspection.cap.{grade}" in known
    }
    return rules.Caps(rules.Cap(int(amount_on("inspection.cap", day))), by_grade)


def publication_due(plan: Plan) -> dt.date | None:
    """Until when a yearly plan must be public: 31 March (rule P01); none for special plans."""
    return due_of_year(plan.year) if plan.kind == PlanKind.YEARLY else None


def due_of_year(year: int) -> dt.date | None:
    """The rule's date in a year, or None where the law's data has no such rule."""
    rule = DeadlineRule.objects.current(PUBLICATION_RULE, dt.date(year, 1, 1))
    if rule is None or not (rule.fixed_month and rule.fixed_day):
        return None
    return dt.date(year, rule.fixed_month, rule.fixed_day)


# --- The pool ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """An institution in a batch's scope; in the pool unless ``excluded_reason`` (an Exclusion)."""

    institution: Institution
    stratum: str
    weight: int
    excluded_reason: str = ""

    @property
    def is_in_pool(self) -> bool:
        return not self.excluded_reason

    @property
    def reason(self) -> str:
        """The reason in words."""
        return str(Exclusion(self.excluded_reason).label) if self.excluded_reason else ""


@dataclass(slots=True)
class Stated:
    """What upper rooms stated about one institution, as of a day."""

    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    visit_years: list[int] = field(default_factory=list)

    @property
    def media(self) -> set[str]:
        return {each for value in self.values[StandingKind.MEDIA] for each in value.split(",")}


def candidates(batch: Batch, actor: Actor, *, day: dt.date | None = None) -> list[Candidate]:
    """Everybody in the batch's scope, by credit code, as of ``day`` (the present one).

    The scope is who is present in the plan's region or the batch's districts, narrowed by its
    kinds, media and roster mark, of a grade that has a stratum. Five queries; nothing when the
    actor may not see the batch whole.
    """
    if not Batch.objects.visible_to(actor).visible_inside(actor).filter(pk=batch.pk).exists():
        return []
    day = day or present_day()
    strata = set(batch.strata.values_list("name", flat=True))
    caps = caps_on(day)
    said = _stated(batch, actor, day)
    found = []
    for institution in _in_scope(batch, actor, day).order_by("uscc"):
        stated = said.get(institution.pk, Stated())
        stratum = rules.stratum_of(stated.values[StandingKind.GRADE], strata)
        if stratum and _fits(batch, stated):
            found.append(_candidate(institution, stratum, stated, caps, batch.plan.year))
    return found


def _in_scope(batch: Batch, actor: Actor, day: dt.date) -> Any:
    region = batch.plan.region
    rows = Institution.objects.visible_to(actor).current()
    if batch.regions:  # districts below a city's plan
        present = (rows.present_in(path, day, lowest=True) for path in batch.regions)
        rows = rows.filter(reduce(or_, (Q(pk__in=each.values("pk")) for each in present)))
    else:
        rows = rows.present_in(region.path, day, lowest=region.level == Level.DISTRICT)
    return rows.filter(kind__in=batch.kinds) if batch.kinds else rows


def _stated(batch: Batch, actor: Actor, day: dt.date) -> dict[int, Stated]:
    """What holds on the day, and the years of visits, by institution.

    Visits count from their own day on without an end: which years count is the caps' affair.
    """
    inside = _in_scope(batch, actor, day).values("pk")
    rows = _standings(day).filter(institution__in=inside)
    return _by_institution(rows.values_list("institution_id", "kind", "value", "from_on"))


def _standings(day: dt.date) -> Any:
    holds = Q(to_on__isnull=True) | Q(to_on__gte=day) | Q(kind=StandingKind.VISIT)
    return Standing.objects.filter(holds, kind__in=READ, from_on__lte=day)


def _by_institution(rows: Iterable[tuple[int, str, str, dt.date]]) -> dict[int, Stated]:
    found: dict[int, Stated] = defaultdict(Stated)
    for pk, kind, value, from_on in rows:
        if kind == StandingKind.VISIT:
            found[pk].visit_years.append(from_on.year)
        else:
            found[pk].values[kind].append(value)
    return found


def _fits(batch: Batch, stated: Stated) -> bool:
    if batch.on_roster and not stated.values[StandingKind.ROSTER]:
        return False
    return not batch.media or not stated.media.isdisjoint(batch.media)


def _candidate(
    institution: Institution, stratum: str, stated: Stated, caps: rules.Caps, year: int
) -> Candidate:
    grade = rules.strictest(stated.values[StandingKind.GRADE])
    on_their_way = map(int, stated.values[StandingKind.PLANNED])  # none is drawn twice
    reason = rules.exclusion(
        institution.status,
        open_checks=len(stated.values[StandingKind.OPEN_CHECK]),
        cap_reached=caps.reached(grade, [*stated.visit_years, *on_their_way], year),
    )
    weight = rules.weight_of(stated.values[StandingKind.RISK_WEIGHT])
    return Candidate(institution, stratum, weight, reason)


# --- What a batch would draw ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StratumPreview:
    """One stratum: how many there are, how many are out, how many would be drawn."""

    label: str
    ratio_bp: int
    floor: int
    in_scope: int
    in_pool: int
    quota: int

    @property
    def percent(self) -> str:
        return rules.percent(self.ratio_bp)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draw would take as of a day, and whom it would leave out."""

    strata: list[StratumPreview]
    excluded: list[Candidate]
    reasons: list[tuple[str, int]]
    in_pool: int
    quota: int


def preview(batch: Batch, actor: Actor, *, day: dt.date) -> Preview:
    """Candidates and quota of each stratum as of a day; the freeze of the draw counts anew."""
    found = candidates(batch, actor, day=day)
    scope = Counter(each.stratum for each in found)
    pool = Counter(each.stratum for each in found if each.is_in_pool)
    strata = [
        StratumPreview(
            str(row.get_name_display()),
            row.ratio_bp,
            row.floor,
            scope[row.name],
            pool[row.name],
            rules.quota(pool[row.name], row.ratio_bp, row.floor),
        )
        for row in batch.strata.all()
    ]
    excluded = [each for each in found if not each.is_in_pool]
    reasons = Counter(each.reason for each in excluded)
    return Preview(
        strata=strata,
        excluded=excluded,
        reasons=reasons.most_common(),
        in_pool=pool.total(),
        quota=sum(each.quota for each in strata),
    )


# --- Pages ------------------------------------------------------------------------------------


def waiting_for(plan: Plan) -> list[str]:
    """The bureaus whose leader has not decided on this submission."""
    if plan.state != PlanState.SUBMITTED:
        return []
    given = plan.approvals.filter(submission=plan.submission)
    missing = rules.still_to_approve(
        plan.bureau_ids, set(given.values_list("agency_id", flat=True))
    )
    parties = [plan.initiating, plan.cooperating]
    return [str(agency) for agency in parties if agency is not None and agency.pk in missing]


def batches_of(plan: Plan) -> list[tuple[Batch, list[tuple[str, Any]]]]:
    """The batches of a plan, each with its scope in words."""
    rows = plan.batches.select_related("plan__region").prefetch_related("strata", "slots")
    return [(batch, scope_of(batch)) for batch in rows]


def scope_of(batch: Batch) -> list[tuple[str, Any]]:
    """What a batch reaches, in words."""
    every = _("不限")
    kinds = [str(InstitutionKind(each).label) for each in batch.kinds]
    media = [str(Speciality(each).label) for each in batch.media]
    spoken = [date_format(day, "DATE_FORMAT") for day in (batch.starts_on, batch.ends_on)]
    days = dict(zip(("from", "to"), spoken, strict=True))
    districts = _("、").join(map(str, Region.objects.filter(path__in=batch.regions)))
    return [
        (_("行政区划"), districts or batch.plan.region),
        (_("检查期间"), _("%(from)s 至 %(to)s") % days),
        (_("机构类别"), _("、").join(kinds) or every),
        (_("监测类别"), _("、").join(media) or every),
        (_("名单要求"), _("仅限报送名单中的机构") if batch.on_roster else every),
    ]


def cap_lines(day: dt.date) -> list[tuple[str, str]]:
    """The caps in force in words: for every institution, then for each grade."""
    caps = caps_on(day)
    lines = [(_("每家机构"), cap_words(caps.general))]
    return lines + [
        (str(StratumName(grade).label), cap_words(cap)) for grade, cap in caps.by_grade.items()
    ]


def cap_words(cap: rules.Cap) -> str:
    words = {"visits": cap.visits, "years": cap.years}
    if cap.years == 1:
        return _("每年不超过 %(visits)s 次") % words
    return _("每 %(years)s 年不超过 %(visits)s 次") % words


# --- The institution's page -------------------------------------------------------------------


def cap_panel(institution: Institution, actor: Actor) -> tuple[str, Mapping[str, Any]] | None:
    """How often the institution was inspected this year, city-wide, against its cap (IS4)."""
    if not (can_see_inside(actor, institution) or actor.institution_id == institution.pk):
        return None
    day = present_day()
    if LawParameter.objects.current("inspection.cap", day) is None:
        return None
    rows = _standings(day).filter(institution=institution)
    said = _by_institution(rows.values_list("institution_id", "kind", "value", "from_on"))
    stated = said.get(institution.pk, Stated())
    grade = rules.strictest(stated.values[StandingKind.GRADE])
    bounds = [
        (cap, sum(day.year - cap.years < year <= day.year for year in stated.visit_years))
        for cap in caps_on(day).of(grade)
    ]
    context = {
        "year": day.year,
        "grade": str(StratumName(grade or rules.UNGRADED).label),
        "visits": stated.visit_years.count(day.year),
        "bounds": [(cap_words(cap), done) for cap, done in bounds],
        "reached": any(done >= cap.visits for cap, done in bounds),
    }
    return "inspections/plans/part_cap.html", context


# --- Desk and search --------------------------------------------------------------------------


def work_items(actor: Actor, today: dt.date) -> Iterator[WorkItem]:
    """To decide for leaders; returned, approved and not yet made ones for the makers."""
    if not (actor.is_bureau and actor.has(*MAKERS, Role.LEADER)):
        return
    rows = Plan.objects.visible_to(actor).visible_inside(actor)
    if actor.has(Role.LEADER):
        yield from _to_decide(rows.of_bureau(actor.agency_id), actor)
    if actor.has(*MAKERS):
        own = rows.filter(initiating=actor.agency_id)
        for plan in own.filter(state=PlanState.RETURNED):
            yield _item(_("修改被退回的检查计划"), plan, _("去修改"))
        for plan in own.filter(state=PlanState.APPROVED):
            yield _item(_("公布已批准的检查计划"), plan, _("去公布"))
        yield from _to_make(actor, today)


def _to_decide(rows: Any, actor: Actor) -> Iterator[WorkItem]:
    for plan in rows.filter(state=PlanState.SUBMITTED).prefetch_related("approvals"):
        given = plan.approvals.all()
        done = {each.agency_id for each in given if each.submission == plan.submission}
        if actor.agency_id not in done:
            yield _item(_("审批检查计划"), plan, _("去审批"))


def _to_make(actor: Actor, today: dt.date) -> Iterator[WorkItem]:
    """A district bureau that has no yearly plan of this year, nor one in the making."""
    due = due_of_year(today.year)
    if due is None or actor.level != Level.DISTRICT:
        return
    gone = (PlanState.DISCARDED, PlanState.WITHDRAWN, PlanState.REPLACED)
    own = Plan.objects.visible_to(actor).visible_inside(actor).of_bureau(actor.agency_id)
    if own.filter(kind=PlanKind.YEARLY, year=today.year).exclude(state__in=gone).exists():
        return
    subject = _("%(year)s 年度") % {"year": today.year}
    url = reverse("plan_create")
    yield WorkItem(_("制定并公布年度检查计划"), subject, url, due, _("去制定"))


def _item(title: str, plan: Plan, action: str) -> WorkItem:
    return WorkItem(title, plan.title, plan.get_absolute_url(), publication_due(plan), action)


def find_plans(actor: Actor, text: str, limit: int) -> list[Hit]:
    """The global search over plans by title."""
    if not actor.reads_business:
        return []
    rows = Plan.objects.visible_to(actor).filter(title__contains=text).select_related("region")
    return [
        Hit(_("检查计划"), row.title, str(row.get_state_display()), row.get_absolute_url())
        for row in rows[:limit]
    ]
