"""Chaos: the portal as the launcher starts it, over servers that the tests kill."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import dj_database_url
import psycopg2
import pytest
from celery import Celery
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from portal.embedded.configuration import PROJECT, Configuration
from portal.embedded.launcher import programs
from portal.embedded.prepare import Manage
from portal.embedded.servers import Servers
from portal.embedded.supervise import Supervisor

BACKEND = "django.contrib.auth.backends.ModelBackend"
CSRF = "c" * 32
CUT = 599  # the server died before it answered


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.chaos)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and that live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        if int(words[1]) == pid and words[0] not in {"Z", "X"}:
            found.append(int(stat.parent.name))
    return found


class Portal:
    """Web, worker, PostgreSQL and Redis of one run."""

    def __init__(self, folder: Path) -> None:
        self.config = Configuration(var=folder / "var", port=free_port(), demo=False, mode="test")
        self.config.ensure_var()
        self.servers = Servers(self.config)
        self.said: list[str] = []

    def start(self) -> None:
        self.servers.start_postgres()
        self.servers.start_redis()
        (self.config.var / "static").mkdir(exist_ok=True)
        env = {**self.servers.environment(), "SECRET_KEY": django_settings.SECRET_KEY}
        manage = Manage(self.config, env)
        manage.run("migrate", "--noinput", "-v", "0", owner=True)
        manage.run("seed")
        self.supervisor = Supervisor(
            programs(self.config),
            env=env,
            logs=self.config.logs,
            cwd=PROJECT,
            say=self.said.append,
        )
        self.supervisor.start("web", "worker", "beat")
        assert self.until(lambda: self.get("/readyz") == 200, 90), self.log("web")

    def stop(self) -> None:
        self.supervisor.stop()
        self.servers.stop()

    def log(self, name: str) -> str:
        return self.supervisor.last_words(name, 40)

    def logs(self) -> str:
        """Everything that any program wrote."""
        return "".join(file.read_text(errors="replace") for file in self.config.logs.glob("*.log"))

    def until(self, condition: Callable[[], bool], seconds: float = 40) -> bool:
        """Wait as the launcher does, which starts again what has ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if hasattr(self, "supervisor"):
                self.supervisor.look()
            if condition():
                return True
            time.sleep(0.2)
        return False

    def pid(self, name: str) -> int:
        return self.supervisor.pids()[name]

    def kill(self, name: str) -> None:
        """kill -9 of a program and its children."""
        os.killpg(self.pid(name), signal.SIGKILL)

    def nudge(self) -> None:
        """What beat says every ten seconds."""
        assert self.servers.redis
        queue = Celery(broker=self.servers.redis.broker_url)
        queue.send_task("portal.tasks.dispatch_events")
        queue.close()

    def send(
        self, path: str, data: dict[str, Any] | None = None, *, cookie: str = "", **headers: str
    ) -> tuple[int, str]:
        """One request on a connection of its own: its status and its page."""
        link = http.client.HTTPConnection("127.0.0.1", self.config.port, timeout=60)
        head = {"Cookie": f"csrftoken={CSRF}; {cookie}", "Host": "localhost"}
        head |= {name.replace("_", "-"): value for name, value in headers.items()}
        body = None
        if data is not None:
            body = urlencode({"csrfmiddlewaretoken": CSRF, **data})
            head["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            link.request("GET" if data is None else "POST", path, body, head)
            answer = link.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return CUT, ""
        finally:
            link.close()

    def get(self, path: str, *, cookie: str = "") -> int:
        return self.send(path, cookie=cookie)[0]

    def post(self, path: str, *, cookie: str, **data: Any) -> int:
        return self.send(path, data, cookie=cookie)[0]

    def at_once(self, jobs: Sequence[Callable[[], int]]) -> list[int]:
        """All of these at the same time; their statuses."""
        with ThreadPoolExecutor(len(jobs)) as pool:
            return sorted(pool.map(lambda job: job(), jobs))

    def superuser(self) -> Any:
        opened = psycopg2.connect(self.servers.superuser_url)
        opened.autocommit = True
        return opened

    def sql(self, statement: str, *values: Any) -> list[Any]:
        opened = self.superuser()
        try:
            with opened.cursor() as cursor:
                cursor.execute(statement, values or None)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            opened.close()


@pytest.fixture(scope="package")
def running() -> Iterator[Portal]:
    folder = Path(tempfile.mkdtemp(prefix="portal-chaos-"))
    portal = Portal(folder)
    try:
        portal.start()
        yield portal
    finally:
        portal.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def portal(running: Portal, django_db_blocker: Any, settings: Any) -> Iterator[Portal]:
    """The running portal; the test's own ORM works on the same database and files."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(dj_database_url.parse(running.servers.app_url))
    settings.FILES_DIR = running.config.files
    with django_db_blocker.unblock():
        yield running
        connection.close()
    connection.settings_dict.clear()
    connection.settings_dict.update(before)


def cookie_of(user: Any) -> str:
    """The session of a person who has just signed in."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    name = django_settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"
