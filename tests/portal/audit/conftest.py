"""A cluster of its own (sealing waits for every transaction of a cluster), and a superuser."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from portal.access import job_actor
from portal.audit import record
from portal.audit.seal import seal_all
from portal.embedded.postgres import PostgresServer

ACTOR = job_actor("test")


@dataclass
class Ledger:
    """A database with an audit of its own; the connection works as the application."""

    server: PostgresServer
    name: str

    def write(self, *streams: str) -> None:
        """One committed event for each stream named."""
        for stream in streams:
            with transaction.atomic():
                record(ACTOR, "case.edit", stream, changes={"amount": [1, 2]}, reason="理由")

    def seal(self) -> int:
        return seal_all()

    def tamper(self, *statements: str) -> None:
        """What someone with all rights can do without an error."""
        hostile = psycopg2.connect(self.server.superuser_url(self.name))
        with hostile, hostile.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
        hostile.close()

    def verify(self, *arguments: str) -> tuple[int, str]:
        """Exit code and output of `verify_audit`."""
        output = io.StringIO()
        try:
            call_command("verify_audit", *arguments, stdout=output, stderr=output)
        except SystemExit as ended:
            return int(ended.code or 0), output.getvalue()
        return 0, output.getvalue()


@pytest.fixture(scope="module")
def cluster(django_db_blocker: Any) -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="portal-audit-"))
    server = PostgresServer(None, folder / "data", folder, durable=False)
    server.start()
    server.create_database("ledger")
    with django_db_blocker.unblock():
        before = dict(connection.settings_dict)
        connection.close()
        _connect_to(server.owner_url("ledger"))
        call_command("migrate", verbosity=0)
        connection.close()
        yield server
        connection.close()
        connection.settings_dict.update(before)
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


EMPTY = "TRUNCATE audit_event, audit_seal, audit_batch, audit_head, audit_queue RESTART IDENTITY"


@pytest.fixture
def ledger(cluster: PostgresServer) -> Ledger:
    """Empty, with its numbers from 1 on: only a superuser can do that."""
    _connect_to(cluster.app_url("ledger"))
    fresh = Ledger(cluster, "ledger")
    fresh.tamper(EMPTY, "DELETE FROM portal_auditsalt")
    return fresh


def _connect_to(url: str) -> None:
    connection.close()
    connection.settings_dict.update(dj_database_url.parse(url))
