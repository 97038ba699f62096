"""Standing in and handing over (EV3, EV4)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agencies.accounts.selectors import actor_from_post
from agencies.delegations import selectors, services
from agencies.delegations.choices import HandoverState
from agencies.delegations.selectors import OpenWork, OpenWorkProvider
from agencies.models import Delegation, Handover, Post
from portal.access import Role
from portal.clocks import services as clocks
from portal.clocks import today
from portal.errors import Refused
from tests.factories import AgencyFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader() -> Post:
    return PostFactory(roles=[Role.LEADER], user__name="李四")


@pytest.fixture
def deputy(leader: Post) -> Post:
    return PostFactory(roles=[Role.OFFICER], user__name="张三", agency=leader.agency)


def actor_of(post: Post):
    return actor_from_post(post.pk, source="test")


def lend(leader: Post, deputy: Post, **changes) -> Delegation:
    terms = {
        "receiver": deputy,
        "kinds": ["approve"],
        "from_on": today(),
        "to_on": today() + dt.timedelta(days=7),
        "reason": "出差",
        "actor": actor_of(leader),
        **changes,
    }
    return services.delegate(leader, **terms)


def test_the_receiver_acts_with_the_powers_lent_and_no_others(
    leader: Post, deputy: Post, client: Client
):
    delegation = lend(leader, deputy)
    client.force_login(deputy.user)
    client.post(reverse("post_switch"), {"post": f"delegation:{delegation.pk}"})
    actor = client.get(reverse("desk")).wsgi_request.actor
    assert actor.roles == frozenset({Role.LEADER})
    assert (actor.user_id, actor.post_id) == (deputy.user_id, deputy.pk)
    assert actor.acting_for_post_id == leader.pk
    assert selectors.signature(actor) == "张三代李四"


def test_a_withdrawn_delegation_ends_at_the_next_request(
    leader: Post, deputy: Post, client: Client
):
    delegation = lend(leader, deputy)
    client.force_login(deputy.user)
    client.post(reverse("post_switch"), {"post": f"delegation:{delegation.pk}"})
    services.withdraw(delegation, reason="已返回", actor=actor_of(leader))
    actor = client.get(reverse("desk")).wsgi_request.actor
    assert (actor.acting_for_post_id, actor.roles) == (None, frozenset({Role.OFFICER}))


@pytest.mark.parametrize(("from_days", "to_days", "usable"), [(-7, -1, 0), (1, 7, 0), (0, 0, 1)])
def test_a_delegation_holds_only_on_its_days(
    leader: Post, deputy: Post, from_days: int, to_days: int, usable: int
):
    day = dt.timedelta(days=1)
    lend(leader, deputy, from_on=today() + from_days * day, to_on=today() + to_days * day)
    assert len(selectors.delegations_to(deputy.user, today())) == usable


def test_the_limit_and_the_kind_bound_what_may_be_decided(leader: Post, deputy: Post):
    delegation = lend(leader, deputy, amount_limit=Decimal(50_000))
    actor = selectors.actor_of_delegation(delegation, source="test")
    day = today()
    assert selectors.may_decide(actor, "approve", day=day, amount=Decimal(50_000))
    assert not selectors.may_decide(actor, "approve", day=day, amount=Decimal(50_001))
    assert not selectors.may_decide(actor, "sign", day=day)
    assert selectors.may_decide(actor_of(leader), "sign", day=day, amount=Decimal(10**9))


def test_legal_review_and_decision_never_meet_in_one_person(leader: Post):
    reviewer = PostFactory(roles=[Role.LEGAL], agency=leader.agency)
    with pytest.raises(Refused, match="法制审核"):
        lend(leader, reviewer)


def test_only_what_one_has_can_be_lent(deputy: Post):
    officer = PostFactory(roles=[Role.OFFICER], agency=deputy.agency)
    with pytest.raises(Refused, match="没有所选事项"):
        lend(officer, deputy)


def test_powers_stay_in_the_agency(leader: Post):
    with pytest.raises(Refused, match="同一单位"):
        lend(leader, PostFactory(agency=AgencyFactory()))


def test_the_page_lends(leader: Post, deputy: Post, client: Client):
    client.force_login(leader.user)
    data = {
        "receiver": deputy.pk,
        "kinds": ["approve"],
        "from_on": today().isoformat(),
        "to_on": today().isoformat(),
        "reason": "出差",
    }
    assert client.post(reverse("delegation_create"), data).status_code == 302
    assert Delegation.objects.get().receiver == deputy
    assert "张三" in client.get(reverse("delegation_list")).content.decode()


# --- Handover -------------------------------------------------------------------------------


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Post, Post]]:
    """A room that always has one open draft; what was handed over is noted."""
    noted: list[tuple[Post, Post]] = []
    provider = OpenWorkProvider(
        kind="草稿",
        left_by=lambda post: [OpenWork("名单草稿", due_on=dt.date(2026, 12, 1))],
        hand_over=lambda giver, receiver, actor: noted.append((giver, receiver)),
    )
    monkeypatch.setattr(selectors, "_providers", {"drafts": provider})
    return noted


@pytest.fixture
def handover(deputy: Post, passed: list[tuple[Post, Post]]) -> Handover:
    receiver = PostFactory(agency=deputy.agency, user__name="王五")
    return services.open_handover(
        deputy, receiver=receiver, last_day=today(), reason="调离", actor=actor_of(deputy)
    )


def test_open_work_passes_with_both_signatures_and_the_post_ends(
    handover: Handover, deputy: Post, passed: list[tuple[Post, Post]]
):
    assert [item.label for item in handover.items.all()] == ["名单草稿"]
    services.sign_giver(handover, actor=actor_of(deputy))
    assert passed == []
    services.sign_receiver(handover, today=today(), actor=actor_of(handover.receiver))
    assert passed == [(deputy, handover.receiver)]
    handover.refresh_from_db()
    assert handover.state == HandoverState.DONE
    assert deputy not in Post.objects.active_on(today())


def test_nobody_signs_for_the_other(handover: Handover, deputy: Post):
    with pytest.raises(PermissionDenied):
        services.sign_giver(handover, actor=actor_of(handover.receiver))
    services.sign_giver(handover, actor=actor_of(deputy))
    with pytest.raises(PermissionDenied):
        services.sign_receiver(handover, today=today(), actor=actor_of(deputy))


def test_the_receiver_does_not_sign_before_the_giver(handover: Handover):
    with pytest.raises(Refused):
        services.sign_receiver(handover, today=today(), actor=actor_of(handover.receiver))


def test_the_chief_signs_for_an_absent_giver(handover: Handover, deputy: Post):
    chief = PostFactory(roles=[Role.CHIEF], agency=deputy.agency)
    services.sign_giver(handover, actor=actor_of(chief))
    handover.refresh_from_db()
    assert (handover.state, handover.handed_by) == (HandoverState.HANDED, chief.user)


def test_a_cancelled_handover_leaves_the_post(handover: Handover, deputy: Post):
    services.cancel(handover, reason="不调离了", actor=actor_of(deputy))
    assert deputy in Post.objects.active_on(today())


def test_ending_a_post_with_open_work_asks_for_a_receiver(
    deputy: Post, passed: list[tuple[Post, Post]], client: Client
):
    client.force_login(PostFactory(roles=[Role.SYSADMIN]).user)
    address = reverse("post_end", args=[deputy.pk])
    data = {"on": today().isoformat(), "reason": "调离"}
    assert "请选择接收人" in client.post(address, data).content.decode()
    receiver = PostFactory(agency=deputy.agency)
    client.post(address, {**data, "receiver": receiver.pk})
    assert Handover.objects.get().receiver == receiver
    assert deputy in Post.objects.active_on(today())


def test_a_waiting_signature_stands_on_the_desk(handover: Handover, deputy: Post):
    assert len(selectors.handovers_to_sign(actor_of(deputy), today())) == 1
    assert selectors.handovers_to_sign(actor_of(handover.receiver), today()) == []
    services.sign_giver(handover, actor=actor_of(deputy))
    assert len(selectors.handovers_to_sign(actor_of(handover.receiver), today())) == 1


# --- Three administrators, legal review, periods ---------------------------------------------


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN])
def test_an_administrator_stands_in_for_nobody(leader: Post, role: str):
    administrator = PostFactory(roles=[role], agency=leader.agency)
    with pytest.raises(Refused, match="不得代办"):
        lend(leader, administrator)


@pytest.mark.parametrize("role", [Role.LEGAL, Role.SECADMIN])
def test_a_delegation_rests_while_its_receiver_holds_what_excludes_it(
    leader: Post, deputy: Post, role: str
):
    delegation = lend(leader, deputy)
    assert selectors.delegations_to(deputy.user, today()) == [delegation]
    Post.objects.filter(pk=deputy.pk).update(roles=[role])
    assert selectors.delegations_to(deputy.user, today()) == []


def test_a_role_of_a_post_that_is_over_hinders_no_delegation(leader: Post, deputy: Post):
    PostFactory(user=deputy.user, roles=[Role.LEGAL], to_on=dt.date(2025, 1, 1))
    assert lend(leader, deputy).pk


def test_a_handover_never_makes_the_post_longer(deputy: Post, passed: list[tuple[Post, Post]]):
    receiver = PostFactory(agency=deputy.agency)
    terms = {"receiver": receiver, "reason": "调离", "actor": actor_of(deputy)}
    deputy.to_on = today()
    made = services.open_handover(deputy, last_day=dt.date(2090, 1, 1), **terms)
    assert made.last_day == today()
    with pytest.raises(Refused, match="进行中"):
        services.open_handover(deputy, last_day=today(), **terms)
    deputy.to_on = dt.date(2025, 1, 1)
    with pytest.raises(Refused, match="已结束"):
        services.open_handover(deputy, last_day=today(), **terms)


def test_a_handover_is_not_cancelled_without_a_reason(
    handover: Handover, deputy: Post, client: Client
):
    client.force_login(deputy.user)
    address = reverse("handover_cancel", args=[handover.pk])
    for reason in ("", "长" * 501):
        client.post(address, {"reason": reason})
        handover.refresh_from_db()
        assert handover.state == HandoverState.OPEN


@pytest.mark.usefixtures("law")
def test_periods_that_nobody_else_attends_to_are_handed_over(deputy: Post):
    agency, officer = deputy.agency, actor_of(deputy)
    on = dt.date(2026, 9, 18)
    clock = clocks.start("D24", agency, agency=agency, on=on, role=Role.OFFICER, actor=officer)
    receiver = PostFactory(agency=agency, roles=[])
    terms = {"receiver": receiver, "last_day": today(), "reason": "调离", "actor": officer}
    handover = services.open_handover(deputy, **terms)
    assert [item.due_on for item in handover.items.all()] == [clock.due_on]
    services.sign_giver(handover, actor=officer)
    with pytest.raises(Refused, match="经办人"), transaction.atomic():
        services.sign_receiver(handover, today=today(), actor=actor_of(receiver))
    Post.objects.filter(pk=receiver.pk).update(roles=[Role.OFFICER])
    handover = Handover.objects.get(pk=handover.pk)
    services.sign_receiver(handover, today=today(), actor=actor_of(receiver))
    assert deputy not in Post.objects.active_on(today())


@pytest.mark.usefixtures("law")
def test_periods_stay_where_a_colleague_has_the_role(deputy: Post):
    agency, officer = deputy.agency, actor_of(deputy)
    on = dt.date(2026, 9, 18)
    clocks.start("D24", agency, agency=agency, on=on, role=Role.OFFICER, actor=officer)
    PostFactory(agency=agency, roles=[Role.OFFICER])
    assert selectors.open_work(deputy) == []
