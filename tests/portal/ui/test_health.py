"""Probes tell the truth about database, queue and worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from portal.clocks import now
from portal.embedded.redis import RedisServer
from portal.models import Heartbeat
from portal.tasks import heartbeat
from portal.ui import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(tmp_path: Path, settings: Any) -> Iterator[RedisServer]:
    with RedisServer(tmp_path / "redis", durable=False) as server:
        settings.REDIS_URL = server.url
        yield server


def test_a_living_process_answers_without_asking_anyone(
    client: Client, django_assert_num_queries: Any
):
    with django_assert_num_queries(0):
        answer = client.get("/livez")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_it_is_ready_when_database_and_queue_answer(client: Client, queue: RedisServer):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "queue": "ok", "worker": "never"}


def test_it_is_not_ready_without_a_queue(client: Client):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["queue"] == "away"


def test_it_is_not_ready_without_a_database(
    client: Client, queue: RedisServer, monkeypatch: pytest.MonkeyPatch
):
    def gone() -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(health.connection, "cursor", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "away", "queue": "ok", "worker": "unknown"}


def test_the_worker_marks_its_job_and_is_late_without_it(client: Client, queue: RedisServer):
    heartbeat()
    heartbeat()
    assert client.get("/readyz").json()["worker"] == "ok"
    Heartbeat.objects.update(at=now() - dt.timedelta(minutes=4))
    answer = client.get("/readyz")
    assert answer.json()["worker"] == "late"
    assert answer.status_code == 200


def test_robots_may_visit_public_pages_only(client: Client):
    rules = client.get("/robots.txt").content.decode()
    assert "Allow: /public/" in rules
    assert rules.endswith("Disallow: /\n")
