"""Schemathesis asks every REST operation, as its schema allows and as it does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from agencies.accounts.services import issue_token
from portal.access import job_actor
from portal.wsgi import application
from tests.people import World

pytestmark = pytest.mark.chaos  # half a minute of asking

few = settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    for ending in (request_started, request_finished):  # they would end our transaction
        ending.disconnect(close_old_connections)
    with django_db_blocker.unblock(), transaction.atomic():
        yield World().build()
        transaction.set_rollback(True)
    for ending in (request_started, request_finished):
        ending.connect(close_old_connections)


@pytest.mark.parametrize("who", ["auditor", "reporter"])
def test_no_operation_falls_or_breaks_its_schema(world: World, who: str):
    key = issue_token(world.user(who).posts.get(), actor=job_actor("test"))
    head = {"Authorization": f"Token {key}", "Host": "testserver"}
    place = "/api/v1/schema/?format=json"
    schema = schemathesis.openapi.from_wsgi(place, application, headers=head)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 8
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            ask(operation, mode, head)


def ask(operation: Any, mode: GenerationMode, head: dict[str, str]) -> None:
    @few
    @given(case=operation.as_strategy(generation_mode=mode))
    def asked(case: Any) -> None:
        with transaction.atomic():
            response = case.call(headers=head)
            transaction.set_rollback(True)
        case.validate_response(response, checks=[not_a_server_error, response_schema_conformance])

    asked()
