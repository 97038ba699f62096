"""The invented rosters: every state, an item for every role, the same for the same day."""

import datetime as dt
import random

import pytest

from agencies import demo as agencies_demo
from agencies.accounts.selectors import actor_from_post
from agencies.models import Post
from institutions import demo as institutions_demo
from portal.clocks.models import Clock
from portal.clocks.selectors import work_items as clock_items
from portal.demo import DemoPlan
from portal.refs import ref
from sharing import demo
from sharing.bulletins.selectors import work_items as bulletin_items
from sharing.employments.selectors import work_items as employment_items
from sharing.models import Bulletin, Period, Roster, RosterRow, RosterVersion
from sharing.rosters import sheets
from sharing.rosters.choices import OPEN_STATES, RosterState, VersionKind
from sharing.rosters.selectors import work_items as roster_items

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="module", autouse=True)
def district(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo of this day, once for all these tests."""
    from django.conf import settings
    from django.db import transaction

    from portal.law.seed import seed_calendar, seed_law

    kept, settings.FILES_DIR = settings.FILES_DIR, tmp_path_factory.mktemp("files")
    plan = DemoPlan("small", 60, TODAY, random.Random("a"))
    with django_db_blocker.unblock(), transaction.atomic():
        seed_law()
        seed_calendar()
        agencies_demo.load_agencies(plan)
        agencies_demo.load_people(plan)
        institutions_demo.load(plan)
        demo.load(plan)
        yield
        transaction.set_rollback(True)
    settings.FILES_DIR = kept


def actor(username):
    return actor_from_post(Post.objects.filter(user__username=username)[0].pk, source="test")


def titles(provider, username):
    return [item.title for item in provider(actor(username), TODAY)]


def test_there_are_two_years_and_the_open_period():
    codes = Period.objects.order_by("due_on").values_list("code", flat=True)
    assert list(codes) == ["2024-Y", "2025-H1", "2025-Y", "2026-H1", "2026-Y"]


def test_every_state_and_every_kind_of_version_is_there():
    assert set(Roster.objects.values_list("state", flat=True)) == set(RosterState)
    assert set(RosterVersion.objects.values_list("kind", flat=True)) == set(VersionKind)
    assert RosterVersion.objects.filter(is_nil=True).exists()


def test_late_and_correcting_versions_carry_their_reason():
    needing = RosterVersion.objects.exclude(kind__in=[VersionKind.FIRST, VersionKind.AGAIN])
    assert not needing.filter(reason="").exists()


def test_open_rosters_have_a_running_clock_to_their_day():
    for roster in Roster.objects.filter(state__in=OPEN_STATES).select_related("period"):
        assert Clock.objects.of(ref(roster)).open().get().due_on == roster.period.due_on


def test_two_names_wait_for_matching_and_the_others_are_known():
    unknown = RosterRow.objects.in_force().filter(institution=None)
    assert [row.institution_name for row in unknown] == [name for name, _serial in demo.UNKNOWN]


def test_every_role_has_something_to_do():
    assert titles(clock_items, "water.clerk")
    assert "签核机构名单" in titles(roster_items, "ecology.chief")
    assert "签核机构名单" in titles(roster_items, "water.chief")
    assert "审阅并锁定机构名单" in titles(roster_items, "market.officer")
    assert "核对名单中的机构" in titles(employment_items, "market.officer")
    assert "决定是否纳入双随机" in titles(employment_items, "market.chief")
    assert "决定是否纳入双随机" in titles(employment_items, "ecology.chief")
    assert "审核印发通报" in titles(bulletin_items, "market.chief")
    assert "确认知悉通报" in titles(bulletin_items, "greening.clerk")


def test_one_bulletin_is_drafted_and_one_half_acknowledged():
    states = Bulletin.objects.order_by("state").values_list("state", flat=True)
    assert list(states) == ["draft", "issued"]
    lines = Bulletin.objects.get(state="issued").lines
    assert sorted(line.acknowledged_at is None for line in lines.all()) == [False, True]


def test_last_periods_workbook_passes_but_for_what_must_be_confirmed():
    roster = Roster.objects.get(agency__code="water", period__code="2026-Y")
    found = sheets.examine(roster, sheets.roster_template(roster), "名单.xlsx")
    assert {issue["tier"] for issue in found.issues} <= {"plausible", "note"}
    assert len(found.reading.rows) == 6


def test_the_faulty_sample_has_each_planted_mistake():
    roster = Roster.objects.get(agency__code="water", period__code="2026-Y")
    found = sheets.examine(roster, sheets.faulty_sample(roster), "示例.xlsx")
    at = {(issue["cell"], issue["code"]) for issue in found.issues if issue["open"]}
    named = {("E5", "uscc"), ("G6", "no_such_date"), ("R8", "contract_order"), ("Z9", "phone")}
    assert named | {("E13", "duplicate"), ("S12", "unusual")} <= at
    assert {"E13", "F7", "K10", "L11", "N11", "S13"} <= {cell for cell, _code in at}
    assert "4" not in {cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for cell, _code in at}
