"""The period passes: one department reports, one is silent, and the worker is down for three days.

2027-01-31 is a Sunday; the last working day before is Friday the 29th. The worker runs last on
the 28th and again on 1 February.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from portal.access import AgencyKind, Role
from portal.clocks import engine, today
from portal.clocks.models import EffectRun
from portal.clocks.now import SHANGHAI, real_now
from portal.inbox.models import Message
from sharing.models import Bulletin, Roster
from sharing.rosters import services
from tests.factories import ActorFactory, AgencyFactory, PostFactory, market_bureau, roster_row
from tests.journeys.browser import assert_accessible, look
from tests.journeys.conftest import OpenPage

Travel = Callable[[str], None]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def travel(settings) -> Travel:
    """Shifts the portal's clock to nine o'clock of a day, for the server and the jobs alike."""

    def to(day: str) -> None:
        wanted = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(9), SHANGHAI)
        settings.CLOCK_SHIFT_SECONDS = int((wanted - real_now()).total_seconds())

    return to


@pytest.fixture
def period(law, travel: Travel):
    """2026-Y, opened in time for the water and the transport departments."""
    travel("2027-01-10")
    market = market_bureau()
    for code, kind in (("water", AgencyKind.WATER), ("transport", AgencyKind.TRANSPORT)):
        AgencyFactory(code=code, name=f"示范区{kind.label}", kind=kind, reports_rosters=True)
    actor = ActorFactory(agency=market)
    services.open_due_periods(today(), days_ahead=90, actor=actor)
    return Roster.objects.get(agency__code="water").period


def test_reminders_and_the_late_bulletin_come_once_with_their_legal_dates(
    open_page: OpenPage, travel: Travel, period
):
    water, transport = (
        Roster.objects.get(agency__code=code, period=period) for code in ("water", "transport")
    )
    for day in ("2027-01-16", "2027-01-24", "2027-01-28"):
        travel(day)
        engine.look()
    reporter = ActorFactory(agency=transport.agency, roles=[Role.REPORTER])
    handed = services.Handed(rows=[roster_row()])
    services.hand_in(transport, handed=handed, day=today(), actor=reporter)

    travel("2027-02-01")
    for _twice in range(2):
        engine.look()

    runs = EffectRun.objects.filter(clock__ref=f"roster:{water.pk}").order_by("legal_on")
    assert [(run.legal_on.isoformat(), run.late) for run in runs] == [
        ("2027-01-16", False),
        ("2027-01-24", False),
        ("2027-01-28", False),
        ("2027-01-29", True),
        ("2027-02-01", False),
    ]
    reminders = Message.objects.filter(to_agency=water.agency, role=Role.REPORTER)
    assert reminders.count() == 4
    bulletin = Bulletin.objects.get()
    assert [line.agency for line in bulletin.lines.all()] == [water.agency]

    chief = PostFactory(agency=water.receiver, roles=[Role.CHIEF]).user
    page = open_page(chief)
    page.goto(period.get_absolute_url())
    assert "逾期 1 天" in page.locator("tr", has_text=water.agency.name).inner_text()
    look(page, "period-board-late")
    assert_accessible(page)
    page.goto(bulletin.get_absolute_url())
    page.get_by_role("link", name="印发").click()
    page.get_by_role("dialog").get_by_role("button", name="印发").click()
    page.wait_for_load_state()
    assert "已印发" in page.locator("h1").inner_text()

    clerk = PostFactory(agency=water.agency, roles=[Role.REPORTER]).user
    page = open_page(clerk, width=390)
    page.goto(bulletin.get_absolute_url())
    assert "2027年1月31日" in page.content()
    page.get_by_role("button", name="确认知悉").click()
    page.wait_for_load_state()
    look(page, "bulletin-acknowledged-390")
    assert bulletin.lines.get().acknowledged_at is not None
