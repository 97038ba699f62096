"""The demo's rosters: four closed periods and the open one, in every state a roster can have.

What lies in the past is written directly with its past dates and one audit line, made today, that
says it is demo data. What is open goes through the services as invented people would do it.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from agencies.accounts.selectors import actor_from_post
from agencies.models import Agency, Post
from institutions.demo import HOME, demo_institutions
from institutions.models import Institution
from institutions.registry.rules import make_uscc
from portal.access import Actor, AgencyKind, Role, job_actor
from portal.audit import record
from portal.clocks.now import SHANGHAI, today
from portal.demo import DemoPlan
from portal.files.services import store_made
from portal.papers import services as papers
from portal.papers.models import Paper
from portal.refs import ref
from sharing.bulletins import services as bulletins
from sharing.bulletins.models import Bulletin
from sharing.employments import services as employments
from sharing.employments.models import Employment
from sharing.events import late_title
from sharing.rosters import rules, services, sheets
from sharing.rosters.choices import OPEN_STATES, Medium, Procurement, RosterState, VersionKind
from sharing.rosters.models import Period, Roster, RosterRow, RosterVersion
from sharing.rosters.selectors import receivers, registered, reporters
from sharing.rosters.services import Handed

ACTOR = job_actor("demo")
CLOSED = 4  # two years
OPENED_BEFORE = dt.timedelta(days=90)
ROWS = {"small": 8, "city": 30, "province": 300}  # of one roster, about
REPORTED_AT = dt.time(10, 20, tzinfo=SHANGHAI)
PROPOSERS = ("ecology", "transport")  # each proposes to leave out one institution a period
PROPOSED_ROW = 5
UNKNOWN = [("上海渺云环境检测有限公司", 1), ("上海澹洲检测技术有限公司", 2)]
PROJECTS = Path(__file__).parent / "seeds" / "demo_projects.csv"


@dataclass
class Story:
    """What one agency did in one period: its versions, and the state in which they left it."""

    versions: list[VersionKind] = field(default_factory=lambda: [VersionKind.FIRST])
    state: RosterState = RosterState.LOCKED
    is_nil: bool = False
    reason: str = ""


def _late(reason: str) -> Story:
    return Story([VersionKind.LATE], reason=reason)


AGAIN = [VersionKind.FIRST, VersionKind.AGAIN]
SUPPLEMENTED = [VersionKind.FIRST, VersionKind.SUPPLEMENTARY]
CORRECTED = [VersionKind.FIRST, VersionKind.CORRECTION]
SILENT = Story([], RosterState.AWAITING)
# By closed period, oldest first, then by agency; the others reported in time and are locked.
PAST: list[dict[str, Story]] = [
    {
        "agriculture": _late("经办人调离，交接期间延误。"),
        "greening": Story(is_nil=True),
        "water": Story(AGAIN),
    },
    {
        "planning": Story(is_nil=True),
        "transport": Story(SUPPLEMENTED, reason="漏报一项扬尘比对监测委托。"),
    },
    {
        "ecology": Story(AGAIN),
        "greening": Story([VersionKind.LATE], is_nil=True, reason="误以为没有委托无须报送。"),
        "water": Story(CORRECTED, reason="更正一项合同的终止日。"),
    },
    {
        "planning": Story(is_nil=True),
        "transport": _late("财务系统迁移，合同信息核对延误。"),
        "greening": SILENT,
    },
]


def load(plan: DemoPlan) -> None:
    """Demo part 40: the same rosters for the same size and day."""
    made = [_load_period(plan, number, period) for number, period in enumerate(_periods(plan))]
    past, present = made[:-1], made[-1]
    _load_open(plan, present)
    _reopen(plan, past)
    _correct(plan, past[-1])
    _merge(made)
    _bulletins(past)
    for period in past:
        _vote(period, is_done=period != past[-1])
    facts = {"periods": [period.code for period in made], "size": plan.size}
    record(ACTOR, "roster.load_demo", "demo:rosters", facts=facts)


def _periods(plan: DemoPlan) -> list[rules.PeriodDates]:
    """The last four whose day has passed, and the next one."""
    years = range(plan.today.year - 4, plan.today.year + 2)
    found = [rules.period_dates(kind, year) for year in years for kind in (rules.HALF, rules.YEAR)]
    found.sort(key=lambda dates: dates.due_on)
    closed = [dates for dates in found if dates.due_on < plan.today]
    return [*closed[-CLOSED:], found[len(closed)]]


def _load_period(plan: DemoPlan, number: int, dates: rules.PeriodDates) -> Period:
    """A period, with the rosters that its agencies handed in, or the empty ones of the open."""
    year, _dash, kind = dates.code.partition("-")
    period = services.open_period(kind, int(year), actor=ACTOR)
    if number < CLOSED:
        opened = dt.datetime.combine(dates.due_on - OPENED_BEFORE, REPORTED_AT)
        Period.objects.filter(pk=period.pk).update(opened_at=opened)
    for receiver in receivers():
        for agency in reporters(receiver):
            if number == CLOSED:
                services.open_roster(period, agency=agency, receiver=receiver, actor=ACTOR)
            else:
                _past_roster(plan, number, period, agency, receiver)
    return period


def _past_roster(
    plan: DemoPlan, number: int, period: Period, agency: Agency, receiver: Agency
) -> None:
    story = PAST[number].get(agency.code, Story())
    roster = Roster.objects.create(period=period, agency=agency, receiver=receiver)
    rows = [] if story.is_nil else list(_rows(plan, period, agency))
    for place, kind in enumerate(story.versions, start=1):
        # An earlier version lacked the last row.
        given = rows[:-1] if place < len(story.versions) else rows
        version = _past_version(roster, place, kind, story, given)
        Roster.objects.filter(pk=roster.pk).update(current=version)
    Roster.objects.filter(pk=roster.pk).update(state=story.state)
    if story.state in OPEN_STATES:
        services.start_clock(roster, on=period.due_on, actor=ACTOR)
    facts = {"state": story.state, "versions": len(story.versions), "demo": True}
    record(ACTOR, "roster.load_demo", roster, facts=facts)


def _past_version(
    roster: Roster, number: int, kind: VersionKind, story: Story, rows: list[dict[str, Any]]
) -> RosterVersion:
    late = {VersionKind.LATE: 12, VersionKind.SUPPLEMENTARY: 20, VersionKind.CORRECTION: 45}
    days = late.get(kind, number - 9)
    at = dt.datetime.combine(roster.period.due_on + dt.timedelta(days=days), REPORTED_AT)
    signs = roster.agency.signs_off_rosters
    version = RosterVersion.objects.create(
        roster=roster,
        number=number,
        kind=kind,
        is_nil=story.is_nil,
        file=_workbook(roster, rows) if rows else None,
        row_count=len(rows),
        reason=story.reason if kind in late else "",
        receipt=f"{roster.period.code}-{roster.agency.code}-{number}",
        submitted_at=at,
        submitted_by=_post(roster.agency, Role.REPORTER),
        signed_at=at + dt.timedelta(hours=5) if signs else None,
        signed_by=_post(roster.agency, Role.CHIEF) if signs else None,
    )
    known = registered(row["uscc"] for row in rows)
    RosterRow.objects.bulk_create(
        RosterRow(
            version=version,
            number=place,
            institution_id=known[row["uscc"]].pk if row["uscc"] in known else None,
            **{**row, "media": list(row["media"])},
        )
        for place, row in enumerate(rows, start=1)
    )
    return version


def _workbook(roster: Roster, rows: Sequence[dict[str, Any]]) -> Any:
    """The workbook that was handed in, as the portal's own template."""
    name = f"{roster.period.code}机构名单-{roster.agency.short_name}.xlsx"
    content = sheets.roster_workbook(roster, rows)
    return store_made(
        [content], name=name, purpose="workbook", actor=ACTOR, subject_ref=ref(roster)
    )


