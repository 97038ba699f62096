"""Bulletins: drafted once, edited by one at a time, issued, acknowledged once for the agency."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from portal.access import AgencyKind, Role, job_actor
from portal.errors import Conflict, Refused
from portal.inbox.models import Message
from portal.models import AuditEvent
from portal.refs import ref
from sharing.bulletins import permissions, services
from sharing.bulletins.choices import BulletinState
from sharing.bulletins.selectors import work_items
from sharing.bulletins.tables import BULLETINS
from sharing.models import Bulletin, BulletinLine
from tests.factories import ActorFactory, PeriodFactory, RosterFactory, market_bureau
from tests.portal.lists.checks import assert_constant_queries, assert_list_and_export_agree

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 7, 2)


def name(roster):
    return services.name_late_agency(
        issuer=roster.receiver,
        about=roster.period,
        title="逾期未报的通报",
        agency=roster.agency,
        subject=roster,
        due_on=roster.period.due_on,
        actor=job_actor("test"),
    )


@pytest.fixture
def roster():
    return RosterFactory()


@pytest.fixture
def draft(roster) -> Bulletin:
    made = name(roster)
    assert made is not None
    return made


@pytest.fixture
def chief():
    return ActorFactory(agency=market_bureau(), roles=[Role.CHIEF])


def issued(draft, chief):
    services.issue(draft, actor=chief)
    draft.refresh_from_db()
    return draft


def test_the_same_agency_is_named_once(roster, draft):
    assert name(roster) is None
    assert (Bulletin.objects.count(), BulletinLine.objects.count()) == (1, 1)
    assert Message.objects.filter(to_agency=roster.receiver, role=Role.CHIEF).count() == 1


def test_a_second_late_agency_joins_the_draft(roster, draft):
    other = RosterFactory(period=roster.period, agency__kind=AgencyKind.TRANSPORT)
    assert name(other) == draft
    assert draft.lines.count() == 2
    verbs = AuditEvent.objects.filter(stream=ref(draft)).order_by("stream_seq")
    assert list(verbs.values_list("verb", flat=True)) == ["bulletin.draft", "bulletin.name"]


def test_an_issued_bulletin_takes_no_further_name(roster, draft, chief):
    issued(draft, chief)
    other = RosterFactory(period=roster.period, agency__kind=AgencyKind.TRANSPORT)
    assert name(other) is None
    assert draft.lines.count() == 1


def test_issuing_tells_the_named_agency_and_dates_the_bulletin(roster, draft, chief):
    issued(draft, chief)
    assert (draft.state, draft.issued_at is not None) == (BulletinState.ISSUED, True)
    told = Message.objects.filter(to_agency=roster.agency)
    assert sorted(told.values_list("role", flat=True)) == [Role.CHIEF, Role.REPORTER]


def test_only_the_issuers_chief_issues(roster, draft):
    for actor in (
        ActorFactory(agency=roster.receiver, roles=[Role.OFFICER]),
        ActorFactory(agency=roster.agency, roles=[Role.CHIEF]),
    ):
        with pytest.raises(PermissionDenied):
            services.issue(draft, actor=actor)
    draft.refresh_from_db()
    assert draft.state == BulletinState.DRAFT


def test_a_bulletin_that_names_nobody_is_not_issued(draft, chief):
    draft.lines.all().delete()
    with pytest.raises(Refused):
        services.issue(draft, actor=chief)


def test_of_two_who_edit_the_second_gets_a_conflict(draft, chief):
    services.edit_bulletin(draft, title="甲", body="", version=1, actor=chief)
    with pytest.raises(Conflict):
        services.edit_bulletin(draft, title="乙", body="", version=1, actor=chief)
    draft.refresh_from_db()
    assert (draft.title, draft.version) == ("甲", 2)


def test_a_stale_page_of_the_draft_gets_409(draft, browser):
    officer = browser(agency=market_bureau())
    page = {"title": "甲", "body": "", "version": 1}
    url = reverse("bulletin_edit", args=[draft.pk])
    assert officer.post(url, page).status_code == 302
    assert officer.post(url, page | {"title": "乙"}).status_code == 409


def test_an_issued_bulletin_is_not_edited(draft, chief):
    issued(draft, chief)
    assert not permissions.can_edit(chief, draft)
    with pytest.raises(Conflict):
        services.edit_bulletin(draft, title="甲", body="", version=draft.version, actor=chief)


def test_the_named_agency_acknowledges_once(roster, draft, chief):
    issued(draft, chief)
    reporter = ActorFactory(agency=roster.agency, roles=[Role.REPORTER])
    assert [item.title for item in work_items(reporter, TODAY)] == ["确认知悉通报"]
    services.acknowledge(draft, actor=reporter)
    with pytest.raises(Conflict):
        services.acknowledge(draft, actor=reporter)
    assert not list(work_items(reporter, TODAY))
    assert draft.lines.get().acknowledged_by_id == reporter.post_id


def test_a_draft_waits_on_the_chiefs_desk_only(roster, draft, chief):
    assert [item.url for item in work_items(chief, TODAY)] == [draft.get_absolute_url()]
    for actor in (
        ActorFactory(agency=roster.receiver, roles=[Role.OFFICER]),
        ActorFactory(agency=roster.agency, roles=[Role.REPORTER]),
    ):
        assert not list(work_items(actor, TODAY))


def test_a_draft_is_seen_by_its_issuer_only(roster, draft, chief):
    named = ActorFactory(agency=roster.agency, roles=[Role.REPORTER])
    ecology = ActorFactory(agency__kind=AgencyKind.ECOLOGY)
    sibling = ActorFactory(agency__kind=AgencyKind.MARKET, agency__sibling=True)

    def readers():
        people = {"chief": chief, "named": named, "ecology": ecology, "sibling": sibling}
        return {k for k, actor in people.items() if Bulletin.objects.visible_to(actor).exists()}

    assert readers() == {"chief"}
    issued(draft, chief)
    assert readers() == {"chief", "named", "ecology"}


def late_in(year):
    period = PeriodFactory(code=f"{year}-H1", year=year, due_on=dt.date(year, 6, 30))
    return name(RosterFactory(period=period))


def test_list_and_export_agree(chief, tmp_path):
    for year in range(2016, 2025):
        late_in(year)
    assert len(assert_list_and_export_agree(BULLETINS, chief, tmp_path, size=4)) == 9


def test_the_list_asks_the_same_number_of_queries(draft, browser):
    client = browser(agency=market_bureau())

    def grow():
        for year in range(2020, 2025):
            late_in(year)

    assert_constant_queries(lambda: client.get(reverse("bulletin_list")), grow, 25)
