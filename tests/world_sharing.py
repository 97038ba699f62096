"""The records of sharing that URLs of the access matrix name, and the data of its forms."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agencies.accounts.selectors import actor_from_post
from portal.access import Actor
from portal.files.services import store_upload
from portal.models import DeadlineRule
from sharing.models import Bulletin, Employment, Roster, RosterDraft, RosterRow, RosterVersion
from sharing.rosters import services, sheets
from sharing.rosters.choices import RosterState
from tests.factories import PeriodFactory, RosterFactory, roster_row
from tests.people import World, form, record
from tests.sharing.workbooks import filled

LEGAL_DAY = dt.date(2026, 6, 30)


@record("bulletin")
def bulletin(world: World) -> list[Any]:
    """A draft of the own market bureau that names the water bureau."""
    return [_bulletin(world, "roster", "draft").pk]


@record("bulletin_issued")
def bulletin_issued(world: World) -> list[Any]:
    return [_bulletin(world, "roster_submitted", "issued").pk]


def _bulletin(world: World, about: str, state: str) -> Bulletin:
    [key] = world.args(about)
    made = Bulletin.objects.create(
        kind="late",
        agency=world.agency("market"),
        about=f"roster:{key}",
        title="逾期未报的通报",
        state=state,
        drafted_at=timezone.now(),
        issued_at=timezone.now() if state == "issued" else None,
    )
    line = {"about": made.about, "due_on": LEGAL_DAY}
    made.lines.create(agency=world.agency("water"), **line)
    return made


@record("employment")
def employment(world: World) -> list[Any]:
    """An institution that the water bureau proposes to leave out of the double-random list."""
    made = Employment.objects.create(
        period=_roster(world, "roster_submitted").period,
        region=world.agency("market").region,
        institution_id=world.args("institution")[0],
        row_count=1,
        agency_count=1,
        agencies_text="区水务局",
        media=["water"],
        reporter_says_no=True,
    )
    return [made.pk]


@record("period_code")
def period_code(world: World) -> list[Any]:
    return [_roster(world, "roster").period.code]


@record("roster")
def roster(world: World) -> list[Any]:
    """Of the water bureau, late and not yet reported."""
    return [_waiting(world, 2026).pk]


@record("roster_draft")
def roster_draft(world: World) -> list[Any]:
    """A workbook of the water bureau's reporter that passed every check."""
    own, actor = _roster(world, "roster"), _actor(world, "reporter")
    content = filled(own).read()
    upload = SimpleUploadedFile("名单.xlsx", content)
    stored = store_upload(upload, purpose="workbook", actor=actor, subject_ref=f"roster:{own.pk}")
    found = sheets.examine(own, content, stored.name)
    made = services.keep_draft(own, file=stored, scan=None, checked=found.checked(), actor=actor)
    assert isinstance(made, RosterDraft)
    return [made.pk]


@record("roster_locked")
def roster_locked(world: World) -> list[Any]:
    return [_handed_in(world, 2023, RosterState.LOCKED).roster_id]


@record("roster_row_unmatched")
def roster_row_unmatched(world: World) -> list[Any]:
    """A row in force whose name and code the registry does not know."""
    version = _roster(world, "roster_submitted").current
    return [RosterRow.objects.get(version=version).pk]


@record("roster_signing")
def roster_signing(world: World) -> list[Any]:
    return [_handed_in(world, 2024, RosterState.SIGNING).roster_id]


@record("roster_submitted")
def roster_submitted(world: World) -> list[Any]:
    return [_handed_in(world, 2025, RosterState.SUBMITTED).roster_id]


@record("roster_version")
def roster_version(world: World) -> list[Any]:
    version = _roster(world, "roster_submitted").current
    assert version is not None
    return [version.pk]


def _roster(world: World, name: str) -> Roster:
    rows = Roster.objects.select_related("period", "agency__region", "receiver", "current")
    return rows.get(pk=world.args(name)[0])


def _actor(world: World, who: str) -> Actor:
    return actor_from_post(world.user(who).posts.get().pk, source="world")


def _waiting(world: World, year: int) -> Roster:
    day = dt.date(year, 6, 30)
    days = {"covers_from": dt.date(year, 1, 1), "covers_to": day, "due_on": day}
    period = PeriodFactory(code=f"{year}-H1", year=year, **days)
    made = RosterFactory(
        period=period, agency=world.agency("water"), receiver=world.agency("market")
    )
    assert isinstance(made, Roster)
    return made


def _handed_in(world: World, year: int, state: str) -> RosterVersion:
    """A roster in this state, with one row that the registry does not know."""
    made = _waiting(world, year)
    version = RosterVersion.objects.create(
        roster=made,
        number=1,
        kind="first",
        row_count=1,
        receipt=f"world-{year}",
        submitted_at=timezone.now(),
        submitted_by=world.user("reporter").posts.get(),
    )
    row = roster_row(uscc="91310113MA1TEX714B")
    filled_in = {name: value for name, value in row.items() if value is not None}
    RosterRow.objects.create(version=version, number=1, **{**filled_in, "media": ["water"]})
    waits = state == RosterState.SIGNING
    Roster.objects.filter(pk=made.pk).update(state=state, current=None if waits else version)
    return version


@record("roster_rule")
def roster_rule(world: World) -> list[Any]:
    """The rule of 30 June, so that a roster that is sent back has its clock again."""
    made = DeadlineRule.objects.create(
        code="R02",
        name="半年度名单",
        trigger="半年结束",
        step="报送名单",
        unit="fixed_date",
        fixed_month=6,
        fixed_day=30,
        rolls=False,
        mark="D",
        state="approved",
    )
    return [made.pk]


# --- Forms -------------------------------------------------------------------------------------


@form("bulletin_words")
def bulletin_words(world: World) -> dict[str, Any]:
    return {"title": "逾期未报的通报", "body": "请尽快补报。", "version": 1}


@form("employment_vote")
def employment_vote(world: World) -> dict[str, Any]:
    return {"vote": "exclude", "reason": "仅承担比对实验", "seen": ""}


@form("match")
def match(world: World) -> dict[str, Any]:
    return {"institution": world.args("institution")[0], "reason": "代码抄录有误"}


@form("roster_back")
def roster_back(world: World) -> dict[str, Any]:
    return {"reason": "合同期有误", "seen": ""}


@form("roster_check")
def roster_check(world: World) -> dict[str, Any]:
    """A nil report, checked and not handed in."""
    return {"period": world.args("period_code")[0], "nil": "true"}


@form("roster_confirm")
def roster_confirm(world: World) -> dict[str, Any]:
    return {"code": "no_filing", "reason": "正在办理备案"}


@form("roster_nil")
def roster_nil(world: World) -> dict[str, Any]:
    return {"confirm": "on", "reason": "经办人调离", "base_version": 0}
