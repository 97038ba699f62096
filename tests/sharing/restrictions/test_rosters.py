"""A purchase ban is met at the point of use: the roster that names the institution (A47)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from portal.access import AgencyKind, Role
from portal.errors import Refused
from portal.models import Message
from sharing.models import Restriction, Roster
from sharing.rosters import services, sheets
from sharing.rosters.services import Handed
from tests.factories import ActorFactory, RosterFactory, roster_row
from tests.penalties.district import Ways
from tests.sharing.workbooks import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def roster(ecology: Ways, market: Ways, run_events: Any) -> Roster:
    """The water bureau's roster of the half-year, after a ban from 2026-10-15."""
    ecology.decided("E09", {"fine": Decimal(150_000)})
    run_events()
    return RosterFactory(
        period__code="2026-Y",
        period__kind="Y",
        period__covers_to=dt.date(2026, 12, 31),
        period__due_on=dt.date(2027, 1, 31),
        receiver=market.own.agency,
    )


def row(way: Ways, **changed: Any) -> dict[str, Any]:
    body = way.institution
    facts = {"uscc": body.uscc, "institution_name": body.name, "year": 2026, "period_kind": "Y"}
    return roster_row(**(facts | changed))


def issues(roster: Roster, rows: list[dict[str, Any]], given: Any = ()) -> Any:
    names = {
        "uscc": "统一社会信用代码",
        "institution_name": "机构名称",
        "contract_to": "合同终止日",
    }
    written = [{label: str(each[name]) for name, label in names.items()} for each in rows]
    return sheets.examine(roster, filled(roster, *written).getvalue(), "名单.xlsx", given)


def test_a_row_inside_the_ban_must_be_confirmed(roster, ecology):
    found = issues(roster, [row(ecology)])
    banned = [each for each in found.issues if each["code"] == "banned"]
    assert [(each["tier"], each["open"]) for each in banned] == [("plausible", True)]
    assert "2029" in banned[0]["message"]
    with pytest.raises(Refused):
        sheets.handed(found, file=None)  # type: ignore[arg-type]  # refused before it is read


def test_a_contract_that_was_over_before_is_not_stopped(roster, ecology):
    found = issues(roster, [row(ecology, contract_to=dt.date(2026, 10, 14))])
    assert not [each for each in found.issues if each["code"] == "banned"]


def test_a_ban_that_a_court_took_back_stops_nothing(roster, ecology):
    Restriction.objects.update(ended_on=dt.date(2026, 12, 1), end_reason="判决撤销")
    found = issues(roster, [row(ecology)])
    assert not [each for each in found.issues if each["code"] == "banned"]


def test_both_bureaus_and_the_department_are_alerted(roster, ecology, market, run_events):
    reporter = ActorFactory(agency=roster.agency, roles=[Role.REPORTER])
    given = {name: value for name, value in row(ecology).items() if name not in HEAD}
    services.hand_in(roster, handed=Handed(rows=[given]), day=dt.date(2026, 12, 1), actor=reporter)
    run_events()
    run_events()
    alerts = Message.objects.filter(key__startswith="banned-")
    assert set(alerts.values_list("to_agency", flat=True)) == {
        ecology.own.agency.pk,
        market.own.agency.pk,
        roster.agency.pk,
    }
    assert roster.agency.kind == AgencyKind.WATER


def test_a_roster_without_banned_institutions_alerts_nobody(roster, run_events):
    reporter = ActorFactory(agency=roster.agency, roles=[Role.REPORTER])
    handed = Handed(rows=[roster_row()])
    services.hand_in(roster, handed=handed, day=dt.date(2026, 12, 1), actor=reporter)
    run_events()
    assert not Message.objects.filter(key__startswith="banned-").exists()


HEAD = ("year", "period_kind", "reporter")
