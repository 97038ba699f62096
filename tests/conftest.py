"""The tests' own cluster: real PostgreSQL with the two roles of production, real Redis."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.embedded.postgres import PostgresServer
from tests import clusters


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL cluster for this run (and for each worker of it)."""
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    server = PostgresServer(None, folder / "data", folder, durable=False)
    clusters.copy_kept(server)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(postgres: PostgresServer, django_db_blocker: Any) -> Iterator[None]:
    """Migrate as the owner, then work as the application's role, as production does."""
    import dj_database_url
    from django.core.management import call_command
    from django.db import connections

    connection = connections["default"]
    if not postgres.has_database("portal_test"):
        postgres.create_database("portal_test")
        with django_db_blocker.unblock():
            owner = dj_database_url.parse(postgres.owner_url("portal_test"))
            connection.settings_dict.update(owner)
            call_command("migrate", verbosity=0)
            with connection.cursor() as cursor:
                cursor.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO portal_app")
                cursor.execute(
                    "REVOKE TRUNCATE ON audit_event, audit_seal, audit_batch, audit_head,"
                    " audit_queue FROM portal_app"
                )
            connection.close()
        clusters.keep(postgres)
    with django_db_blocker.unblock():
        connection.settings_dict.update(dj_database_url.parse(postgres.app_url("portal_test")))
    yield
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def english() -> None:
    """Compile the English catalogue before anything is translated."""
    from portal.ui.catalogue import compile_catalogue

    compile_catalogue()


@pytest.fixture
def run_events(db: None) -> Callable[[], None]:
    """Deliver every announced event now, as the worker would, and the news of the listeners."""
    from portal.tasks import dispatch_events

    def drain() -> None:
        for _round in range(3):
            dispatch_events()

    return drain


@pytest.fixture
def law(db: None) -> None:
    """All legal bases, rules, parameters and calendars as they come with the portal."""
    from portal.law.seed import seed_calendar, seed_law

    seed_law()
    seed_calendar()