def _post(agency: Agency, role: Role) -> Post:
    """The agency's first person with this role."""
    return Post.objects.filter(agency=agency, roles__contains=[role]).order_by("pk")[:1].get()


def _person(agency: Agency, role: Role) -> Actor:
    return actor_from_post(_post(agency, role).pk, source="demo")


def _rows(plan: DemoPlan, period: Period, agency: Agency) -> Iterator[dict[str, Any]]:
    """Employments of one agency in one period; the whole year goes on from the half-year."""
    for number, institution in enumerate(_employed(plan, period, agency), start=1):
        yield _row(period, agency, number, institution)


def _employed(plan: DemoPlan, period: Period, agency: Agency) -> list[Institution]:
    """Mostly those of the year before: a window that moves by two each year."""
    certified = [each for each in demo_institutions(agency.region.code) if each.certificate_number]
    size = min(ROWS[plan.size], len(certified) // 2)
    first = (_place(agency) * 5 + period.year * 2) % len(certified)
    more = 1 if period.kind == rules.YEAR else 0
    around = certified[first:] + certified[:first]
    return around[: size - len(agency.code) % 3 + more]


def _row(period: Period, agency: Agency, number: int, institution: Institution) -> dict[str, Any]:
    project, factors, place, media = _project(agency, number)
    start = dt.date(period.year, 1 + number % 5, 1)
    half = 1 if period.kind == rules.HALF else 2
    reporter = _post(agency, Role.REPORTER).user.name
    return {
        "institution_name": institution.name,
        "uscc": institution.uscc,
        "certificate_number": institution.certificate_number,
        "certificate_valid_to": institution.certificate_valid_to,
        "filing_number": institution.filing_number,
        "registered_address": institution.address,
        "laboratory_address": institution.address,
        "media": media,
        "project_name": f"{period.year} 年{project}",
        "factors": factors,
        "commission_kind": "enforcement" if "执法" in project else "government",
        "procurement": Procurement.values[number % len(Procurement.values)],
        "contract_number": f"{agency.document_prefix}监测〔{period.year}〕{number}号",
        "contract_from": start,
        "contract_to": dt.date(period.year, 12, 31),
        "contract_amount": Decimal(38_000 + 12_600 * ((number * 7 + _place(agency)) % 23)),
        "task_count": half * (4 + number % 9),
        "monitored_object": place,
        "in_double_random": number != PROPOSED_ROW or agency.code not in PROPOSERS,
        "performance": "" if number % 4 else "按期完成",
        "problems": "",
        "contact_name": reporter,
        "contact_phone": f"021-0000{1000 + _place(agency):04}",
        "filled_by": reporter,
        "reviewed_by": "",
        "reported_on": None,
        "remarks": "",
    }


def _place(agency: Agency) -> int:
    """A number that goes with the agency's code, so that agencies differ in the same way."""
    return sum(agency.code.encode()) % 97


def _project(agency: Agency, number: int) -> tuple[str, str, str, tuple[str, ...]]:
    known = projects().get(agency.kind) or projects()[AgencyKind.ECOLOGY]
    return known[number % len(known)]


@cache
def projects() -> dict[str, list[tuple[str, str, str, tuple[str, ...]]]]:
    """What each kind of agency has measured: project, factors, place, media."""
    found = defaultdict(list)
    with PROJECTS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            media = tuple(row["media"].split())
            found[row["kind"]].append((row["project"], row["factors"], row["place"], media))
    return dict(found)


def _unknown_rows(period: Period, agency: Agency) -> Iterator[dict[str, Any]]:
    """Two bodies that the registry does not know yet, with codes that check."""
    for number, (name, serial) in enumerate(UNKNOWN, start=91):
        row = _row(period, agency, number, demo_institutions(agency.region.code)[0])
        code = make_uscc("91", agency.region.code, f"DN{serial:06}")
        yield row | {"institution_name": name, "uscc": code, "media": (Medium.SOIL,)}


def _roster(period: Period, code: str) -> Roster:
    rows = Roster.objects.select_related("period", "agency__region", "receiver", "current")
    return rows.get(period=period, agency__code=code)


def _hand_in(roster: Roster, rows: list[dict[str, Any]], day: dt.date, reason: str = "") -> None:
    file = _workbook(roster, rows) if rows else None
    handed = Handed(rows=rows, is_nil=not rows, file=file, reason=reason)
    actor = _person(roster.agency, Role.REPORTER)
    services.hand_in(roster, handed=handed, day=day, actor=actor)


def _load_open(plan: DemoPlan, period: Period) -> None:
    """Signing, submitted with unknown names, nil, returned, urged; water has not begun."""
    signing, taken = _roster(period, "ecology"), _roster(period, "agriculture")
    returned = _roster(period, "planning")
    for roster in (signing, taken, returned):
        rows = list(_rows(plan, period, roster.agency))
        if roster == taken:
            rows += _unknown_rows(period, roster.agency)
        _hand_in(roster, rows, plan.today)
    _hand_in(_roster(period, "transport"), [], plan.today)
    officer = _person(returned.receiver, Role.OFFICER)
    returned.refresh_from_db()
    services.return_roster(returned, reason="第 2 行合同金额与备案合同不一致。", actor=officer)
    services.urge(_roster(period, "greening"), day=plan.today, actor=officer)


def _reopen(plan: DemoPlan, past: list[Period]) -> None:
    """A locked roster of the year before, unlocked for a supplement: late again since then."""
    roster = _roster(past[-2], "planning")
    officer = _person(roster.receiver, Role.OFFICER)
    services.unlock(roster, reason="审计发现漏报一项土壤调查委托，请补报。", actor=officer)


def _correct(plan: DemoPlan, period: Period) -> None:
    """Two corrections after the lock: one waits for the receiver, one for the water chief."""
    for code in ("agriculture", "water"):
        roster = _roster(period, code)
        rows = list(_rows(plan, period, roster.agency))
        rows[0]["contract_amount"] += Decimal(20_000)
        _hand_in(roster, rows, plan.today, reason="第 1 行合同签有补充协议，金额增加 2 万元。")


def _merge(periods: Iterable[Period]) -> None:
    for period in periods:
        rosters = Roster.objects.filter(period=period).select_related("agency__region", "period")
        for roster in rosters.exclude(current=None):
            employments.mark_presences(roster, actor=ACTOR)
        for receiver in receivers():
            employments.refresh(period, receiver.region, actor=ACTOR)


def _bulletins(past: list[Period]) -> None:
    """One issued, acknowledged by one of two; one drafted for the roster that was unlocked."""
    issued = _name(past[-1], ["transport", "greening"])
    chief = _person(issued.agency, Role.CHIEF)
    body = "上述单位未按期报送生态环境监测机构名单，请于收到本通报后五日内补报并说明原因。"
    bulletins.edit_bulletin(
        issued, title=issued.title, body=body, version=issued.version, actor=chief
    )
    bulletins.issue(issued, actor=chief)
    [paper] = Paper.objects.of(ref(issued))
    papers.number(paper, on=today(), actor=chief)
    papers.seal(paper, seal="机关公章", copies=3, on=today(), actor=chief)
    transport = Agency.objects.get(code="transport")
    bulletins.acknowledge(issued, actor=_person(transport, Role.CHIEF))
    _name(past[-2], ["planning"])


def _name(period: Period, codes: Iterable[str]) -> Bulletin:
    rosters = [_roster(period, code) for code in codes]
    for roster in rosters:
        bulletins.name_late_agency(
            issuer=roster.receiver,
            about=period,
            title=late_title(period),
            agency=roster.agency,
            subject=roster,
            due_on=period.due_on,
            actor=ACTOR,
        )
    return Bulletin.objects.get(about=ref(period))


def _vote(period: Period, *, is_done: bool) -> None:
    """The bureaus' votes on proposed exclusions; of the last ones each bureau owes one."""
    proposed = Employment.objects.filter(period=period, reporter_says_no=True, region__code=HOME)
    for number, employment in enumerate(proposed.order_by("institution__uscc")):
        for place, code in enumerate(("market", "ecology")):
            if is_done or place == number % 2:
                chief = _person(Agency.objects.get(code=code), Role.CHIEF)
                reason = "仅承担比对实验，不出具对外数据。"
                employments.vote(employment, vote="exclude", seen="", reason=reason, actor=chief)
