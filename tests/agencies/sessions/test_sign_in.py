"""Signing in: right and wrong, locked and slowed, from here and elsewhere."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.accounts import services as accounts
from agencies.accounts.choices import SignInEnd
from agencies.models import SignIn, User
from portal.access import Role, job_actor
from portal.clocks import now
from portal.models import AuditEvent
from tests.factories import ActorFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "Tidal-Heron-2026"
JOB = job_actor("test")


@pytest.fixture
def user() -> User:
    post = PostFactory(user__username="an.officer")
    accounts.set_password(post.user, PASSWORD, actor=JOB)
    return post.user


def sign_in(client: Client, password: str = PASSWORD, **extra: Any) -> Any:
    data = {"username": "an.officer", "password": password}
    return client.post(reverse("login"), data, **extra)


def verbs(user: User) -> list[str]:
    events = AuditEvent.objects.filter(stream=f"user:{user.pk}").order_by("stream_seq")
    return list(events.values_list("verb", flat=True))


def test_the_right_password_opens_the_desk(client: Client, user: User):
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, reverse("desk"))
    assert client.get(reverse("desk")).status_code == HTTPStatus.OK
    assert verbs(user)[-1] == "user.login"
    assert SignIn.objects.open().get().user == user


def test_a_wrong_password_says_nothing_about_the_name(client: Client, user: User):
    wrong = sign_in(client, "Wrong-Heron-2026")
    unknown = client.post(reverse("login"), {"username": "nobody", "password": PASSWORD})
    sentence = "用户名或密码不正确"
    assert sentence in wrong.content.decode()
    assert sentence in unknown.content.decode()
    assert verbs(user)[-1] == "user.login_failed"


def test_the_session_key_changes_at_the_sign_in(client: Client, user: User):
    client.get(reverse("login"))
    client.session.save()
    before = client.session.session_key
    sign_in(client)
    assert client.session.session_key != before


def test_a_page_of_another_site_is_not_the_next_one(client: Client, user: User):
    data = {"username": "an.officer", "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post(reverse("login"), data)["Location"] == reverse("desk")


def test_five_failures_lock_this_address_only(client: Client, user: User):
    for _n in range(5):
        sign_in(client, "Wrong-Heron-2026")
    locked = sign_in(client)
    assert locked.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "已锁定 30 分钟" in locked.content.decode()
    assert sign_in(client, REMOTE_ADDR="192.0.2.9").status_code == HTTPStatus.FOUND


def test_a_forged_forwarding_header_does_not_multiply_the_attempts(client: Client, user: User):
    for number in range(5):
        sign_in(client, "Wrong-Heron-2026", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
    answer = sign_in(client, HTTP_X_FORWARDED_FOR="198.51.100.99")
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_behind_a_trusted_proxy_only_its_own_entry_counts(client: Client, user: User, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(5):
        header = f"198.51.100.{number}, 203.0.113.7"
        sign_in(client, "Wrong-Heron-2026", HTTP_X_FORWARDED_FOR=header)
    locked = sign_in(client, HTTP_X_FORWARDED_FOR="203.0.113.7")
    free = sign_in(client, HTTP_X_FORWARDED_FOR="203.0.113.8")
    assert locked.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert free.status_code == HTTPStatus.FOUND


def test_many_failures_elsewhere_slow_new_addresses_but_not_the_known_one(
    client: Client, user: User
):
    home = "192.0.2.1"
    sign_in(client, REMOTE_ADDR=home)
    for number in range(20):
        sign_in(Client(), "Wrong-Heron-2026", REMOTE_ADDR=f"198.51.100.{number}")
    stranger = sign_in(Client(), REMOTE_ADDR="203.0.113.1")
    assert stranger.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert sign_in(Client(), REMOTE_ADDR=home).status_code == HTTPStatus.FOUND


def test_staff_without_a_post_are_told_so(client: Client):
    user = UserFactory(username="an.officer")
    accounts.set_password(user, PASSWORD, actor=JOB)
    response = sign_in(client)
    assert "没有在任岗位" in response.content.decode()
    assert not SignIn.objects.exists()


def test_signing_out_ends_the_session(client: Client, user: User):
    sign_in(client)
    client.post(reverse("logout"))
    assert client.get(reverse("desk")).status_code == HTTPStatus.FOUND
    assert SignIn.objects.get().end == SignInEnd.LOGOUT
    assert verbs(user)[-1] == "user.logout"


def test_an_administrator_has_one_session_only():
    post = PostFactory(user__username="an.officer", roles=[Role.SECADMIN])
    accounts.set_password(post.user, PASSWORD, actor=JOB)
    first, second = Client(), Client()
    sign_in(first)
    sign_in(second)
    assert first.get(reverse("desk")).status_code == HTTPStatus.FOUND
    assert second.get(reverse("desk")).status_code == HTTPStatus.OK


def test_the_demo_buttons_are_nowhere_else(client: Client, user: User, settings):
    post = user.posts.get()
    User.objects.update(is_demo=True)
    assert client.post(reverse("demo_sign_in"), {"post": post.pk}).status_code == 404
    settings.DEMO = True
    assert client.post(reverse("demo_sign_in"), {"post": post.pk}).status_code == HTTPStatus.FOUND
    assert verbs(user)[-1] == "user.login"


def test_the_demo_buttons_open_no_real_account(client: Client, user: User, settings):
    settings.DEMO = True
    answer = client.post(reverse("demo_sign_in"), {"post": user.posts.get().pk})
    assert answer.status_code == 404


# --- The life of a session ------------------------------------------------------------------


@pytest.fixture
def inside(client: Client, user: User) -> Client:
    sign_in(client)
    return client


def test_an_idle_session_ends(inside: Client, settings):
    settings.SESSION_IDLE_SECONDS = -1
    answer = inside.get(reverse("desk"))
    assert answer.status_code == HTTPStatus.FOUND
    assert SignIn.objects.get().end == SignInEnd.IDLE


def test_a_session_ends_after_twelve_hours_however_busy(inside: Client, settings):
    settings.SESSION_ABSOLUTE_SECONDS = -1
    inside.get(reverse("desk"))
    assert SignIn.objects.get().end == SignInEnd.LIMIT


def test_disabling_ends_the_session_at_the_next_request(inside: Client, user: User):
    accounts.disable(user, reason="离职", actor=JOB)
    assert inside.get(reverse("desk")).status_code == HTTPStatus.FOUND
    accounts.enable(user, reason="误操作", actor=JOB)
    assert inside.get(reverse("desk")).status_code == HTTPStatus.FOUND


def test_the_end_of_the_post_ends_the_session_at_the_next_request(inside: Client, user: User):
    today = dt.date(2026, 11, 21)
    accounts.end_post(user.posts.get(), on=today, reason="调离", today=today, actor=JOB)
    assert inside.get(reverse("desk")).status_code == HTTPStatus.FOUND
    assert SignIn.objects.get().end == SignInEnd.NO_POST


def test_changing_the_password_ends_other_sessions_only(inside: Client, user: User):
    elsewhere = Client()
    sign_in(elsewhere)
    new = "Copper-Lantern-77"
    data = {"present": PASSWORD, "password": new, "again": new}
    assert inside.post(reverse("password_change"), data).status_code == HTTPStatus.FOUND
    assert inside.get(reverse("desk")).status_code == HTTPStatus.OK
    assert elsewhere.get(reverse("desk")).status_code == HTTPStatus.FOUND
    assert [row.end for row in SignIn.objects.order_by("pk")] == ["", SignInEnd.PASSWORD]


def test_one_ends_a_session_of_ones_own_and_nobody_elses(inside: Client, user: User):
    elsewhere = Client()
    sign_in(elsewhere)
    other = SignIn.objects.order_by("pk").last()
    assert other is not None
    stranger = Client()
    stranger.force_login(PostFactory().user)
    assert stranger.post(reverse("session_end", args=[other.pk])).status_code == 404
    inside.post(reverse("session_end", args=[other.pk]))
    assert elsewhere.get(reverse("desk")).status_code == HTTPStatus.FOUND
    assert inside.get(reverse("desk")).status_code == HTTPStatus.OK


def test_a_temporary_password_opens_only_the_page_that_changes_it(client: Client, user: User):
    password = accounts.reset_password(user, reason="忘记密码", actor=JOB)
    sign_in(client, password)
    assert client.get(reverse("desk"))["Location"] == reverse("password_change")
    new = "Copper-Lantern-77"
    data = {"present": password, "password": new, "again": new}
    client.post(reverse("password_change"), data)
    assert client.get(reverse("desk")).status_code == HTTPStatus.OK


def test_a_password_older_than_ninety_days_must_be_changed(inside: Client, user: User, settings):
    settings.PASSWORD_DAYS_VALID = 90
    User.objects.update(password_changed_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert inside.get(reverse("desk"))["Location"] == reverse("password_change")


def test_switching_the_post_changes_the_actor(inside: Client, user: User):
    other = PostFactory(user=user, roles=[Role.CHIEF], from_on=dt.date(2019, 1, 1))
    inside.post(reverse("post_switch"), {"post": other.pk})
    actor = inside.get(reverse("desk")).wsgi_request.actor
    assert (actor.post_id, actor.has(Role.CHIEF)) == (other.pk, True)
    assert verbs(user)[-1] == "user.switch_post"


def test_nobody_switches_to_another_persons_post(inside: Client, user: User):
    foreign = PostFactory(roles=[Role.LEADER])
    inside.post(reverse("post_switch"), {"post": foreign.pk})
    assert inside.get(reverse("desk")).wsgi_request.actor.post_id == user.posts.get().pk


def test_a_reset_frees_the_locked_account(client: Client, user: User):
    for _n in range(6):
        sign_in(client, "Wrong-Heron-2026")
    assert sign_in(client).status_code == HTTPStatus.TOO_MANY_REQUESTS
    password = accounts.reset_password(user, reason="锁定", actor=JOB)
    assert sign_in(client, password).status_code == HTTPStatus.FOUND


def test_a_temporary_password_ends_after_three_days(client: Client, user: User):
    password = accounts.reset_password(user, reason="忘记", actor=JOB)
    User.objects.filter(pk=user.pk).update(password_changed_at=now() - dt.timedelta(hours=73))
    assert "72 小时" in sign_in(client, password).content.decode()
    assert not SignIn.objects.exists()


def test_a_sign_in_over_another_persons_session_can_be_ended(client: Client, user: User, settings):
    settings.DEMO = True
    other = PostFactory().user
    User.objects.update(is_demo=True)
    for person in (other, user):
        client.post(reverse("demo_sign_in"), {"post": person.posts.get().pk})
    assert client.get(reverse("desk")).wsgi_request.user == user
    assert not SignIn.objects.open().filter(user=other).exists()
    assert SignIn.objects.open().get(user=user).session_key == client.session.session_key


def test_a_sign_in_is_read_by_the_auditors_of_its_agency_only(client: Client, user: User):
    sign_in(client, "Wrong-Heron-2026")
    sign_in(client)
    agency = user.posts.get().agency_id
    events = AuditEvent.objects.filter(verb__in=["user.login", "user.login_failed"])
    assert [event.agency_id for event in events] == [agency, agency]
    elsewhere = ActorFactory(roles=[Role.AUDITOR], agency__sibling=True)
    assert not AuditEvent.objects.visible_to(elsewhere).filter(pk__in=events).exists()
