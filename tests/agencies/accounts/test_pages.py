"""The administrators' pages from end to end."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Post, User
from portal.access import Role
from tests.factories import AgencyFactory, PostFactory

pytestmark = pytest.mark.django_db
PASSWORD = "Tidal-Heron-2026"


@pytest.fixture
def sysadmin() -> Client:
    browser = Client()
    browser.force_login(PostFactory(roles=[Role.SYSADMIN]).user)
    return browser


@pytest.fixture
def secadmin() -> Client:
    browser = Client()
    browser.force_login(PostFactory(roles=[Role.SECADMIN]).user)
    return browser


def test_an_account_is_opened_by_one_and_empowered_by_another(
    sysadmin: Client, secadmin: Client, client: Client
):
    agency = AgencyFactory()
    sysadmin.post(reverse("account_create"), {"username": "new.clerk", "name": "新人"})
    user = User.objects.get(username="new.clerk")
    post_data = {"agency": agency.pk, "title": "科员", "from_on": "2026-01-05"}
    sysadmin.post(reverse("post_open", args=[user.pk]), post_data)
    post = Post.objects.get(user=user)
    roles = {"roles": ["officer"], "reason": "任命", "version": post.version}
    refused = sysadmin.post(reverse("post_roles", args=[post.pk]), roles)
    assert refused.status_code == 403
    assert secadmin.post(reverse("post_roles", args=[post.pk]), roles).status_code == 302

    page = sysadmin.post(reverse("account_act", args=[user.pk, "invite"]), {"reason": "入职"})
    [link] = re.findall(r"/accounts/invitation/[\w-]+/", page.content.decode())
    client.post(link, {"password": PASSWORD, "again": PASSWORD})
    client.post(reverse("login"), {"username": "new.clerk", "password": PASSWORD})
    actor = client.get(reverse("desk")).wsgi_request.actor
    assert (actor.agency_id, actor.roles) == (agency.pk, frozenset({"officer"}))


def test_a_reset_shows_the_password_once(secadmin: Client):
    user = PostFactory().user
    page = secadmin.post(reverse("account_act", args=[user.pk, "reset"]), {"reason": "忘记"})
    password = page.context["secret"]
    user.refresh_from_db()
    assert user.check_password(password)
    assert user.must_change_password


def test_ending_a_post_needs_no_receiver_when_nothing_is_open(sysadmin: Client):
    post = PostFactory()
    data = {"on": "2026-11-21", "reason": "调离"}
    assert sysadmin.post(reverse("post_end", args=[post.pk]), data).status_code == 302
    post.refresh_from_db()
    assert str(post.to_on) == "2026-11-21"


@pytest.mark.parametrize("people", [3, 30])
def test_the_list_asks_the_same_number_of_queries(
    sysadmin: Client, django_assert_max_num_queries, people: int
):
    PostFactory.create_batch(people)
    sysadmin.get(reverse("account_list"))
    with django_assert_max_num_queries(16):
        assert sysadmin.get(reverse("account_list")).status_code == 200
