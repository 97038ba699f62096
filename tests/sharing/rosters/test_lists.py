"""The lists of rosters and rows: page, API and export are one; queries do not grow."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.access import AgencyKind, Role
from sharing.rosters import services
from sharing.rosters.choices import RosterState
from sharing.rosters.selectors import board, figures, summary, work_items
from sharing.rosters.services import Handed
from sharing.rosters.tables import ROSTERS, ROWS
from tests.factories import (
    ActorFactory,
    PeriodFactory,
    RosterFactory,
    market_bureau,
    roster_row,
)
from tests.portal.lists.checks import assert_constant_queries, assert_list_and_export_agree

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
DAY = dt.date(2026, 6, 20)
PARTNERS = (AgencyKind.WATER, AgencyKind.TRANSPORT, AgencyKind.GREENING, AgencyKind.PLANNING)


def officer():
    return ActorFactory(agency=market_bureau())


def reported(kind=AgencyKind.WATER, rows=3, **traits):
    roster = RosterFactory(agency__kind=kind, **traits)
    handed = Handed(rows=[roster_row(contract_number=str(number)) for number in range(rows)])
    reporter = ActorFactory(agency=roster.agency, roles=[Role.REPORTER])
    services.hand_in(roster, handed=handed, day=DAY, actor=reporter)
    roster.refresh_from_db()
    return roster


def test_rosters_and_their_export_agree(tmp_path):
    for year in range(2016, 2026):
        RosterFactory(period=PeriodFactory(code=f"{year}-H1", year=year))
    reported()
    assert len(assert_list_and_export_agree(ROSTERS, officer(), tmp_path, size=4)) == 11


def test_rows_and_their_export_agree_over_several_pages(tmp_path):
    first = reported(rows=6)
    reported(AgencyKind.TRANSPORT, rows=5, period=first.period)
    assert len(assert_list_and_export_agree(ROWS, officer(), tmp_path, size=4)) == 11


@pytest.mark.parametrize(
    ("query", "rows"),
    [("unmatched=true", 6), ("medium=noise", 0), ("medium=soil", 6), ("in_double_random=true", 6)],
)
def test_filtered_rows_and_their_export_agree(tmp_path, query, rows):
    reported(rows=6)
    assert len(assert_list_and_export_agree(ROWS, officer(), tmp_path, query, size=4)) == rows


@pytest.mark.parametrize(
    ("name", "most"), [("roster_home", 25), ("roster_list", 25), ("roster_row_list", 25)]
)
def test_a_list_asks_the_same_number_of_queries(browser, name, most):
    client = browser(agency=market_bureau())
    first = reported()

    def grow():
        for kind in PARTNERS[1:]:
            reported(kind, rows=4, period=first.period)

    assert_constant_queries(lambda: client.get(reverse(name)), grow, most)


def test_the_board_counts_what_is_received():
    first = reported()
    RosterFactory(period=first.period, agency__kind=AgencyKind.GREENING)
    late = board(first.period, officer(), dt.date(2026, 7, 1))
    found = summary(late)
    assert (found.received, found.all, found.unmatched) == (1, 2, 3)
    assert sum(line.is_late for line in late) == 1


def test_a_correction_that_waits_for_its_chief_is_not_missing():
    roster = reported(signed=True, rows=1)
    services.sign(roster, actor=ActorFactory(agency=roster.agency, roles=[Role.CHIEF]))
    services.lock(type(roster).objects.get(), actor=officer())
    reporter = ActorFactory(agency=roster.agency, roles=[Role.REPORTER])
    handed = Handed(rows=[roster_row()], reason="更正")
    services.hand_in(roster, handed=handed, day=DAY, actor=reporter)
    [line] = board(roster.period, officer(), dt.date(2026, 7, 1))
    assert (line.roster.state, line.is_open, line.is_late) == (RosterState.SIGNING, False, False)


def test_what_waits_for_whom():
    signing = reported(signed=True)
    submitted = reported(AgencyKind.TRANSPORT, period=signing.period)
    chief = ActorFactory(agency=signing.agency, roles=[Role.CHIEF])
    assert [item.url for item in work_items(chief, DAY)] == [signing.get_absolute_url()]
    assert [item.url for item in work_items(officer(), DAY)] == [submitted.get_absolute_url()]
    reporter = ActorFactory(agency=submitted.agency, roles=[Role.REPORTER])
    assert not list(work_items(reporter, DAY))


def test_the_figure_opens_the_board_that_makes_it():
    roster = reported()
    RosterFactory(period=roster.period, agency__kind=AgencyKind.GREENING)
    [figure] = figures(officer(), DAY)
    assert (figure.value, figure.url) == ("1 / 2", roster.period.get_absolute_url())
