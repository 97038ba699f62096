"""Reviews, suits and what the bureau mends by itself: by whom, how far, and even after the end."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from agencies.delegations.selectors import actor_of_delegation
from agencies.delegations.services import delegate
from penalties.casefiles.services import archive
from penalties.cases.services import running_clock
from penalties.decisions import services
from penalties.models import Case, Challenge
from portal.access import Actor, job_actor
from portal.clocks import today
from portal.errors import Refused
from tests.penalties.casefiles.test_pages import browser, post, state_of
from tests.penalties.district import Ways, decision_of

pytestmark = pytest.mark.django_db
FILED_ON = dt.date(2026, 10, 21)


def filed(way: Ways, case: Case, channel: str = "own") -> Challenge:
    words = {"channel": channel, "body": "某机关", "filed_on": FILED_ON}
    return services.file_challenge(decision_of(case), **words, actor=way.own.actor("officer"))


def ended(challenge: Challenge, actor: Actor, result: str, fine: Any = None, **more: Any) -> None:
    words = {"result_on": dt.date(2026, 10, 22), "document": "1号", "reason": "认定有误。"} | more
    new_fine = None if fine is None else Decimal(fine)
    services.close_challenge(challenge, result=result, new_fine=new_fine, **words, actor=actor)


@pytest.mark.parametrize(("result", "fine"), [("annulled", None), ("changed", 30_000)])
def test_what_the_bureau_mends_itself_the_leader_decides(ecology: Ways, result: str, fine: Any):
    case = ecology.served()
    own = filed(ecology, case)
    for who in ("officer", "chief", "legal"):
        with pytest.raises(PermissionDenied):
            ended(own, ecology.own.actor(who), result, fine)
    assert decision_of(case).standing == "in_force"
    ended(own, ecology.own.actor("leader"), result, fine)
    assert decision_of(case).standing == result
    assert Case.objects.get(pk=case.pk).fine == (fine or 0)


@pytest.mark.parametrize("channel", ["own", "review", "litigation"])
def test_a_change_never_makes_it_heavier(ecology: Ways, channel: str):
    case = ecology.served()
    who = "leader" if channel == "own" else "officer"
    with pytest.raises(Refused) as refusal:
        ended(filed(ecology, case, channel), ecology.own.actor(who), "changed", 40_001)
    assert refusal.value.code == "heavier"
    assert Case.objects.get(pk=case.pk).fine == 40_000


@pytest.mark.parametrize(("fine", "code"), [(19_999, "fine_below"), (0, "no_fine")])
def test_the_bureaus_own_change_keeps_the_bounds(ecology: Ways, fine: int, code: str):
    own = filed(ecology, ecology.served())
    with pytest.raises(Refused) as refusal:
        ended(own, ecology.own.actor("leader"), "changed", fine)
    assert refusal.value.code == code


def test_the_bureau_finds_nothing_that_only_others_find(ecology: Ways):
    own = filed(ecology, ecology.served())
    with pytest.raises(Refused) as refusal:
        ended(own, ecology.own.actor("leader"), "unlawful")
    assert refusal.value.code == "not_own_result"


def test_a_delegation_reaches_as_far_for_what_is_mended_as_for_what_was_decided(ecology: Ways):
    own = filed(ecology, ecology.served())
    lent = delegate(
        ecology.own.posts["leader"],
        receiver=ecology.own.posts["second"],
        kinds=["approve"],
        from_on=today(),
        to_on=today(),
        reason="出差",
        amount_limit=Decimal(39_999),
        actor=job_actor("test"),
    )
    standing_in = actor_of_delegation(lent, source="test")
    with pytest.raises(Refused) as refusal:
        ended(own, standing_in, "annulled", result_on=today())
    assert refusal.value.code == "beyond_delegation"


def test_the_page_offers_the_leader_what_the_bureau_may_make_of_it(ecology: Ways):
    case = ecology.served()
    own = filed(ecology, case)
    words = {"challenge": own.pk, "result_on": "2026-10-22", "document": "1号", "reason": "有误"}
    facts = {"result": "annulled", **words}
    assert post(ecology.own, "officer", "close_challenge", case, **facts).status_code == 403
    page = browser(ecology.own, "leader").get(f"/penalties/cases/{case.pk}/close-challenge/")
    offered = [value for value, _label in page.context["form"].fields["result"].choices]
    assert offered == ["upheld", "changed", "annulled"]
    assert post(ecology.own, "leader", "close_challenge", case, **facts).status_code == 302
    assert decision_of(case).standing == "annulled"


def test_what_the_bureau_mends_itself_ends_no_period_of_the_party(ecology: Ways):
    case = ecology.served()
    ended(filed(ecology, case), ecology.own.actor("leader"), "upheld")
    for code in ("D16", "D17"):
        assert running_clock(case, code) is not None


def test_no_archive_before_the_result_and_a_result_even_after_it(ecology: Ways):
    case, officer = ecology.closed(), ecology.own.actor("officer")
    suit = filed(ecology, case, "litigation")
    into = {"retention": "long", "missing_reason": "无", "on": dt.date(2026, 11, 6)}
    with pytest.raises(Refused) as refusal:
        archive(case, **into, actor=officer)
    assert refusal.value.code == "challenged"
    ended(suit, officer, "upheld")
    archive(case, **into, actor=officer)
    words = {"channel": "litigation", "body": "某法院", "filed_on": "2026-11-09"}
    assert post(ecology.own, "officer", "challenge", case, **words).status_code == 302
    facts = {
        "challenge": Challenge.objects.get(result="").pk,
        "result": "annulled",
        "result_on": "2026-11-10",
        "document": "再1号",
        "reason": "再审撤销",
    }
    assert post(ecology.own, "officer", "close_challenge", case, **facts).status_code == 302
    assert (state_of(case), decision_of(case).standing) == ("archived", "annulled")


def test_a_case_without_a_decision_has_nothing_to_challenge(ecology: Ways):
    case = ecology.registered()
    Case.objects.filter(pk=case.pk).update(state="archived")
    assert post(ecology.own, "officer", "challenge", case).status_code == 409


def test_the_same_slip_is_mended_once(ecology: Ways):
    decision, leader = decision_of(ecology.served()), ecology.own.actor("leader")
    words = {"wrong": "综合考虑", "right": "综合衡量", "reason": "笔误", "on": FILED_ON}
    services.correct(decision, **words, actor=leader)
    with pytest.raises(Refused) as refusal:
        services.correct(decision, **words, actor=leader)
    assert refusal.value.code == "known"
