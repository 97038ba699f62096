"""Matching names, the merged list, and the two bureaus' votes."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from portal.access import AgencyKind, Role
from portal.errors import Conflict, Refused
from portal.models import AuditEvent
from portal.refs import ref
from sharing.employments import permissions, selectors, services
from sharing.employments.rules import is_included
from sharing.employments.tables import EMPLOYMENTS
from sharing.models import Employment, RosterRow
from sharing.rosters import services as rosters
from sharing.rosters.services import Handed
from tests.factories import (
    ActorFactory,
    AgencyFactory,
    InstitutionFactory,
    RosterFactory,
    market_bureau,
    roster_row,
)
from tests.portal.lists.checks import assert_constant_queries, assert_list_and_export_agree

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "files")]

DAY = dt.date(2026, 6, 20)
CODE = "91310113MA1TEX706G"
OTHER = "91310113MA1TEX714B"


def report(*rows, **traits):
    roster = RosterFactory(**traits)
    actor = ActorFactory(agency=roster.agency, roles=[Role.REPORTER])
    rosters.hand_in(roster, handed=Handed(rows=rows or [roster_row()]), day=DAY, actor=actor)
    return roster


def market(*roles):
    return ActorFactory(agency=market_bureau(), roles=list(roles or [Role.OFFICER]))


def ecology_bureau():
    return AgencyFactory(kind=AgencyKind.ECOLOGY)


# --- Matching ----------------------------------------------------------------------------------


def test_a_name_is_matched_once_for_every_row_that_carries_it(run_events):
    first = report(roster_row(), roster_row(contract_number="2"))
    report(period=first.period, agency__kind=AgencyKind.TRANSPORT)
    institution = InstitutionFactory(uscc=OTHER)
    row = RosterRow.objects.filter(version__roster=first)[0]
    count = services.match_row(row, institution=institution, reason="代码抄错", actor=market())
    assert count == 3
    assert not selectors.unmatched(market())
    run_events()
    line = Employment.objects.get()
    assert (line.institution, line.row_count, line.agency_count) == (institution, 3, 2)
    assert AuditEvent.objects.get(verb="roster.match").stream == ref(first)


def test_another_code_than_the_registrys_needs_its_reason():
    report()
    institution = InstitutionFactory(uscc=OTHER)
    with pytest.raises(Refused, match="理由"):
        services.match_row(
            RosterRow.objects.get(), institution=institution, reason=" ", actor=market()
        )
    assert RosterRow.objects.get().institution is None


def test_of_two_officers_who_match_the_same_name_one_gets_a_conflict():
    report()
    institution = InstitutionFactory(uscc=CODE)
    row = RosterRow.objects.get()
    services.match_row(row, institution=institution, reason="", actor=market())
    with pytest.raises(Conflict):
        services.match_row(row, institution=InstitutionFactory(), reason="x", actor=market())
    assert RosterRow.objects.get().institution == institution


def test_the_page_of_a_name_offers_the_registrys_form_filled_in(browser):
    report(roster_row(registered_address="示范一路1号"))
    officer = browser(agency=market_bureau())
    row = RosterRow.objects.get()
    page = officer.get(reverse("match_row", args=[row.pk]))
    address = urlsplit(page.context["create_url"])
    assert address.path == reverse("institution_create")
    assert parse_qs(address.query)["uscc"] == [CODE]
    form = officer.get(page.context["create_url"])
    assert form.status_code == 200
    assert row.institution_name in form.content.decode()


def test_the_queue_counts_names_not_rows(browser):
    report(roster_row(), roster_row(contract_number="2"), roster_row(uscc=OTHER))
    assert selectors.unmatched_count(market()) == 2
    page = browser(agency=market_bureau()).get(reverse("match_list")).content.decode()
    assert page.count(CODE) == 1


# --- The merged list ---------------------------------------------------------------------------


def test_writing_the_list_again_changes_nothing_and_keeps_the_votes(run_events):
    InstitutionFactory(uscc=CODE)
    roster = report(roster_row(in_double_random=False))
    run_events()
    line = Employment.objects.get()
    services.vote(line, vote="exclude", seen="", reason="x", actor=market(Role.CHIEF))
    for _again in range(2):
        services.refresh(roster.period, roster.agency.region, actor=market())
    kept = Employment.objects.get()
    assert (kept.pk, kept.market_vote, kept.row_count) == (line.pk, "exclude", 1)


def test_contract_dates_span_all_reporters(run_events):
    InstitutionFactory(uscc=CODE)
    early = roster_row(contract_from=dt.date(2025, 1, 1), contract_to=dt.date(2026, 2, 1))
    roster = report(early)
    report(period=roster.period, agency__kind=AgencyKind.TRANSPORT)
    run_events()
    line = Employment.objects.get()
    assert (line.contract_from, line.contract_to) == (dt.date(2025, 1, 1), dt.date(2026, 12, 31))


def test_list_and_export_agree(run_events, tmp_path):
    codes = []
    for _number in range(9):
        codes.append(InstitutionFactory().uscc)
    report(*(roster_row(uscc=code) for code in codes))
    run_events()
    rows = assert_list_and_export_agree(EMPLOYMENTS, market(), tmp_path, size=4)
    assert len(rows) == 9


def test_the_list_asks_the_same_number_of_queries(run_events, browser):
    client = browser(agency=market_bureau())
    InstitutionFactory(uscc=CODE)
    roster = report()
    run_events()

    def grow():
        codes = [InstitutionFactory().uscc for _number in range(5)]
        rows = [roster_row(uscc=code) for code in codes]
        report(*rows, period=roster.period, agency__kind=AgencyKind.TRANSPORT)
        run_events()

    assert_constant_queries(lambda: client.get(reverse("employment_list")), grow, 25)


# --- Votes -------------------------------------------------------------------------------------


@pytest.fixture
def proposal(run_events) -> Employment:
    """A reporter proposes to leave an institution out."""
    InstitutionFactory(uscc=CODE)
    report(roster_row(in_double_random=False))
    run_events()
    return Employment.objects.get()


def voted(proposal, *votes):
    for agency, vote in zip((market_bureau(), ecology_bureau()), votes, strict=False):
        actor = ActorFactory(agency=agency, roles=[Role.CHIEF])
        services.vote(proposal, vote=vote, seen="", reason="理由", actor=actor)
    proposal.refresh_from_db()
    return proposal


def test_it_leaves_the_list_when_both_bureaus_say_so(proposal):
    assert proposal.is_undecided
    assert voted(proposal, "exclude", "exclude").is_included is False
    assert not proposal.is_undecided


def test_one_bureau_that_says_no_keeps_it_in(proposal):
    assert voted(proposal, "exclude", "include").is_included


def test_one_vote_decides_nothing(proposal):
    assert voted(proposal, "exclude").is_included
    assert proposal.is_undecided
    [item] = selectors.work_items(
        ActorFactory(agency=ecology_bureau(), roles=[Role.CHIEF]), dt.date(2026, 7, 1)
    )
    assert item.url == proposal.get_absolute_url()


def test_a_vote_on_a_changed_page_is_a_conflict(proposal):
    chief = market(Role.CHIEF)
    services.vote(proposal, vote="exclude", seen="", reason="x", actor=chief)
    with pytest.raises(Conflict):
        services.vote(proposal, vote="include", seen="", reason="x", actor=chief)
    proposal.refresh_from_db()
    assert proposal.market_vote == "exclude"


def test_a_vote_needs_its_reason(proposal):
    with pytest.raises(Refused):
        services.vote(proposal, vote="exclude", seen="", reason=" ", actor=market(Role.CHIEF))


def test_who_may_vote(proposal):
    assert permissions.can_vote(market(Role.CHIEF), proposal)
    assert not permissions.can_vote(market(Role.OFFICER), proposal)
    sibling = ActorFactory(agency__sibling=True, roles=[Role.CHIEF])
    assert not permissions.can_vote(sibling, proposal)
    proposal.reporter_says_no = False
    assert not permissions.can_vote(market(Role.CHIEF), proposal)


@pytest.mark.parametrize(
    ("says_no", "market_vote", "ecology_vote", "included"),
    [
        (False, "", "", True),
        (False, "exclude", "exclude", True),
        (True, "", "", True),
        (True, "exclude", "", True),
        (True, "", "exclude", True),
        (True, "include", "exclude", True),
        (True, "exclude", "exclude", False),
    ],
)
def test_the_default_is_to_include(says_no, market_vote, ecology_vote, included):
    found = is_included(reporter_says_no=says_no, market=market_vote, ecology=ecology_vote)
    assert found is included


def test_a_partner_sees_neither_list_nor_queue(browser):
    roster = report()
    clerk = browser(agency=roster.agency, roles=[Role.REPORTER])
    assert clerk.get(reverse("employment_list")).status_code == 403
    assert clerk.get(reverse("match_list")).status_code == 403
