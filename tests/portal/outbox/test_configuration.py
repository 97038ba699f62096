"""What the environment says of a channel, and what the deployment's checks say to that."""

from __future__ import annotations

import psycopg2
import pytest

from portal.embedded import doctor
from portal.embedded.configuration import Configuration as Place
from portal.outbox import checks
from portal.outbox.channels import Channel, mode_of, register_channel, transport_of
from portal.outbox.environment import read_channels
from portal.outbox.http import signature
from tests.portal.outbox.conftest import CODE

LONG = "x" * 40


def ids(settings, **options: str) -> list[str | None]:
    settings.OUTBOX_CHANNELS = {CODE: options} if options else {}
    return [found.id for found in checks.channels_are_usable(None) if CODE.upper() in str(found)]


def test_the_environment_names_channels_by_their_code(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("from a file\n")
    environ = {
        "OUTBOX_CHANNEL_CREDIT_MODE": "http",
        "OUTBOX_CHANNEL_CREDIT_URL": "https://credit.example.cn/v1",
        "OUTBOX_CHANNEL_CREDIT_SECRET_FILE": str(secret),
        "OUTBOX_CHANNEL_CITY_RISK_MODE": " off ",
        "OUTBOX_MOST_ATTEMPTS": "3",
    }
    assert read_channels(environ) == {
        "credit": {"mode": "http", "url": "https://credit.example.cn/v1", "secret": "from a file"},
        "city_risk": {"mode": "off"},
    }


def test_a_channel_is_by_file_until_the_environment_says_otherwise(channel, settings):
    settings.OUTBOX_CHANNELS = {}
    assert mode_of(CODE) == "file"
    settings.OUTBOX_CHANNELS = {CODE: {"mode": "off"}}
    assert mode_of(CODE) == "off"
    assert mode_of("gone") == "off"


def test_a_channel_is_registered_once(channel):
    register_channel(channel)
    with pytest.raises(ValueError, match="twice"):
        register_channel(Channel(CODE, "other"))
    with pytest.raises(KeyError):
        transport_of("nowhere")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, []),
        ({"mode": "off"}, []),
        ({"mode": "mail"}, ["outbox.E001"]),
        ({"mode": "http", "secret": LONG}, ["outbox.E002"]),
        ({"mode": "http", "url": "https://u:p@h/x", "secret": LONG}, ["outbox.E002"]),
        ({"mode": "http", "url": "http://h/x", "secret": LONG}, ["outbox.E003"]),
        ({"mode": "http", "url": "ftp://plain/x", "secret": LONG}, ["outbox.E003"]),
        ({"mode": "http", "url": "https://h/x", "secret": "short"}, ["outbox.E004"]),
        ({"mode": "http", "url": "https://h/x", "secret": LONG}, []),
        ({"mode": "http", "url": "http://plain/x", "secret": LONG}, []),
    ],
)
def test_the_deployment_is_told_what_would_stand_still(channel, settings, options, expected):
    settings.OUTBOX_PLAIN_HOSTS = ["plain"]
    assert ids(settings, **options) == expected


def test_a_setting_without_its_channel_is_told(settings):
    settings.OUTBOX_CHANNELS = {"credti": {"mode": "http"}}
    assert "outbox.W001" in [found.id for found in checks.channels_are_usable(None)]


def test_the_signature_covers_key_and_body():
    same = signature("s", "k", b"{}")
    assert same == signature("s", "k", b"{}")
    others = {signature("t", "k", b"{}"), signature("s", "l", b"{}"), signature("s", "k", b"{ }")}
    assert same not in others
    assert len(others) == 3


@pytest.mark.django_db(transaction=True)
def test_the_doctor_names_channels_that_stand_still(put, postgres, tmp_path):
    url = postgres.app_url("portal_test")
    place = Place.read({"PORTAL_VAR": str(tmp_path), "PORT": "1", "DATABASE_URL": url})

    def finding() -> doctor.Finding:
        return next(one for one in doctor.findings(place) if one.subject == "outbox")

    put("a/1")
    assert (finding().state, finding().remedy) == ("nothing stands still", "")
    link = psycopg2.connect(url)
    with link, link.cursor() as cursor:
        cursor.execute("UPDATE portal_outboxmessage SET created_at = now() - interval '3 days'")
    link.close()
    assert f"{CODE}: 1 since" in finding().state
    assert "/system/outbox/" in finding().remedy


def test_the_doctor_says_when_it_cannot_ask(tmp_path):
    place = Place.read({"PORTAL_VAR": str(tmp_path), "PORT": "1"})
    found = next(one for one in doctor.findings(place) if one.subject == "outbox")
    assert found.remedy == ""
