"""The second factor: bound once, each code good once, kept over a password reset."""

from __future__ import annotations

from binascii import unhexlify
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.accounts import services as accounts
from agencies.models import Post, User
from agencies.sessions.services import SECRET_KEY
from portal.access import Role, job_actor
from portal.errors import Refused
from tests.factories import ActorFactory, PostFactory

pytestmark = pytest.mark.django_db
PASSWORD = "Tidal-Heron-2026"
JOB = job_actor("test")


@pytest.fixture
def user(settings) -> User:
    settings.TOTP_REQUIRED = True
    settings.OTP_TOTP_THROTTLE_FACTOR = settings.OTP_STATIC_THROTTLE_FACTOR = 0
    post = PostFactory(user__username="an.officer")
    accounts.set_password(post.user, PASSWORD, actor=JOB)
    return post.user


def sign_in(client: Client, password: str = PASSWORD) -> None:
    client.post(reverse("login"), {"username": "an.officer", "password": password})


def code_of(key: str, steps: int = 0) -> str:
    """The code of a device, so many 30-second steps from now."""
    return f"{totp(unhexlify(key.encode()), t0=-30 * steps):06d}"


@pytest.fixture
def recovery(client: Client, user: User) -> list[str]:
    """A bound device; its recovery codes."""
    sign_in(client)
    client.get(reverse("totp_enrol"))
    code = code_of(client.session[SECRET_KEY])
    response = client.post(reverse("totp_enrol"), {"code": code})
    codes: list[str] = response.context["codes"]
    return codes


def test_nobody_passes_before_a_device_is_bound(client: Client, user: User):
    sign_in(client)
    assert client.get(reverse("desk"))["Location"] == reverse("totp_enrol")
    page = client.get(reverse("totp_enrol"))
    assert "<svg" in page.content.decode()
    assert page.wsgi_request.actor.is_public


def test_a_wrong_code_binds_nothing(client: Client, user: User):
    sign_in(client)
    client.get(reverse("totp_enrol"))
    client.post(reverse("totp_enrol"), {"code": "000000"})
    assert not TOTPDevice.objects.exists()


def test_binding_opens_the_desk_and_gives_ten_codes(client: Client, recovery: list[str]):
    assert len(recovery) == 10
    assert client.get(reverse("desk")).status_code == HTTPStatus.OK


def test_the_next_sign_in_asks_for_a_code_and_takes_each_once(recovery: list[str]):
    device = TOTPDevice.objects.get()
    code = code_of(device.key, steps=1)
    for attempt, answer in enumerate([HTTPStatus.FOUND, HTTPStatus.OK]):
        browser = Client()
        sign_in(browser)
        assert browser.get(reverse("desk"))["Location"] == reverse("second_step")
        response = browser.post(reverse("second_step"), {"code": code})
        assert response.status_code == answer, f"attempt {attempt}"


def test_the_session_key_changes_with_the_second_step(recovery: list[str]):
    browser = Client()
    sign_in(browser)
    before = browser.session.session_key
    browser.post(reverse("second_step"), {"code": recovery[0]})
    assert browser.session.session_key != before
    assert browser.get(reverse("desk")).status_code == HTTPStatus.OK


def test_a_recovery_code_is_good_once_and_not_stored_in_clear(recovery: list[str]):
    for answer in [HTTPStatus.FOUND, HTTPStatus.OK]:
        browser = Client()
        sign_in(browser)
        response = browser.post(reverse("second_step"), {"code": recovery[3]})
        assert response.status_code == answer
    stored = TOTPDevice.objects.get().user.staticdevice_set.get().token_set
    assert recovery[4].replace("-", "") not in set(stored.values_list("token", flat=True))


def test_wrong_codes_slow_the_next_try(recovery: list[str], settings):
    settings.OTP_TOTP_THROTTLE_FACTOR = 60
    browser = Client()
    sign_in(browser)
    browser.post(reverse("second_step"), {"code": "000000"})
    right = code_of(TOTPDevice.objects.get().key, steps=1)
    answer = browser.post(reverse("second_step"), {"code": right})
    assert "尝试过快" in answer.content.decode()


def test_a_password_reset_keeps_the_second_factor(user: User, recovery: list[str]):
    password = accounts.reset_password(user, reason="忘记密码", actor=JOB)
    browser = Client()
    sign_in(browser, password)
    assert browser.get(reverse("desk"))["Location"] == reverse("second_step")


def test_only_the_security_administrators_removal_frees_the_device(
    client: Client, user: User, recovery: list[str]
):
    secadmin = ActorFactory(roles=[Role.SECADMIN])
    accounts.remove_second_factor(user, reason="手机遗失", actor=secadmin)
    assert client.get(reverse("desk")).status_code == HTTPStatus.FOUND
    with pytest.raises(Refused):
        accounts.remove_second_factor(user, reason="再次", actor=secadmin)


def test_a_bound_device_is_not_replaced_by_its_own_session(client: Client, recovery: list[str]):
    client.get(reverse("totp_enrol"))
    code = code_of(client.session[SECRET_KEY])
    answer = client.post(reverse("totp_enrol"), {"code": code})
    assert "更换设备请联系安全管理员" in answer.content.decode()
    assert TOTPDevice.objects.count() == 1


def test_a_code_typed_in_groups_binds(client: Client, user: User):
    sign_in(client)
    client.get(reverse("totp_enrol"))
    code = code_of(client.session[SECRET_KEY])
    client.post(reverse("totp_enrol"), {"code": f"{code[:3]} {code[3:]}"})
    assert TOTPDevice.objects.get().user == user


def test_the_page_asked_for_comes_after_the_second_step(recovery: list[str]):
    browser = Client()
    words = {"username": "an.officer", "password": PASSWORD, "next": reverse("agency_list")}
    browser.post(reverse("login"), words)
    done = browser.post(reverse("second_step"), {"code": recovery[0]})
    assert done["Location"] == reverse("agency_list")


def test_the_password_is_not_changed_before_the_second_step(recovery: list[str]):
    browser = Client()
    sign_in(browser)
    new = {"present": PASSWORD, "password": "Other-Heron-2026", "again": "Other-Heron-2026"}
    answer = browser.post(reverse("password_change"), new)
    assert answer["Location"] == reverse("second_step")
    assert User.objects.get(username="an.officer").check_password(PASSWORD)


def test_an_administrators_other_session_ends_with_the_second_step_not_before(
    client: Client, user: User, recovery: list[str]
):
    Post.objects.filter(user=user).update(roles=[Role.SECADMIN])
    browser = Client()
    sign_in(browser)
    assert client.get(reverse("desk")).status_code == HTTPStatus.OK
    browser.post(reverse("second_step"), {"code": recovery[0]})
    assert client.get(reverse("desk")).status_code == HTTPStatus.FOUND
    assert browser.get(reverse("desk")).status_code == HTTPStatus.OK
