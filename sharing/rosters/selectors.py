"""Reads over periods, rosters and rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from agencies.delegations.selectors import OpenWork
from agencies.models import Agency, Post
from institutions.models import FormerName, Institution
from portal.access import Actor, AgencyKind, Level, Role
from portal.desk import Figure, WorkItem
from sharing.rosters import permissions
from sharing.rosters.choices import OPEN_STATES, RosterState
from sharing.rosters.models import (
    ROW_FIELDS,
    Period,
    Roster,
    RosterDraft,
    RosterRow,
    RosterVersion,
)

TONES = {
    RosterState.AWAITING: "warn",
    RosterState.SIGNING: "info",
    RosterState.SUBMITTED: "ok",
    RosterState.RETURNED: "danger",
    RosterState.LOCKED: "ok",
    RosterState.CORRECTED: "info",
}


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One agency in one period, as the board shows it."""

    roster: Roster
    rows: int
    unmatched: int
    is_open: bool
    is_late: bool
    is_own: bool
    may_report: bool
    may_urge: bool

    @property
    def tone(self) -> str:
        return "danger" if self.is_late else TONES[RosterState(self.roster.state)]

    @property
    def takes_version(self) -> bool:
        """Whether a version can be handed in now: not while one waits for a decision."""
        return self.roster.state not in {RosterState.SIGNING, RosterState.CORRECTED}


@dataclass(frozen=True, slots=True)
class BoardSummary:
    """The board's figures: rosters received of all, and names that wait for matching."""

    received: int
    all: int
    unmatched: int


def board(period: Period, actor: Actor, today: dt.date) -> list[BoardLine]:
    """Every roster of the period that the actor may see, with its rows and its days."""
    rosters = (
        Roster.objects.visible_to(actor)
        .filter(period=period)
        .select_related("agency__region", "receiver", "current", "period")
        .order_by("agency__region__path", "agency__kind", "pk")
    )
    waiting = unmatched_by_version(roster.current_id for roster in rosters)
    return [line_of(roster, actor, today, waiting) for roster in rosters]


def summary(lines: Sequence[BoardLine]) -> BoardSummary:
    received = sum(not line.is_open for line in lines)
    return BoardSummary(received, len(lines), sum(line.unmatched for line in lines))


def line_of(
    roster: Roster, actor: Actor, today: dt.date, waiting: Mapping[int, int] | None = None
) -> BoardLine:
    """The board's line of one roster."""
    if waiting is None:
        waiting = unmatched_by_version([roster.current_id])
    is_open = roster.is_waiting
    return BoardLine(
        roster=roster,
        rows=roster.current.row_count if roster.current else 0,
        unmatched=waiting.get(roster.current_id or 0, 0),
        is_open=is_open,
        is_late=is_open and today > roster.period.due_on,
        is_own=roster.agency_id == actor.agency_id,
        may_report=roster.state in OPEN_STATES and bool(permissions.can_report(actor, roster)),
        may_urge=is_open and bool(permissions.can_urge(actor, roster)),
    )


def unmatched_by_version(versions: Iterable[int | None]) -> dict[int, int]:
    """How many rows of each version still wait for their institution."""
    wanted = [version for version in versions if version]
    rows = RosterRow.objects.filter(version_id__in=wanted, institution=None)
    counted = rows.order_by().values("version_id").annotate(n=Count("pk"))
    return {each["version_id"]: each["n"] for each in counted}


def previous_version(roster: Roster) -> RosterVersion | None:
    """What the agency reported last before this period."""
    earlier = (
        Roster.objects.filter(
            agency=roster.agency_id,
            period__due_on__lt=roster.period.due_on,
            current__isnull=False,
        )
        .select_related("current")
        .order_by("-period__due_on")
        .first()
    )
    return earlier.current if earlier else None


def rows_of(version: RosterVersion | None) -> list[dict[str, Any]]:
    """A version's rows, named as the workbook names its columns."""
    if version is None:
        return []
    rows = version.rows.order_by("number").values(*ROW_FIELDS)
    return [{**row, "media": tuple(row["media"])} for row in rows]


def template_rows(roster: Roster) -> list[dict[str, Any]]:
    """Last period's rows under this period's head, to be mended rather than typed again."""
    head = {
        "reporter": roster.agency.short_name,
        "year": roster.period.year,
        "period_kind": roster.period.kind,
    }
    cleared = {"reported_on": None, "task_count": None}
    return [{**row, **cleared, **head} for row in rows_of(previous_version(roster))]


@dataclass(frozen=True, slots=True)
class Registered:
    """What the registry knows of a code: the key, the present name and the former ones."""

    pk: int
    name: str
    former: frozenset[str]


def registered(codes: Iterable[str]) -> dict[str, Registered]:
    """The registry's entries for these credit codes, in two queries."""
    wanted = {code for code in codes if code}
    found = dict(Institution.objects.filter(uscc__in=wanted).values_list("uscc", "pk"))
    names = dict(Institution.objects.filter(uscc__in=wanted).values_list("pk", "name"))
    former: dict[int, set[str]] = {}
    old = FormerName.objects.filter(institution__in=names)
    for key, name in old.values_list("institution_id", "name"):
        former.setdefault(key, set()).add(name)
    return {
        code: Registered(key, names[key], frozenset(former.get(key, ())))
        for code, key in found.items()
    }


