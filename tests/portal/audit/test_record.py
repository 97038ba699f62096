"""An act and its audit line stand or fall together."""

import json

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from portal.audit import record
from portal.audit.canonical import canonical
from portal.audit.check_audit import leaf_hash
from portal.models import AuditEvent
from tests.factories import ActorFactory, AgencyFactory

pytestmark = pytest.mark.django_db


def test_events_of_a_stream_are_numbered_without_gaps():
    agency, actor = AgencyFactory(), ActorFactory()
    for number in range(3):
        record(actor, "agency.edit", agency, changes={"phone": [number, number + 1]})
    events = AuditEvent.objects.filter(stream=f"agency:{agency.pk}")
    assert list(events.values_list("stream_seq", flat=True)) == [1, 2, 3]
    assert events[0].user_id == actor.user_id


def test_an_event_of_a_refused_change_is_not_kept():
    agency, actor = AgencyFactory(), ActorFactory()
    with transaction.atomic():
        record(actor, "agency.edit", agency)
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET body = '{}'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "INSERT INTO audit_event SELECT * FROM audit_event ON CONFLICT DO UPDATE SET body = ''",
    ],
)
def test_the_application_role_cannot_change_what_is_written(statement: str):
    record(ActorFactory(), "agency.edit", AgencyFactory())
    with (
        pytest.raises((ProgrammingError, InternalError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_body_is_canonical_and_its_hash_is_the_leaf():
    """The database puts the number in and hashes; Python must come to the same text and leaf."""
    agency = AgencyFactory()
    awkward = {"a": '"seq":7,\\', "中": "文\n\t%s {}", "z": [None, True, 1.5]}
    for _time in range(2):
        record(
            ActorFactory(), "agency.edit", agency, changes=awkward, reason="'; --", facts=awkward
        )
    for number, event in enumerate(AuditEvent.objects.order_by("id"), 1):
        told = json.loads(event.body)
        assert told["seq"] == number
        assert told["changes"] == awkward
        assert event.body == canonical(told)
        assert bytes(event.leaf) == leaf_hash(event.body)
