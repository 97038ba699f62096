"""Handing in, signing, returning, locking, correcting: what counts, and what is refused."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from institutions.models import Presence
from institutions.registry.services import merge
from portal.access import AgencyKind, Role
from portal.clocks.models import Clock
from portal.errors import Conflict, Refused
from portal.inbox.models import Message
from portal.models import AuditEvent
from portal.refs import ref
from sharing.models import Employment, RosterDraft, RosterRow
from sharing.rosters import rules, services
from sharing.rosters.choices import RosterState, VersionKind
from sharing.rosters.services import Handed
from tests.factories import (
    ActorFactory,
    AgencyFactory,
    InstitutionFactory,
    RosterFactory,
    market_bureau,
    roster_row,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]

IN_TIME = dt.date(2026, 6, 20)
LATE = dt.date(2026, 7, 2)


def reporter(roster):
    return ActorFactory(agency=roster.agency, roles=[Role.REPORTER])


def chief(roster):
    return ActorFactory(agency=roster.agency, roles=[Role.CHIEF])


def receiver(roster):
    return ActorFactory(agency=roster.receiver, roles=[Role.OFFICER])


def hand_in(roster, *, day=IN_TIME, actor=None, **words):
    handed = Handed(rows=[roster_row()], **words)
    version = services.hand_in(roster, handed=handed, day=day, actor=actor or reporter(roster))
    roster.refresh_from_db()
    return version


def test_a_first_version_counts_and_stops_the_clock():
    roster = RosterFactory()
    services.start_clock(roster, on=dt.date(2026, 4, 1), actor=reporter(roster))
    version = hand_in(roster)
    assert (roster.state, roster.current) == (RosterState.SUBMITTED, version)
    assert (version.kind, version.row_count) == (VersionKind.FIRST, 1)
    assert not Clock.objects.of(ref(roster)).open().exists()


def test_a_version_is_audited_on_its_rosters_stream():
    roster = RosterFactory()
    hand_in(roster)
    verbs = AuditEvent.objects.filter(stream=ref(roster)).values_list("verb", flat=True)
    assert "roster.submit" in list(verbs)


def test_a_nil_report_counts_without_rows():
    roster = RosterFactory()
    version = services.hand_in(
        roster, handed=Handed(is_nil=True), day=IN_TIME, actor=reporter(roster)
    )
    assert version.is_nil
    assert not version.rows.exists()


def test_an_empty_list_that_is_not_said_to_be_nil_is_refused():
    roster = RosterFactory()
    with pytest.raises(Refused, match="零报告"):
        services.hand_in(roster, handed=Handed(), day=IN_TIME, actor=reporter(roster))
    assert not roster.versions.exists()


def test_a_late_version_needs_its_reason():
    roster = RosterFactory()
    with pytest.raises(Refused, match="逾期"):
        hand_in(roster, day=LATE)
    assert hand_in(roster, day=LATE, reason="系统迁移").kind == VersionKind.LATE


def test_a_reporter_of_another_agency_may_not_report():
    roster = RosterFactory()
    stranger = ActorFactory(agency__kind=AgencyKind.GREENING, roles=[Role.REPORTER])
    with pytest.raises(PermissionDenied):
        hand_in(roster, actor=stranger)
    assert not roster.versions.exists()


def test_where_the_agency_asks_the_chief_signs_before_it_counts():
    roster = RosterFactory(signed=True)
    version = hand_in(roster)
    assert (roster.state, roster.current) == (RosterState.SIGNING, None)
    services.sign(roster, actor=chief(roster))
    roster.refresh_from_db()
    assert (roster.state, roster.current) == (RosterState.SUBMITTED, version)
    version.refresh_from_db()
    assert version.signed_at is not None


def test_what_the_chief_sends_back_leaves_the_version_before_in_force():
    roster = RosterFactory(signed=True)
    first = hand_in(roster)
    services.sign(roster, actor=chief(roster))
    hand_in(roster)
    services.send_back(roster, reason="漏填合同", actor=chief(roster))
    roster.refresh_from_db()
    assert (roster.state, roster.current) == (RosterState.SUBMITTED, first)


def test_a_second_list_waits_for_the_chief():
    roster = RosterFactory(signed=True)
    hand_in(roster)
    with pytest.raises(Refused, match="签核"):
        hand_in(roster)


def test_returning_starts_the_clock_again_to_the_same_day_and_tells_the_reporter():
    roster = RosterFactory()
    hand_in(roster)
    services.return_roster(roster, reason="合同期有误", actor=receiver(roster))
    clock = Clock.objects.of(ref(roster)).open().get()
    assert clock.due_on == roster.period.due_on
    assert Message.objects.filter(
        to_agency=roster.agency, paragraphs=[{"text": "合同期有误"}]
    ).exists()


def test_only_the_receiver_returns():
    roster = RosterFactory()
    hand_in(roster)
    with pytest.raises(PermissionDenied):
        services.return_roster(roster, reason="x", actor=chief(roster))
    roster.refresh_from_db()
    assert roster.state == RosterState.SUBMITTED


def test_after_the_lock_a_correction_is_a_version_with_reason():
    roster = RosterFactory()
    hand_in(roster)
    services.lock(roster, actor=receiver(roster))
    with pytest.raises(Refused, match="锁定"):
        hand_in(roster)
    version = hand_in(roster, reason="机构写错")
    assert (version.kind, version.number) == (VersionKind.CORRECTION, 2)
    assert roster.state == RosterState.CORRECTED


def test_a_version_made_on_an_older_one_is_a_conflict():
    roster = RosterFactory()
    hand_in(roster)
    with pytest.raises(Conflict):
        hand_in(roster, base_version=0)
    assert roster.versions.count() == 1


def test_the_same_draft_is_handed_in_once(stored_workbook):
    roster = RosterFactory()
    actor = reporter(roster)
    draft = services.keep_draft(roster, file=stored_workbook, scan=None, checked={}, actor=actor)
    same = RosterDraft.objects.get(pk=draft.pk)
    handed = Handed(rows=[roster_row()], file=stored_workbook)
    services.hand_in_draft(draft, handed=handed, day=IN_TIME, actor=actor)
    with pytest.raises(Conflict):
        services.hand_in_draft(same, handed=handed, day=IN_TIME, actor=actor)
    assert roster.versions.count() == 1


def test_the_receiver_enters_a_paper_list_without_the_chiefs_signature():
    roster = RosterFactory(signed=True)
    hand_in(roster, actor=receiver(roster))
    assert roster.state == RosterState.SUBMITTED


def test_opening_a_period_gives_each_reporter_a_roster_and_a_clock_once():
    market = market_bureau()
    for kind in (AgencyKind.WATER, AgencyKind.TRANSPORT):
        AgencyFactory(kind=kind, reports_rosters=True)
    AgencyFactory(kind=AgencyKind.WATER, reports_rosters=True, sibling=True)
    actor = ActorFactory(agency=market)
    for _again in range(2):
        services.open_due_periods(dt.date(2026, 11, 21), days_ahead=90, actor=actor)
    period = market.received_rosters.first().period
    assert period.code == "2026-Y"
    assert market.received_rosters.count() == 2
    clocks = Clock.objects.filter(rule_code="R01")
    assert [clock.due_on for clock in clocks] == [dt.date(2027, 1, 31)] * 2


def test_urging_twice_a_day_sends_one_message():
    roster = RosterFactory()
    for _again in range(2):
        services.urge(roster, day=IN_TIME, actor=receiver(roster))
    assert Message.objects.filter(to_agency=roster.agency).count() == 1


def test_rows_in_force_make_the_merged_list_and_the_presence(run_events):
    known = InstitutionFactory(uscc="91310113MA1TEX706G", region__code="310114")
    roster = RosterFactory()
    hand_in(roster)
    run_events()
    employment = Employment.objects.get()
    assert (employment.institution, employment.media) == (known, ["water", "soil"])
    assert Presence.objects.filter(institution=known, source=ref(roster)).exists()


def test_a_returned_roster_leaves_the_merged_list(run_events):
    InstitutionFactory(uscc="91310113MA1TEX706G")
    roster = RosterFactory()
    hand_in(roster)
    run_events()
    services.return_roster(roster, reason="重报", actor=receiver(roster))
    run_events()
    assert not Employment.objects.exists()


def test_an_unknown_institution_waits_for_matching():
    roster = RosterFactory()
    hand_in(roster)
    assert RosterRow.objects.in_force().get().institution is None


def test_rules_name_the_period_before():
    assert rules.previous_period("H1", 2026) == ("Y", 2025)
    assert rules.previous_period("Y", 2026) == ("H1", 2026)


def test_rows_follow_when_two_entries_are_merged(run_events):
    stays = InstitutionFactory(uscc="91310113MA1TEX714B")
    duplicate = InstitutionFactory(uscc="91310113MA1TEX706G")
    roster = RosterFactory()
    hand_in(roster)
    run_events()
    chief_of_market = ActorFactory(agency=roster.receiver, roles=[Role.CHIEF])
    merge(
        duplicate, into=stays, version=duplicate.version, actor=chief_of_market, reason="重复登记"
    )
    run_events()
    assert RosterRow.objects.get().institution == stays
    assert Employment.objects.get().institution == stays
