"""Opening, placing, securing accounts: who may, what never meets in one person."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from agencies.accounts import services
from agencies.accounts.tasks import disable_idle_accounts
from agencies.accounts.views import ACTS
from agencies.models import ApiToken, Invitation, Post, User
from portal.access import AgencyKind, Role, job_actor
from portal.errors import Conflict, Refused
from portal.models import AuditEvent
from tests.factories import ActorFactory, AgencyFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
JOB = job_actor("test")
TODAY = dt.date(2026, 11, 21)
PASSWORD = "Tidal-Heron-2026"


def grant(post: Post, *roles: str, version: int = 1, actor=JOB) -> None:
    services.grant_roles(
        post, roles=roles, reason="任命", version=version, today=TODAY, actor=actor
    )


def bare_post(**facts) -> Post:
    return PostFactory(roles=[], **facts)


def test_a_new_account_has_neither_password_nor_post_nor_role():
    user = services.create_account(username="New.Person", name="新人", actor=JOB)
    assert (user.username, user.has_usable_password(), user.posts.count()) == (
        "new.person",
        False,
        0,
    )


def test_a_username_is_given_once():
    services.create_account(username="someone", name="甲", actor=JOB)
    with pytest.raises(Refused, match="已被使用"):
        services.create_account(username="SOMEONE", name="乙", actor=JOB)


def test_a_post_is_opened_without_roles_and_gets_them_with_a_reason():
    user = UserFactory()
    post = services.open_post(user, agency=AgencyFactory(), title="科员", from_on=TODAY, actor=JOB)
    assert post.roles == []
    grant(post, Role.OFFICER)
    post.refresh_from_db()
    assert post.roles == [Role.OFFICER]
    event = AuditEvent.objects.filter(verb="post.roles").get()
    assert event.stream == f"user:{user.pk}"
    assert "任命" in event.body


@pytest.mark.parametrize("admin", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN])
@pytest.mark.parametrize(
    "other", [Role.OFFICER, Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN]
)
def test_an_administrator_holds_nothing_else_in_any_post(admin: str, other: str):
    first = PostFactory(roles=[admin])
    kind = AgencyKind.AUDIT if other == Role.AUDITOR else AgencyKind.MARKET
    second = bare_post(user=first.user, agency__kind=kind)
    if admin == other:
        grant(second, other)
        return
    with pytest.raises(Refused, match="互相排斥"):
        grant(second, other)
    second.refresh_from_db()
    assert second.roles == []


def test_a_post_that_is_over_excludes_nothing():
    first = PostFactory(roles=[Role.SYSADMIN], to_on=dt.date(2026, 1, 1))
    second = bare_post(user=first.user)
    grant(second, Role.OFFICER)
    assert second.roles == [Role.OFFICER]


def test_a_future_post_of_an_administrator_excludes_already():
    first = PostFactory(roles=[Role.SYSADMIN], from_on=dt.date(2027, 1, 1))
    with pytest.raises(Refused):
        grant(bare_post(user=first.user), Role.OFFICER)


def test_a_role_is_refused_where_the_agency_has_none():
    post = bare_post(agency__kind=AgencyKind.WATER)
    with pytest.raises(Refused, match="法制审核"):
        grant(post, Role.LEGAL)


def test_two_administrators_at_once_have_one_effect():
    post = bare_post()
    stale = Post.objects.get(pk=post.pk)
    grant(post, Role.OFFICER)
    with pytest.raises(Conflict):
        grant(stale, Role.CHIEF)


@pytest.mark.parametrize("act", ["reset", "disable", "enable", "factor"])
def test_nobody_acts_on_the_own_account(act: str):
    secadmin = ActorFactory(roles=[Role.SECADMIN])
    user = User.objects.get(pk=secadmin.user_id)
    with pytest.raises(Refused, match="任何人不得变更自己"):
        ACTS[act].do(user, "理由", secadmin)
    assert not ACTS[act].allowed(secadmin, user)


def test_nobody_grants_roles_to_oneself():
    secadmin = ActorFactory(roles=[Role.SECADMIN])
    post = Post.objects.get(pk=secadmin.post_id)
    with pytest.raises(Refused, match="任何人不得变更自己"):
        grant(post, Role.OFFICER, actor=secadmin)


def test_the_last_five_passwords_are_not_used_again():
    user = UserFactory()
    passwords = [f"Copper-Lantern-{number}7" for number in range(6)]
    for password in passwords:
        services.set_password(user, password, actor=JOB)
    with pytest.raises(Refused, match="最近 5 次"):
        services.set_password(user, passwords[1], actor=JOB)
    services.set_password(user, passwords[0], actor=JOB)


def test_a_common_password_is_refused_with_every_reason():
    with pytest.raises(Refused) as refusal:
        services.set_password(UserFactory(), "baoshan2026", actor=JOB)
    assert len(refusal.value.details) == 3


def test_an_invitation_sets_the_password_once(client: Client):
    post = PostFactory(user__username="invited")
    key = services.invite(post.user, actor=JOB)
    address = reverse("invitation_accept", args=[key])
    answer = client.post(address, {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 302
    assert client.get(address).status_code == 404
    client.post(reverse("login"), {"username": "invited", "password": PASSWORD})
    assert client.get(reverse("desk")).status_code == 200


def test_an_invitation_ends_after_three_days(client: Client):
    key = services.invite(UserFactory(), actor=JOB)
    Invitation.objects.update(expires_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert client.get(reverse("invitation_accept", args=[key])).status_code == 404


def test_the_system_administrator_cannot_take_over_an_account_by_inviting():
    sysadmin = ActorFactory(roles=[Role.SYSADMIN])
    user = UserFactory()
    assert ACTS["invite"].allowed(sysadmin, user)
    services.set_password(user, PASSWORD, actor=JOB)
    assert not ACTS["invite"].allowed(sysadmin, user)


def test_a_post_ends_at_once_or_with_its_last_day():
    now_post, later_post = PostFactory(), PostFactory()
    services.end_post(now_post, on=TODAY, reason="调离", today=TODAY, actor=JOB)
    services.end_post(later_post, on=dt.date(2026, 12, 1), reason="调离", today=TODAY, actor=JOB)
    active = set(Post.objects.active_on(TODAY))
    assert (now_post in active, later_post in active) == (False, True)
    assert later_post not in Post.objects.active_on(dt.date(2026, 12, 2))


def test_ending_a_post_revokes_its_tokens():
    post = PostFactory()
    services.issue_token(post, actor=JOB)
    services.end_post(post, on=TODAY, reason="调离", today=TODAY, actor=JOB)
    assert ApiToken.objects.get().revoked_at is not None


def test_idle_accounts_are_disabled_and_demo_ones_are_not(settings):
    settings.ACCOUNT_IDLE_DAYS = 90
    old = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    idle = UserFactory(last_login=old)
    demo = UserFactory(last_login=old, is_demo=True)
    fresh = UserFactory()
    disable_idle_accounts()
    disable_idle_accounts()
    active = User.objects.active()
    assert (idle in active, demo in active, fresh in active) == (False, True, True)
    assert AuditEvent.objects.filter(verb="user.disable").count() == 1


def test_the_console_prints_a_token_that_works_and_asks_which_post(client: Client):
    user = PostFactory(user__username="clerk").user
    out = StringIO()
    call_command("api_token", "clerk", stdout=out)
    header = f"Token {out.getvalue().strip()}"
    assert client.get("/api/v1/agencies/", headers={"authorization": header}).status_code == 200
    assert client.get("/api/v1/agencies/", headers={"authorization": "Token x"}).status_code == 401
    PostFactory(user=user)
    with pytest.raises(CommandError, match="--post"):
        call_command("api_token", "clerk")


def test_accounts_are_seen_by_the_administrators_of_the_region_and_the_own_chief():
    post = PostFactory()
    sibling = PostFactory(agency__sibling=True)
    seen = {
        "sysadmin": ActorFactory(roles=[Role.SYSADMIN]),
        "chief": ActorFactory(roles=[Role.CHIEF], agency=post.agency),
        "foreign chief": ActorFactory(roles=[Role.CHIEF]),
        "city chief": ActorFactory(roles=[Role.CHIEF], agency__of_city=True),
        "city sysadmin": ActorFactory(roles=[Role.SYSADMIN], agency__of_city=True),
        "auditadmin": ActorFactory(roles=[Role.AUDITADMIN]),
    }
    answers = {
        who: (
            User.objects.visible_to(actor).filter(pk=post.user_id).exists(),
            User.objects.visible_to(actor).filter(pk=sibling.user_id).exists(),
        )
        for who, actor in seen.items()
    }
    assert answers == {
        "sysadmin": (True, False),
        "chief": (True, False),
        "foreign chief": (False, False),
        "city chief": (False, False),
        "city sysadmin": (True, True),
        "auditadmin": (False, False),
    }
