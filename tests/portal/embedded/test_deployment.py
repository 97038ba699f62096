"""docker-compose.yml, Dockerfile, nginx and the role script, as far as no engine is needed."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import crossplane
import psycopg2
import pytest
import yaml

from portal.embedded import PostgresServer, RedisServer, processes
from portal.embedded.configuration import PROJECT
from portal.embedded.postgres import find_bin_dir
from tests.portal.embedded.stand_in import StandIn

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
VARIABLE = re.compile(r"\$\{([A-Z_]+)[^}]*\}")


def test_compose_has_the_whole_portal_and_starts_it_in_order() -> None:
    assert set(SERVICES) == {"migrate", "web", "worker", "beat", "db", "redis", "nginx"}
    for name in ("web", "worker", "beat"):
        waits = SERVICES[name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}
        assert set(waits) <= set(SERVICES)
        assert "DATABASE_OWNER_URL" not in SERVICES[name]["environment"]
    assert "portal_owner" in SERVICES["migrate"]["environment"]["DATABASE_OWNER_URL"]
    assert "portal_app" in SERVICES["migrate"]["environment"]["DATABASE_URL"]


def test_compose_publishes_only_nginx_and_keeps_what_matters_in_volumes() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    named = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert named == set(COMPOSE["volumes"])


def test_every_variable_of_compose_stands_in_the_example_and_holds_no_real_value() -> None:
    text = (PROJECT / "docker-compose.yml").read_text()
    example = (PROJECT / "deploy" / "example.env").read_text()
    offered = dict(line.split("=", 1) for line in example.splitlines() if "=" in line[:30])
    offered = {name: value for name, value in offered.items() if not name.startswith("#")}
    assert set(VARIABLE.findall(text)) == set(offered)
    assert all(value.startswith(("change-me", "portal.example")) for value in offered.values())


def test_mounted_and_copied_files_exist() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./") and source != "./deploy/tls":
                assert (PROJECT / source).is_file(), source
    for script in ("deploy/migrate.sh", "deploy/alive.py"):
        assert (PROJECT / script).is_file()
    copied = re.findall(r"^COPY (?!--from)(\S+)", (PROJECT / "Dockerfile").read_text(), re.M)
    assert copied == ["requirements.lock", "."]


def test_the_image_runs_without_root_and_keeps_no_key() -> None:
    final = (PROJECT / "Dockerfile").read_text().split("FROM ")[-1]
    assert "\nUSER portal\n" in final
    assert "SECRET_KEY=" not in final
    ignored = (PROJECT / ".dockerignore").read_text().split()
    assert {"var", ".git", "deploy/*.env", "deploy/secret_key"} <= set(ignored)


def test_no_file_of_the_deployment_names_a_registry() -> None:
    for service in SERVICES.values():
        assert "/" not in service["image"]
    for name in ("requirements.lock", "requirements-dev.lock", "package-lock.json"):
        text = (PROJECT / name).read_text()
        assert '"resolved"' not in text
        assert "--index-url" not in text
        assert "@ http" not in text


def test_nginx_parses_and_forwards_what_the_application_trusts() -> None:
    parsed = crossplane.parse(str(PROJECT / "deploy" / "nginx.conf"), single=True)
    assert parsed["status"] == "ok", parsed["errors"]
    blocks = {block["directive"]: block for block in parsed["config"][0]["parsed"]}
    inside = blocks["http"]["block"]
    plain, secure = [each["block"] for each in inside if each["directive"] == "server"]
    assert {"directive": "return", "args": ["301", "https://$host$request_uri"]}.items() <= (
        plain[-1].items()
    )
    headers = dict(each["args"] for each in secure if each["directive"] == "proxy_set_header")
    assert headers["X-Forwarded-For"] == "$remote_addr"
    assert headers["X-Forwarded-Proto"] == "$scheme"
    assert headers["Host"] == "$host"
    upstream = next(each for each in inside if each["directive"] == "upstream")
    assert upstream["block"][0]["args"] == ["web:8000"]


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[PostgresServer, RedisServer]]:
    with (
        PostgresServer(None, tmp_path / "pg", durable=False) as postgres,
        RedisServer(tmp_path / "redis", durable=False) as queue,
    ):
        postgres.create_database("portal")
        yield postgres, queue


@contextmanager
def running(command: list[str], project: StandIn, env: dict[str, str]) -> Iterator[None]:
    """One compose command as a process of its own, stopped as an engine would stop it."""
    process = subprocess.Popen(command, cwd=project.root, env=env, start_new_session=True)
    try:
        yield
        assert process.poll() is None, f"{command} ended with {process.returncode}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.mark.chaos
def test_the_commands_of_migrate_web_worker_and_beat_start(
    tmp_path: Path, servers: tuple[PostgresServer, RedisServer]
) -> None:
    postgres, queue = servers
    (tmp_path / "project").mkdir()
    project = StandIn(tmp_path / "project")
    (project.root / "deploy").mkdir()
    for name in ("migrate.sh", "alive.py"):
        (project.root / "deploy" / name).write_text((PROJECT / "deploy" / name).read_text())
    env = project.environment(
        PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        PORTAL_VAR=str(project.var),
        DATABASE_URL=postgres.app_url("portal"),
        DATABASE_OWNER_URL=postgres.owner_url("portal"),
        REDIS_URL=queue.url,
    )
    place = {"0.0.0.0:8000": f"127.0.0.1:{project.port}", "/data/": f"{project.var}/"}

    def command(name: str) -> list[str]:
        words = [str(word) for word in SERVICES[name]["command"]]
        for old, new in place.items():
            words = [word.replace(old, new) for word in words]
        return words

    subprocess.run(command("migrate"), cwd=project.root, env=env, check=True)
    assert project.calls() == ["migrate --noinput", "seed"]
    probe = [sys.executable, *SERVICES["web"]["healthcheck"]["test"][2:]]
    with (
        running(command("web"), project, env),
        running(command("worker"), project, env),
        running(command("beat"), project, env),
    ):

        def is_healthy() -> bool:
            asked = subprocess.run(
                probe, cwd=project.root, env=env, capture_output=True, check=False
            )
            return asked.returncode == 0

        assert processes.wait_until(is_healthy, 30, 0.3)
        assert processes.wait_until(lambda: (project.var / "ticks").exists(), 30)


def test_the_role_script_makes_two_roles_and_a_database_that_finds_chinese(
    servers: tuple[PostgresServer, RedisServer],
) -> None:
    postgres, _ = servers
    names = {
        "owner": "d_owner",
        "owner_password": "o'1",
        "application": "d_app",
        "application_password": "a 2",
        "database": "deployed",
    }
    command = [str(find_bin_dir() / "psql"), postgres.superuser_url("postgres"), "-q"]
    for name, value in names.items():
        command += ["-v", f"{name}={value}"]
    script = str(PROJECT / "deploy" / "roles.sql")
    done = subprocess.run([*command, "-f", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")

    def connect(user: str) -> Any:
        return psycopg2.connect(dbname="deployed", user=user, host=str(postgres.socket_dir))

    owner, application = connect("d_owner"), connect("d_app")
    with owner, owner.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (id bigserial PRIMARY KEY, name text)")
    with application, application.cursor() as cursor:
        cursor.execute("INSERT INTO kept (name) VALUES ('监测') RETURNING similarity(name, '监')")
        assert cursor.fetchone()[0] > 0
    forbidden = pytest.raises(psycopg2.errors.InsufficientPrivilege)
    with forbidden, application, application.cursor() as cursor:
        cursor.execute("TRUNCATE kept")
    owner.close()
    application.close()
