"""行政处罚法 art. 48: what is taken back is gone from the public, and the public is told why."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from agencies.models import User
from penalties.decisions import services as decisions
from penalties.models import PenaltyPublication
from penalties.publication import selectors, services
from portal.access import Actor
from portal.clocks.now import SHANGHAI, real_now
from portal.errors import Refused
from tests.penalties.district import Ways, decision_of

pytestmark = pytest.mark.django_db
ON, GONE = dt.date(2026, 10, 20), dt.date(2026, 12, 2)
JUDGMENT = "（2026）沪0113行初1号"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def rows() -> list[PenaltyPublication]:
    related = ("case__agency", "case__institution", "decision__case")
    return list(PenaltyPublication.objects.select_related(*related).order_by("kind"))


@pytest.fixture
def published(ecology: Ways, run_events: Any, settings: Any) -> Ways:
    """In public, and on the day after the judgment."""
    ecology.served()
    run_events()
    for row in rows():
        services.submit(row, actor=ecology.own.actor("officer"))
        services.approve(row, publish_on=ON, on=ON, actor=ecology.own.actor("chief"))
    at = dt.datetime.combine(GONE, dt.time(9), SHANGHAI)
    settings.CLOCK_SHIFT_SECONDS = (at - real_now()).total_seconds()
    return ecology


@pytest.fixture
def annulled(published: Ways, run_events: Any) -> Ways:
    officer = published.own.actor("officer")
    decision = decision_of(rows()[0].case)
    filed = {"channel": "litigation", "body": "某人民法院", "filed_on": dt.date(2026, 11, 2)}
    result = {"result": "annulled", "result_on": dt.date(2026, 12, 1), "document": JUDGMENT}
    row = decisions.file_challenge(decision, **filed, actor=officer)
    decisions.close_challenge(row, **result, reason="证据不足。", actor=officer)
    run_events()
    return published


def withdraw(way: Ways, row: PenaltyPublication) -> None:
    reason = services.explanation(row.decision)
    services.withdraw(row, reason=reason, on=GONE, actor=way.own.actor("leader"))


def read(address: str) -> str:
    return Client().get(address).content.decode()


def test_the_public_reads_why_and_no_longer_what(annulled: Ways):
    page = f"/public/penalties/{rows()[0].pk}/"
    facts = "报告与原始记录不一致"
    assert facts in read(page)
    for row in rows():
        withdraw(annulled, row)
    body = annulled.institution
    for address in (page, "/public/penalties/", f"/public/institutions/{body.uscc}/"):
        told = read(address)
        assert JUDGMENT in told, address
        assert facts not in told, address
    assert body.name not in read("/public/penalties/")


def test_one_word_for_both_duties_and_only_once_nothing_is_public(annulled: Ways):
    first, second = rows()
    withdraw(annulled, first)
    assert selectors.withdrawals(GONE) == []
    withdraw(annulled, second)
    [told] = selectors.withdrawals(GONE)
    assert told.case_number == first.case.number
    assert selectors.withdrawals(first.ends_on or GONE) == [told]
    assert selectors.withdrawals((first.ends_on or GONE) + dt.timedelta(days=1)) == []


def test_a_withdrawal_without_a_changed_decision_is_not_explained(published: Ways):
    for row in rows():
        services.withdraw(row, reason="误公示。", on=GONE, actor=published.own.actor("leader"))
    assert selectors.withdrawals(GONE) == []
    assert Client().get(f"/public/penalties/{rows()[0].pk}/").status_code == 404


def test_the_reason_names_nobody(annulled: Ways):
    row = rows()[0]
    name = annulled.own.inspectors[0].name
    leader = annulled.own.actor("leader")
    with pytest.raises(Refused, match=name):
        services.withdraw(row, reason=f"{name}经办的决定被撤销。", on=GONE, actor=leader)
    assert rows()[0].withdrawn_on is None


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend=BACKEND)
    return client


def test_the_review_asks_on_a_page_of_its_own(ecology: Ways, run_events: Any):
    """The day of publication is a field, which the dialog of a move does not have."""
    ecology.served()
    run_events()
    row = rows()[0]
    services.submit(row, actor=ecology.own.actor("officer"))
    page = client_of(ecology.own.actor("chief")).get(row.get_absolute_url()).content.decode()
    assert f'href="{row.get_absolute_url()}approve/">复核通过' in page
    assert 'data-dialog="penalty_publication-approve"' not in page
