"""The first page of an empty portal."""

from __future__ import annotations

from http import HTTPStatus
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from agencies.directory.services import seed_regions
from agencies.models import Agency, Post, Region, SetupCode
from agencies.setup.services import MOST_FAILURES, new_code

pytestmark = pytest.mark.django_db
ADDRESS = "/setup/"


@pytest.fixture
def code() -> str:
    seed_regions()
    out = StringIO()
    call_command("setup_code", stdout=out)
    return out.getvalue().strip()


def answers(code: str) -> dict[str, Any]:
    people = {"sysadmin": "甲", "secadmin": "乙", "auditadmin": "丙"}
    given = {
        "code": code,
        "agency-code": "first",
        "agency-name": "某区生态环境局",
        "agency-short_name": "区生态环境局",
        "agency-kind": "ecology",
        "agency-level": "district",
        "agency-region": Region.objects.get(code="310113").pk,
    }
    for number, (role, name) in enumerate(people.items()):
        password = f"Copper-Lantern-{number}7"
        given |= {
            f"{role}-username": f"{role}.first",
            f"{role}-name": name,
            f"{role}-password": password,
            f"{role}-again": password,
        }
    return given


def test_the_start_page_of_an_empty_portal_leads_to_the_set_up(client: Client):
    assert client.get("/")["Location"] == ADDRESS
    assert client.get(ADDRESS).status_code == HTTPStatus.OK


def test_the_code_opens_one_agency_and_three_separate_administrators(client: Client, code: str):
    response = client.post(ADDRESS, answers(code))
    assert response.status_code == HTTPStatus.FOUND, response.context["agency"].errors
    assert Agency.objects.get().name == "某区生态环境局"
    roles = sorted(tuple(post.roles) for post in Post.objects.all())
    assert roles == [("auditadmin",), ("secadmin",), ("sysadmin",)]
    data = {"username": "secadmin.first", "password": "Copper-Lantern-17"}
    assert client.post(reverse("login"), data)["Location"] == reverse("desk")


def test_the_page_is_gone_afterwards(client: Client, code: str):
    client.post(ADDRESS, answers(code))
    assert client.get(ADDRESS).status_code == HTTPStatus.NOT_FOUND
    with pytest.raises(CommandError):
        call_command("setup_code")


def test_without_the_code_nothing_is_created(client: Client, code: str):
    response = client.post(ADDRESS, answers("wrong"))
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert not Agency.objects.exists()


def test_ten_wrong_codes_wear_the_code_out_until_the_console_gives_a_new_one(
    client: Client, code: str
):
    for _n in range(MOST_FAILURES):
        client.post(ADDRESS, answers("wrong"))
    worn = client.post(ADDRESS, answers(code))
    assert worn.status_code == HTTPStatus.FORBIDDEN
    fresh = client.post(ADDRESS, answers(new_code()))
    assert fresh.status_code == HTTPStatus.FOUND


def test_the_code_is_stored_as_a_digest(code: str):
    assert code.replace("-", "") not in SetupCode.objects.get().digest


def test_one_weak_password_stops_everything(client: Client, code: str):
    weak = {"auditadmin-password": "baoshan", "auditadmin-again": "baoshan"}
    response = client.post(ADDRESS, {**answers(code), **weak})
    assert response.status_code == HTTPStatus.OK
    assert not Agency.objects.exists()
