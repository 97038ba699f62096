"""A market penalty of a party from another province: pushed in time, published there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import Region
from penalties.cases.services import running_clock
from penalties.decisions import services as decisions
from penalties.events import DUTIES
from penalties.models import Case, Push
from penalties.pushes import rules, services
from portal.access import job_actor
from portal.errors import Refused
from tests.factories import InstitutionFactory
from tests.penalties.casefiles.test_pages import browser, post
from tests.penalties.district import DECIDED_ON, Ways, decision_of

JOB = job_actor("test")


def test_the_province_stands_in_the_code():
    assert rules.registered_elsewhere("320500", "310113")
    assert not rules.registered_elsewhere("310114", "310113")


@pytest.fixture
def away(market: Ways) -> Ways:
    """A party of another province before the market bureau."""
    facts = {"name": "示范外省区", "level": "district", "path": "320000/320505"}
    region = Region.objects.get_or_create(code="320505", defaults=facts)[0]
    return Ways(market.own, InstitutionFactory(address="外省路 2 号", region=region))


def told(**changed: Any) -> dict[str, Any]:
    facts = {
        "pushed_on": dt.date(2026, 10, 22),
        "receiver": "外省区市场监督管理局",
        "way": "system",
        "document": "TS-1",
    }
    return facts | changed


@pytest.mark.django_db
def test_ten_working_days_to_push_and_ten_more_to_publish(away: Ways, run_events):
    case = away.decided()
    run_events()
    row, officer = Push.objects.get(), away.own.actor("officer")
    clock = running_clock(case, "D20")
    assert clock is not None
    assert (row.province, row.due_on) == ("示范外省区", dt.date(2026, 10, 29))
    assert clock.due_on == row.due_on
    assert "D20" in DUTIES  # who has the duty is reminded, the chief hears of a missed one
    services.begin(decision_of(case), actor=JOB)
    assert Push.objects.count() == 1
    with pytest.raises(Refused) as refusal:
        services.note_published(case, published_on=DECIDED_ON, actor=officer)
    assert refusal.value.code == "not_pushed"
    with pytest.raises(Refused) as refusal:
        services.push(case, **told(pushed_on=dt.date(2026, 10, 14)), actor=officer)
    assert refusal.value.code == "before_decision"
    with pytest.raises(PermissionDenied):
        services.push(case, **told(), actor=away.own.actor("legal"))
    made = services.push(case, **told(), actor=officer)
    assert running_clock(case, "D20") is None
    assert made.publish_due_on == dt.date(2026, 11, 5)
    with pytest.raises(Refused) as refusal:
        services.push(case, **told(), actor=officer)
    assert refusal.value.code == "no_push"
    with pytest.raises(Refused) as refusal:
        services.note_published(case, published_on=dt.date(2026, 10, 21), actor=officer)
    assert refusal.value.code == "before_push"
    services.note_published(case, published_on=dt.date(2026, 11, 3), actor=officer)
    assert running_clock(case, "D20b") is None


@pytest.mark.django_db
def test_nobody_pushes_a_party_of_the_own_province_nor_ecology(
    ecology: Ways, market: Ways, away: Ways, run_events
):
    market.decided()
    Ways(ecology.own, away.institution).decided()
    run_events()
    assert not Push.objects.exists()


@pytest.mark.django_db
def test_an_annulled_decision_is_not_pushed(away: Ways, run_events):
    case, officer = away.decided(), away.own.actor("officer")
    run_events()
    challenge = decisions.file_challenge(
        decision_of(case), channel="own", body="本机关", filed_on=DECIDED_ON, actor=officer
    )
    decisions.close_challenge(
        challenge,
        result="annulled",
        result_on=DECIDED_ON,
        document="",
        reason="认定有误。",
        actor=away.own.actor("leader"),
    )
    run_events()
    assert Push.objects.get().dropped_on is not None
    assert running_clock(case, "D20") is None


@pytest.mark.django_db
def test_pushed_on_the_page_of_the_case(away: Ways, run_events):
    case = away.decided()
    run_events()
    shown = browser(away.own, "officer").get(case.get_absolute_url()).content.decode()
    assert "向登记地推送" in shown
    answer = post(away.own, "officer", "push", case, **told(pushed_on="2026-10-22"))
    assert answer.status_code == 302
    answer = post(away.own, "officer", "push_published", case, published_on="2026-11-03")
    assert answer.status_code == 302
    shown = browser(away.own, "officer").get(case.get_absolute_url()).content.decode()
    assert "外省区市场监督管理局" in shown
    assert Case.objects.get(pk=case.pk).state == "decided"
