"""The demo district has everybody the tour needs."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from agencies import demo
from agencies.models import Agency, Delegation, Inspector, Post, User
from portal.access import Role
from portal.clocks import today
from portal.demo import DemoPlan
from tests.factories import DISTRICT

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts() -> list[dict]:
    import random

    plan = DemoPlan("small", 60, today(), random.Random(1))
    for load in (demo.load_agencies, demo.load_people, demo.load_inspectors):
        load(plan)
    out = StringIO()
    call_command("demo_accounts", "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_demo_district_is_complete(accounts: list[dict]):
    own = Agency.objects.filter(region__code=DISTRICT)
    kinds = set(own.values_list("kind", flat=True))
    assert len(kinds) == own.count() == 17
    assert own.filter(reports_rosters=True).count() == 6
    for agency in own.filter(reports_rosters=True):
        reporters = Post.objects.filter(agency=agency, roles__contains=[Role.REPORTER])
        assert reporters.count() == 2, agency
    held = {role for post in Post.objects.all() for role in post.roles}
    assert held == {role.value for role in Role}
    assert Delegation.objects.in_force(today()).count() == 1
    assert Inspector.objects.count() == 10


def test_the_printed_accounts_sign_in(accounts: list[dict], client: Client):
    known = {row["username"]: row for row in accounts}
    for username in ("water.clerk", "market.officer", "audit.auditor", "sysadmin"):
        row = known[username]
        data = {"username": username, "password": row["password"]}
        assert client.post(reverse("login"), data)["Location"] == reverse("desk")
        assert client.get(reverse("desk")).wsgi_request.actor.has(row["role"])
        client.post(reverse("logout"))


def test_the_demo_password_keeps_the_rules(accounts: list[dict]):
    from agencies.accounts.rules import password_faults
    from agencies.accounts.services import blocked_words

    for user in User.objects.all():
        words = blocked_words()
        assert not password_faults(demo.DEMO_PASSWORD, username=user.username, words=words)


def test_the_login_page_offers_the_demo_accounts_in_the_demo_only(
    accounts: list[dict], client: Client, settings
):
    assert "沈汀兰" not in client.get(reverse("login")).content.decode()
    settings.DEMO = True
    assert "沈汀兰" in client.get(reverse("login")).content.decode()
