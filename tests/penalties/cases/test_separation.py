"""Who once had a case in hand never looks at it again as a reviewer, a legal reviewer, a leader."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from agencies.accounts.selectors import actor_from_post
from agencies.models import Inspector
from penalties.cases import services
from penalties.cases.permissions import can_decide, can_handle, can_legal, can_list, can_review
from penalties.decisions import services as decisions
from penalties.models import Case, Handling
from penalties.notices.services import call_hearing, request_hearing
from penalties.reviews import services as reviews
from portal.access import Actor, AgencyKind, Role
from portal.errors import Refused
from tests.factories import AgencyFactory, PostFactory
from tests.penalties.district import DECIDED_ON, FOUND_ON, NOTICED_ON, Ways

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 9, 16)


def also(way: Ways, who: str, role: str) -> Actor:
    """The person of a post, acting from a second post of the bureau with another role."""
    post = PostFactory(agency=way.own.agency, user=way.own.posts[who].user, roles=[role])
    return actor_from_post(post.pk, source="test")


def handed_on(way: Ways) -> Case:
    """The officer handled the case until the review; then another officer took it over."""
    case = way.reviewing()
    words = {"to": way.own.posts["second"], "reason": "调整分工"}
    services.hand_over(case, **words, actor=way.own.actor("chief"))
    return Case.objects.get(pk=case.pk)


def test_a_past_handler_neither_reviews_nor_decides(market: Ways):
    case = handed_on(market)
    reviewer = also(market, "officer", Role.CHIEF)
    with pytest.raises(PermissionDenied, match="办案人员"):
        reviews.pass_review(case, opinion="同意", on=ON, actor=reviewer)
    assert not can_review(reviewer, case)
    assert not can_legal(also(market, "officer", Role.LEGAL), case)
    assert not can_decide(also(market, "officer", Role.LEADER), case)
    reviews.pass_review(case, opinion="同意", on=ON, actor=market.own.actor("chief"))


def test_work_that_passes_on_with_a_post_is_remembered_too(ecology: Ways):
    case = ecology.reviewing()
    giver, receiver = ecology.own.posts["officer"], ecology.own.posts["second"]
    services.handed_over(giver, receiver, ecology.own.actor("chief"))
    fresh = Case.objects.get(pk=case.pk)
    assert fresh.handler == receiver
    assert not can_review(also(ecology, "officer", Role.CHIEF), fresh)
    posts = Handling.objects.filter(case=case).values_list("post", flat=True)
    assert set(posts) == {giver.pk, receiver.pk}


def test_a_past_handler_does_not_preside_the_hearing(ecology: Ways):
    case = ecology.noticed(proposal={"fine": Decimal(60_000)})
    hearing = request_hearing(case, requested_on=NOTICED_ON, actor=ecology.own.actor("officer"))
    words = {"to": ecology.own.posts["second"], "reason": "调整分工"}
    services.hand_over(case, **words, actor=ecology.own.actor("chief"))
    call = {
        "notified_on": dt.date(2026, 9, 22),
        "planned_on": dt.date(2026, 10, 19),
        "place": "会议室",
        "is_open": True,
        "actor": ecology.own.actor("second"),
    }
    with pytest.raises(Refused) as refusal:
        call_hearing(hearing, chair=ecology.own.posts["officer"], **call)
    assert refusal.value.code == "chair"
    call_hearing(hearing, chair=ecology.own.posts["legal"], **call)


def test_the_reviewer_does_not_decide(ecology: Ways):
    case = Case.objects.get(pk=ecology.deciding().pk)
    both = also(ecology, "chief", Role.LEADER)
    with pytest.raises(PermissionDenied, match="审核人员"):
        decisions.decide(case, on=DECIDED_ON, actor=both)
    decisions.decide(case, on=DECIDED_ON, actor=ecology.own.actor("leader"))


def test_an_investigator_of_the_enforcement_team_sees_and_handles_the_case(ecology: Ways):
    team = AgencyFactory(kind=AgencyKind.ENFORCEMENT_TEAM, superior=ecology.own.agency)
    post, beside = (PostFactory(agency=team, roles=[Role.INSPECTOR]) for _each in range(2))
    person = Inspector.objects.create(
        agency=team,
        user=post.user,
        name=post.user.name,
        certificate_number="SH-T-1",
        valid_from=dt.date(2024, 1, 1),
        valid_to=dt.date(2029, 12, 31),
    )
    case = ecology.staffed()
    row = services.add_investigator(
        case, inspector=person, on=FOUND_ON, actor=ecology.own.actor("officer")
    )
    inspector = actor_from_post(post.pk, source="test")
    stranger = actor_from_post(beside.pk, source="test")
    assert can_list(inspector)
    assert list(Case.objects.visible_to(inspector)) == [case]
    assert can_handle(inspector, case)
    assert not Case.objects.visible_to(stranger).exists()
    assert not can_handle(stranger, case)
    services.end_investigator(row, on=FOUND_ON, reason="更换", actor=ecology.own.actor("officer"))
    assert not Case.objects.visible_to(inspector).exists()
    assert not can_handle(inspector, case)
