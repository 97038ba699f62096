"""The institution's page tells one history of everything, to each as far as it sees."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from agencies.models import Agency, User
from penalties.decisions import services as decisions
from penalties.models import PenaltyPublication
from penalties.publication import services as publications
from portal.access import PUBLIC, Actor, AgencyKind, Role
from portal.audit.selectors import timeline
from portal.clocks.now import SHANGHAI, real_now
from portal.desk.selectors import occasions
from sharing.models import PenaltyNotice
from sharing.restrictions import services
from tests.factories import ActorFactory
from tests.penalties.district import Ways, decision_of

pytestmark = pytest.mark.django_db
ON, COURT, GONE = dt.date(2026, 10, 20), dt.date(2026, 12, 1), dt.date(2026, 12, 2)


@pytest.fixture
def annulled(
    ecology: Ways, market: Ways, partners: dict[str, Agency], run_events: Any, settings: Any
) -> Ways:
    """False data punished, published, annulled by a court and withdrawn; it is the next day."""
    case = ecology.served("E09", {"fine": Decimal(150_000)})
    run_events()
    officer, chief = ecology.own.actor("officer"), ecology.own.actor("chief")
    for row in _publications():
        publications.submit(row, actor=officer)
        publications.approve(row, publish_on=ON, on=ON, actor=chief)
    filed = {"channel": "litigation", "body": "某人民法院", "filed_on": dt.date(2026, 11, 2)}
    row = decisions.file_challenge(decision_of(case), **filed, actor=officer)
    result = {"result": "annulled", "result_on": COURT, "document": "（2026）行初1号"}
    decisions.close_challenge(row, **result, reason="证据不足。", actor=officer)
    run_events()
    at = dt.datetime.combine(GONE, dt.time(9), SHANGHAI)
    settings.CLOCK_SHIFT_SECONDS = (at - real_now()).total_seconds()
    for each in _publications():
        publications.withdraw(each, reason="判决撤销。", on=GONE, actor=chief)
    return ecology


def _publications() -> list[PenaltyPublication]:
    related = ("case__agency", "case__institution", "decision__case")
    return list(PenaltyPublication.objects.select_related(*related))


def told(way: Ways, actor: Actor) -> list[tuple[str, str]]:
    found = occasions(way.institution, actor)
    return [(one.on.isoformat(), str(one.kind)) for one in found]


def test_the_deciding_bureau_reads_all_of_it_the_newest_first(annulled: Ways):
    found = told(annulled, annulled.own.actor("chief"))
    assert [on for on, _what in found] == sorted((on for on, _what in found), reverse=True)
    assert {
        ("2026-12-02", "处罚公示：撤回"),
        ("2026-12-01", "行政诉讼结果：撤销"),
        ("2026-12-01", "决定变更后重新通报"),
        ("2026-12-01", "限制结束"),
        ("2026-11-02", "行政诉讼"),
        ("2026-10-20", "处罚公示：公示"),
        ("2026-10-15", "处罚决定"),
        ("2026-10-15", "处罚信息通报"),
        ("2026-10-15", "限制开始"),
        ("2026-09-07", "立案"),
    } <= set(found)


def test_a_partner_reads_what_it_was_told(annulled: Ways, partners: dict[str, Agency]):
    clerk = ActorFactory(agency=partners[AgencyKind.WATER], roles=[Role.REPORTER])
    expected = {"决定变更后重新通报", "限制结束", "处罚信息通报", "限制开始"}
    assert {what for _on, what in told(annulled, clerk)} == expected


def test_the_public_reads_only_that_it_was_withdrawn(annulled: Ways):
    assert told(annulled, PUBLIC) == [("2026-12-02", "处罚公示撤回")]


def test_an_answer_is_told_in_words(annulled: Ways, partners: dict[str, Agency]):
    clerk = ActorFactory(agency=partners[AgencyKind.WATER], roles=[Role.REPORTER])
    notice = PenaltyNotice.objects.get()
    line = notice.acknowledgements.current().get(agency=partners[AgencyKind.WATER])
    services.acknowledge(line, answer="known", reason="", on=GONE, actor=clerk)
    entries = timeline(f"notice:{notice.pk}", clerk)
    [entry] = [each for each in entries if each.changes and each.who == str(_user(clerk))][:1]
    assert [str(change) for change in entry.changes] == ["回执：填写为“已知悉”"]


def _user(actor: Actor) -> Any:
    return User.objects.get(pk=actor.user_id)
