"""Opening, placing, securing accounts: who may, what never meets in one person."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.accounts import permissions, services, tasks
from agencies.accounts.tasks import disable_idle_accounts
from agencies.accounts.views import ACTS
from agencies.models import ApiToken, Invitation, Post, User
from portal.access import AgencyKind, Role, job_actor
from portal.clocks import now
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


# --- Whose administrator may act ------------------------------------------------------------


def test_who_works_higher_up_is_not_the_districts_however_long_ago_the_post_there():
    leader = PostFactory(agency__of_city=True).user
    PostFactory(user=leader, to_on=dt.date(2021, 1, 1))
    secadmin, sysadmin = ActorFactory(roles=[Role.SECADMIN]), ActorFactory(roles=[Role.SYSADMIN])
    auditor = ActorFactory(roles=[Role.AUDITOR])
    assert leader not in User.objects.visible_to(secadmin)
    assert leader not in User.objects.visible_to(sysadmin)
    assert leader in User.objects.visible_to(auditor)
    assert not permissions.can_secure(secadmin, leader)
    assert permissions.can_secure(ActorFactory(roles=[Role.SECADMIN], agency__of_city=True), leader)


@pytest.mark.parametrize("ask", [permissions.can_edit, permissions.can_place])
def test_every_post_held_now_lies_in_the_administrators_region(ask):
    district_sysadmin = ActorFactory(roles=[Role.SYSADMIN])
    both = PostFactory().user
    assert ask(district_sysadmin, both)
    PostFactory(user=both, agency__sibling=True, from_on=dt.date(2090, 1, 1))
    assert both in User.objects.visible_to(district_sysadmin)
    assert not ask(district_sysadmin, both)


def test_who_left_stays_with_the_region_of_the_last_posts():
    sysadmin, other = (
        ActorFactory(roles=[Role.SYSADMIN]),
        ActorFactory(roles=[Role.SYSADMIN], agency__sibling=True),
    )
    left = PostFactory(to_on=dt.date(2021, 1, 1)).user
    assert left in User.objects.visible_to(sysadmin)
    assert permissions.can_place(sysadmin, left)
    assert left not in User.objects.visible_to(other)


def test_an_account_without_a_post_is_its_openers_only():
    opener = ActorFactory(roles=[Role.SYSADMIN])
    other = ActorFactory(roles=[Role.SYSADMIN], agency__sibling=True)
    user = services.create_account(username="fresh.one", name="新人", actor=opener)
    assert user in User.objects.visible_to(opener)
    assert permissions.can_invite(opener, user)
    assert user not in User.objects.visible_to(other)
    assert not permissions.can_invite(other, user)


# --- Password and second factor -------------------------------------------------------------


@pytest.fixture
def bound() -> User:
    """An administrator with a bound device."""
    user = PostFactory(roles=[Role.SYSADMIN]).user
    TOTPDevice.objects.create(user=user, name="TOTP")
    return user


def test_one_administrator_does_not_take_over_anothers_account(bound: User):
    first, second = ActorFactory(roles=[Role.SECADMIN]), ActorFactory(roles=[Role.SECADMIN])
    services.reset_password(bound, reason="忘记", actor=first)
    with pytest.raises(Refused, match="不得由同一人"):
        services.remove_second_factor(bound, reason="遗失", actor=first)
    services.remove_second_factor(bound, reason="遗失", actor=second)
    with pytest.raises(Refused, match="不得由同一人"):
        services.reset_password(bound, reason="忘记", actor=second)


def test_an_administrator_without_a_factor_is_not_reset_by_one_alone(settings):
    settings.TOTP_REQUIRED = True
    user = PostFactory(roles=[Role.SYSADMIN]).user
    with pytest.raises(Refused, match="从未绑定"):
        services.reset_password(user, reason="忘记", actor=ActorFactory(roles=[Role.SECADMIN]))


def test_a_reset_and_a_new_device_of_a_clerk_take_one_administrator():
    user = PostFactory().user
    TOTPDevice.objects.create(user=user, name="TOTP")
    secadmin = ActorFactory(roles=[Role.SECADMIN])
    services.reset_password(user, reason="忘记", actor=secadmin)
    services.remove_second_factor(user, reason="遗失", actor=secadmin)
    assert not TOTPDevice.objects.exists()


# --- Ends, races, uses ----------------------------------------------------------------------


def test_the_end_of_a_post_never_makes_it_longer():
    over = PostFactory(to_on=dt.date(2025, 1, 1))
    with pytest.raises(Refused, match="已结束"):
        services.end_post(over, on=dt.date(2027, 1, 1), reason="调离", today=TODAY, actor=JOB)
    running = PostFactory(to_on=dt.date(2026, 12, 1))
    services.end_post(running, on=dt.date(2027, 1, 1), reason="调离", today=TODAY, actor=JOB)
    running.refresh_from_db()
    assert running.to_on == dt.date(2026, 12, 1)


def test_nobody_holds_a_post_in_an_agency_that_ended():
    post = PostFactory(agency__ended_on=TODAY)
    assert post not in Post.objects.active_on(TODAY)
    assert post in Post.objects.active_on(TODAY - dt.timedelta(days=1))


def test_two_who_edit_an_account_at_once_have_one_effect():
    user = PostFactory().user
    stale = User.objects.get(pk=user.pk)
    words = {"phone": "", "email": "", "version": 1, "actor": JOB}
    services.edit_account(user, name="先", **words)
    with pytest.raises(Conflict):
        services.edit_account(stale, name="后", **words)
    assert User.objects.get(pk=user.pk).name == "先"


def test_a_token_in_use_keeps_its_account(client: Client, settings):
    settings.ACCOUNT_IDLE_DAYS = 90
    long_ago = now() - dt.timedelta(days=200)
    post, idle = PostFactory(), PostFactory()
    User.objects.filter(pk__in=[post.user_id, idle.user_id]).update(last_login=long_ago)
    header = f"Token {services.issue_token(post, actor=JOB)}"
    client.get("/api/v1/agencies/", headers={"authorization": header})
    disable_idle_accounts()
    active = User.objects.active()
    assert post.user in active
    assert idle.user not in active


def test_one_account_that_is_disabled_meanwhile_does_not_keep_the_others(
    settings, monkeypatch: pytest.MonkeyPatch
):
    settings.ACCOUNT_IDLE_DAYS = 90
    first, second = UserFactory(username="a.first"), UserFactory(username="b.second")
    User.objects.update(created_at=now() - dt.timedelta(days=200))

    def disable(user: User, **words) -> None:
        User.objects.filter(pk=first.pk, is_active=True).update(is_active=False)
        services.disable(user, **words)

    monkeypatch.setattr(tasks, "disable", disable)
    disable_idle_accounts()
    second.refresh_from_db()
    assert not second.is_active
