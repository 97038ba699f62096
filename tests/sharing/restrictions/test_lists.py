"""Lists of notices, restrictions, publications and records: exports agree, queries stay."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from agencies.models import User
from penalties.models import PenaltyPublication
from penalties.publication.tables import PUBLICATIONS
from portal.access import PUBLIC, Role
from portal.desk.selectors import panels
from sharing.models import CreditRecord, PenaltyNotice, Restriction
from sharing.platforms.tables import CREDIT_RECORDS
from sharing.restrictions import selectors
from sharing.restrictions.tables import NOTICES, RESTRICTIONS
from tests.factories import ActorFactory
from tests.penalties.district import Ways
from tests.portal.lists.checks import assert_constant_queries, assert_list_and_export_agree
from tests.sharing.restrictions import test_notices

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def decided(way: Ways, number: int, run_events: Any) -> None:
    """One more false-data decision, on its own act."""
    day = dt.date(2026, 6, 1) + dt.timedelta(days=number)
    way.decided("E09", {"fine": 150_000}, act_on=day, report_numbers=(f"R-{number}",))
    run_events()


def client_of(actor: Any) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend=BACKEND)
    return client


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("/sharing/notices/", 16),
        ("/sharing/notices/?waiting=true", 16),
        ("/sharing/restrictions/?state=in_force", 16),
        ("/penalties/publications/", 16),
        ("/sharing/credit-records/", 16),
    ],
)
def test_queries_do_not_grow(url, most, ecology, market, partners, run_events):
    decided(ecology, 0, run_events)
    client = client_of(ecology.own.actor("chief"))
    assert_constant_queries(
        lambda: client.get(url),
        lambda: [decided(ecology, number, run_events) for number in (1, 2)],
        most=most,
    )


@pytest.mark.parametrize("defn", [NOTICES, RESTRICTIONS, PUBLICATIONS, CREDIT_RECORDS])
def test_exports_are_the_lists(defn, ecology, market, partners, run_events, tmp_path):
    for number in range(2):
        decided(ecology, number, run_events)
    rows = assert_list_and_export_agree(defn, ecology.own.actor("chief"), tmp_path)
    kept = {NOTICES: PenaltyNotice, RESTRICTIONS: Restriction, PUBLICATIONS: PenaltyPublication}
    assert len(rows) == kept.get(defn, CreditRecord).objects.count()


def test_each_department_finds_its_own_waiting_notices(ecology, market, partners, run_events):
    decided(ecology, 0, run_events)
    reporter = ActorFactory(agency=partners["water"], roles=[Role.REPORTER])
    notice = PenaltyNotice.objects.get()
    page = client_of(reporter).get("/sharing/notices/?waiting=true")
    assert notice.case_number in page.content.decode()
    assert [item.url for item in selectors.work_items(reporter, notice.decided_on)] == [
        notice.get_absolute_url()
    ]
    assert selectors.waiting_count(reporter) == 1
    answer = {"answer": "known", "reason": ""}
    done = client_of(reporter).post(f"{notice.get_absolute_url()}acknowledge/", answer)
    assert done.status_code == 302
    assert selectors.waiting_count(reporter) == 0


def test_the_institution_sees_its_restriction_but_no_answers(ecology, market, partners, run_events):
    from tests.factories import UserFactory

    decided(ecology, 0, run_events)
    user = UserFactory(institution_id=ecology.institution.pk)
    client = Client()
    client.force_login(user, backend=BACKEND)
    notice = PenaltyNotice.objects.get()
    page = client.get(notice.get_absolute_url()).content.decode()
    assert "政府购买禁入" in page
    assert "确认回执" not in page
    assert client.get(f"{notice.get_absolute_url()}acknowledge/").status_code == 403


def test_the_public_page_shows_penalties_and_masks_banned_persons(
    ecology, market, partners, run_events
):
    test_notices.TestRestrictions().banned(ecology, "王小明")
    run_events()
    body = ecology.institution
    shown = [template for template, _context in panels("public_institution", body, PUBLIC)]
    assert "sharing/restrictions/part_public.html" not in shown
    day = dt.date(2026, 10, 20)
    PenaltyPublication.objects.filter(kind="disclosure").update(
        state="published", published_on=day, ends_on=dt.date(2099, 1, 1)
    )
    row = PenaltyPublication.objects.get(kind="disclosure")
    from penalties.publication.selectors import content_of

    days = {"on": day, "legal_on": day, "ends_on": dt.date(2099, 1, 1)}
    row.versions.create(number=1, act="publish", content=content_of(row), **days)
    page = Client().get(f"/public/institutions/{body.uscc}/").content.decode()
    assert "王某某" in page
    assert "王小明" not in page
    assert "从业禁止" in page
