"""Separate people review, review legally, discuss; what is due cannot be skipped."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from penalties.cases.services import add_investigator, running_clock
from penalties.models import Case, Discussion
from penalties.reviews import rules, selectors, services
from portal.access import Role
from portal.errors import Refused
from tests.factories import ActorFactory
from tests.penalties.district import NOTICED_ON, Ways

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 9, 16)


def test_the_chief_reviews_but_not_the_own_case(ecology: Ways):
    case = ecology.reviewing()
    for who in ("officer", "leader", "legal", "first_inspector"):
        with pytest.raises(PermissionDenied):
            services.pass_review(case, opinion="同意", on=ON, actor=ecology.own.actor(who))
    Case.objects.filter(pk=case.pk).update(handler=ecology.own.posts["chief"])
    own = Case.objects.get(pk=case.pk)
    with pytest.raises(PermissionDenied, match="办案人员"):
        services.pass_review(own, opinion="同意", on=ON, actor=ecology.own.actor("chief"))
    Case.objects.filter(pk=case.pk).update(handler=ecology.own.posts["officer"])
    fresh = Case.objects.get(pk=case.pk)
    services.pass_review(fresh, opinion="同意", on=ON, actor=ecology.own.actor("chief"))
    assert Case.objects.get(pk=case.pk).state == "reviewed"


def test_the_handler_is_never_its_own_legal_reviewer(market: Ways):
    case = market.reviewed()
    services.to_legal(case, on=ON, actor=market.own.actor("officer"))
    both = ActorFactory(agency=market.own.agency, roles=[Role.OFFICER, Role.LEGAL])
    Case.objects.filter(pk=case.pk).update(handler=both.post_id)
    own = Case.objects.get(pk=case.pk)
    with pytest.raises(PermissionDenied, match="第五十八条"):
        services.pass_legal(own, opinion="合法", on=ON, actor=both)
    Case.objects.filter(pk=case.pk).update(handler=market.own.posts["officer"])
    fresh = Case.objects.get(pk=case.pk)
    services.pass_legal(fresh, opinion="合法", on=ON, actor=both)
    assert Case.objects.get(pk=case.pk).state == "reviewed"


def test_a_former_investigator_never_reviews_legally(market: Ways):
    case = market.reviewed()
    services.to_legal(case, on=ON, actor=market.own.actor("officer"))
    person = market.own.posts["first_inspector"]
    case.investigators.filter(inspector__user=person.user).update(ended_on=ON)
    legal = ActorFactory(user=person.user, agency=market.own.agency, roles=[Role.LEGAL])
    with pytest.raises(PermissionDenied):
        services.pass_legal(case, opinion="合法", on=ON, actor=legal)


def test_case_review_and_legal_review_are_two_people(market: Ways):
    case = market.reviewing()
    both = ActorFactory(agency=market.own.agency, roles=[Role.CHIEF, Role.LEGAL])
    services.pass_review(case, opinion="同意", on=ON, actor=both)
    services.to_legal(case, on=ON, actor=market.own.actor("officer"))
    with pytest.raises(PermissionDenied, match="同一人"):
        services.pass_legal(case, opinion="合法", on=ON, actor=both)


def test_a_reviewer_does_not_become_an_investigator(ecology: Ways):
    case = ecology.reviewed()
    person = ecology.own.inspectors[0]
    case.investigators.filter(inspector=person).update(ended_on=ON)
    person.user_id = ecology.own.posts["chief"].user_id
    person.save()
    with pytest.raises(Refused):
        add_investigator(case, inspector=person, on=ON, actor=ecology.own.actor("officer"))


def test_market_is_legally_reviewed_in_ten_working_days(market: Ways):
    case = market.reviewed()
    services.to_legal(case, on=NOTICED_ON, actor=market.own.actor("officer"))
    clock = running_clock(case, "D08")
    assert clock is not None
    assert (clock.role, clock.due_on) == ("legal", dt.date(2026, 10, 12))
    services.pass_legal(
        case, opinion="合法", on=dt.date(2026, 10, 9), actor=market.own.actor("legal")
    )
    assert running_clock(case, "D08") is None


def test_a_returned_case_is_reviewed_anew(market: Ways):
    case = market.reviewed()
    services.to_legal(case, on=ON, actor=market.own.actor("officer"))
    services.return_legal(case, opinion="证据不足", on=ON, actor=market.own.actor("legal"))
    assert Case.objects.get(pk=case.pk).state == "investigating"
    assert case.reviews.filter(superseded=False).count() == 0


def test_an_opinion_is_asked_for(ecology: Ways):
    case = ecology.reviewing()
    with pytest.raises(Refused):
        services.pass_review(case, opinion=" ", on=ON, actor=ecology.own.actor("chief"))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"public_interest": True}, ["public_interest"]),
        ({"complex": True}, ["complex"]),
        ({"heard": True}, ["heard"]),
        ({"market": True}, ["procedure"]),
    ],
)
def test_when_legal_review_is_due(changed: dict[str, bool], expected: list[str]):
    weight = rules.Weight(**({"market": False} | changed))
    assert rules.legal_triggers(weight) == expected


@pytest.mark.parametrize(
    ("money", "weighty", "expected"),
    [
        (499_999, False, []),
        (500_000, False, ["amount"]),
        (0, True, ["weighty"]),
    ],
)
def test_when_discussion_is_due(money: int, weighty: bool, expected: list[str]):
    weight = rules.Weight(market=False, money=Decimal(money), weighty_kinds=weighty)
    assert rules.discussion_triggers(weight, Decimal(500_000)) == expected


def discussing(way: Ways) -> Case:
    changed = {"fine": Decimal(500_000), "kinds": ("fine", "revocation")}
    case = way.reviewed("E09", changed)
    services.to_discussion(case, actor=way.own.actor("officer"))
    return case


def minutes(way: Ways, *votes: str, opinion: str = "同意处罚") -> services.Minutes:
    members = [way.own.posts[who] for who in ("leader", "chief", "legal", "second")]
    voices = [
        services.Voice(post, vote, opinion) for post, vote in zip(members, votes, strict=False)
    ]
    return services.Minutes(ON, "三楼会议室", "同意拟处罚意见", voices)


def test_three_members_discuss_each_with_an_opinion(ecology: Ways):
    case, leader = discussing(ecology), ecology.own.actor("leader")
    for faulty in (
        minutes(ecology, "agree", "agree"),
        minutes(ecology, "agree", "agree", "agree", opinion=" "),
    ):
        with pytest.raises(Refused):
            services.discuss(case, minutes=faulty, actor=leader)
    assert not Discussion.objects.exists()
    assert selectors.discussion_due(case, ON) == ["amount", "weighty"]
    services.discuss(case, minutes=minutes(ecology, "agree", "agree", "disagree"), actor=leader)
    assert Case.objects.get(pk=case.pk).state == "reviewed"
    assert selectors.discussion_due(case, ON) == []


def test_without_a_majority_the_case_goes_back(ecology: Ways):
    case, leader = discussing(ecology), ecology.own.actor("leader")
    split = minutes(ecology, "agree", "agree", "disagree", "abstain")
    services.discuss(case, minutes=split, actor=leader)
    assert Case.objects.get(pk=case.pk).state == "investigating"


def test_only_the_leader_presides(ecology: Ways):
    case = discussing(ecology)
    with pytest.raises(PermissionDenied):
        services.discuss(
            case,
            minutes=minutes(ecology, "agree", "agree", "agree"),
            actor=ecology.own.actor("chief"),
        )