def reporters(receiver: Agency) -> Sequence[Agency]:
    """The agencies that report to a market bureau: data, by default ecology and five partners."""
    return list(Agency.objects.active().filter(reports_rosters=True, region_id=receiver.region_id))


def receivers() -> Sequence[Agency]:
    """The market bureaus of districts: each receives the rosters of its own district."""
    return list(Agency.objects.active().filter(kind=AgencyKind.MARKET, level=Level.DISTRICT))


@dataclass(frozen=True, slots=True)
class Outliers:
    """Open outliers of one kind, which one reason may confirm."""

    code: str
    issues: list[dict[str, Any]]

    @property
    def first(self) -> list[dict[str, Any]]:
        return self.issues[:20]

    @property
    def more(self) -> int:
        return len(self.issues) - len(self.first)


@dataclass(frozen=True, slots=True)
class DraftTabs:
    """What a checked upload shows: what to mend, to confirm, was confirmed, and what differs."""

    errors: list[dict[str, Any]]
    outliers: list[Outliers]
    confirmed: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    new: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    gone: list[dict[str, Any]]
    same: list[dict[str, Any]]

    @property
    def open_outliers(self) -> int:
        return sum(len(group.issues) for group in self.outliers)

    @property
    def may_submit(self) -> bool:
        return not (self.errors or self.outliers)


def draft_tabs(draft: RosterDraft) -> DraftTabs:
    """The issues and the difference of a draft, sorted into the tabs of the page."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for issue in draft.issues:
        if issue["open"] and issue["tier"] == "plausible":
            groups.setdefault(issue["code"], []).append(issue)
    opened = [each for each in draft.issues if each["open"]]
    return DraftTabs(
        errors=[each for each in opened if each["tier"] != "plausible"],
        outliers=[Outliers(code, issues) for code, issues in groups.items()],
        confirmed=[each for each in draft.issues if each["reason"]],
        notes=[each for each in draft.issues if each["tier"] == "note"],
        **{name: draft.difference.get(name, []) for name in ("new", "changed", "gone", "same")},
    )


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the check's result, with how much it holds."""

    name: str
    label: str
    items: list[Any]

    @property
    def count(self) -> int:
        return len(self.items)


SHOWN = 200  # lines of a tab; the marked copy has them all


def tabs_of(tabs: DraftTabs) -> list[Tab]:
    """The tabs in the order in which a reporter works through them."""
    confirm = [issue for group in tabs.outliers for issue in group.issues]
    return [
        Tab("errors", _("须修改"), tabs.errors),
        Tab("confirm", _("须确认"), confirm),
        Tab("notes", _("提示"), tabs.notes),
        Tab("new", _("新增"), tabs.new),
        Tab("changed", _("有变化"), tabs.changed),
        Tab("gone", _("不再列入"), tabs.gone),
        Tab("same", _("相同"), tabs.same),
    ]


def roster_of_clock(clock_ref: str) -> Roster:
    """The roster that a clock runs for, from the clock's reference."""
    rows = Roster.objects.select_related("period", "agency__region", "receiver")
    return rows.get(pk=int(clock_ref.partition(":")[2]))


def work_items(actor: Actor, today: dt.date) -> Iterator[WorkItem]:
    """Lists for the chief's signature; handed-in lists for the receiver to take or return."""
    rows = Roster.objects.visible_to(actor).select_related("period", "agency")
    if actor.has(Role.CHIEF, Role.LEADER):
        for each in rows.filter(state=RosterState.SIGNING, agency_id=actor.agency_id or 0):
            yield _item(_("签核机构名单"), each, _("签核"))
    if actor.agency_kind == AgencyKind.MARKET and actor.has(Role.OFFICER, Role.CHIEF):
        waiting = (RosterState.SUBMITTED, RosterState.CORRECTED)
        for each in rows.filter(state__in=waiting, receiver_id=actor.agency_id or 0)[:50]:
            yield _item(_("审阅并锁定机构名单"), each, _("审阅"))


def _item(title: str, roster: Roster, action: str) -> WorkItem:
    """The day is the reporter's; once it is received, nothing is overdue."""
    due = roster.period.due_on if roster.is_waiting else None
    return WorkItem(title, str(roster), roster.get_absolute_url(), due, action)


def figures(actor: Actor, today: dt.date) -> Iterator[Figure]:
    """Rosters received in the newest period, of all that the actor may see."""
    period = Period.objects.visible_to(actor).first()
    if period is None or not actor.reads_business:
        return
    rosters = Roster.objects.visible_to(actor).filter(period=period)
    total = rosters.count()
    if total:
        received = rosters.exclude(pk__in=rosters.waiting().values("pk")).count()
        label = _("%(code)s 名单已报送") % {"code": period.code}
        yield Figure(label, f"{received} / {total}", period.get_absolute_url())


def drafts_left_by(post: Post) -> Iterator[OpenWork]:
    """EV3: workbooks that a post has checked and not handed in."""
    for draft in RosterDraft.objects.filter(made_by=post).select_related("roster__period"):
        yield OpenWork(str(draft.roster), draft.get_absolute_url(), draft.roster.period.due_on)
