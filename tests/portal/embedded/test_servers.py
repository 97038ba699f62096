"""The private PostgreSQL and Redis, as root and as a normal user, and after every kind of death."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from portal.embedded import PostgresServer, RedisServer, child, processes
from portal.embedded.configuration import PROJECT
from portal.embedded.postgres import find_bin_dir
from portal.embedded.processes import StartError

IS_ROOT = os.geteuid() == 0
IDENTITIES = [child.NAMESPACE, child.NOBODY] if IS_ROOT else [child.SELF]

START_AND_WAIT = """
import sys, time
from pathlib import Path
from portal.embedded import PostgresServer, RedisServer
folder = Path(sys.argv[1])
server = PostgresServer(None, folder / "pg", durable=False)
server.start()
queue = RedisServer(folder / "redis", durable=False)
queue.start()
print(server.pid, queue.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short private folder, closed to everybody else as root's home is."""
    made = Path(tempfile.mkdtemp(prefix="portal-emb-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def ask(url: str, statement: str) -> object:
    opened = psycopg2.connect(url)
    try:
        with opened, opened.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
    finally:
        opened.close()


def kill(server: PostgresServer | RedisServer) -> None:
    pid = server.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    assert processes.wait_until(lambda: server.pid is None, 5)


@pytest.mark.parametrize("identity", IDENTITIES)
def test_postgres_starts_stops_and_keeps_its_data(folder: Path, identity: str) -> None:
    server = PostgresServer(None, folder / "pg", durable=False, identity=identity)
    with server:
        server.create_database("portal")
        ask(server.owner_url("portal"), "CREATE TABLE kept AS SELECT 7 AS n")
        assert ask(server.superuser_url("portal"), "SHOW listen_addresses") == ""
    assert server.pid is None
    with server:
        assert ask(server.app_url("portal"), "SELECT n FROM kept") == 7


def test_the_application_role_reads_and_writes_rows_but_changes_no_table(folder: Path) -> None:
    with PostgresServer(None, folder / "pg", durable=False) as server:
        server.create_database("portal")
        ask(server.owner_url("portal"), "CREATE TABLE row_store (id bigserial PRIMARY KEY, t text)")
        application = server.app_url("portal")
        ask(application, "INSERT INTO row_store (t) VALUES ('中文')")
        for forbidden in (
            "DROP TABLE row_store",
            "TRUNCATE row_store",
            "ALTER TABLE row_store ADD COLUMN more int",
            "CREATE TABLE own (n int)",
            "SET session_replication_role = replica",
            "CREATE ROLE intruder",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                ask(application, forbidden)
        roles = "SELECT count(*) FROM pg_roles WHERE rolsuper AND rolname LIKE 'portal%'"
        assert ask(application, roles) == 0


def test_every_new_database_finds_chinese_by_trigram(folder: Path) -> None:
    with PostgresServer(None, folder / "pg", durable=False) as server:
        ask_without_transaction(server.owner_url("postgres"), "CREATE DATABASE made_by_owner")
        url = server.app_url("made_by_owner")
        assert ask(url, "SELECT similarity('监测机构', '监测') > 0")
        names = "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension"
        assert ask(url, names) == "btree_gist pg_trgm pgcrypto plpgsql"


def ask_without_transaction(url: str, statement: str) -> None:
    opened = psycopg2.connect(url)
    opened.autocommit = True
    try:
        opened.cursor().execute(statement)
    finally:
        opened.close()


@pytest.mark.parametrize("identity", IDENTITIES)
def test_a_killed_postmaster_is_started_again_with_what_was_committed(
    folder: Path, identity: str
) -> None:
    server = PostgresServer(None, folder / "pg", identity=identity)
    with server:
        server.create_database("portal")
        ask(server.owner_url("portal"), "CREATE TABLE kept AS SELECT 7 AS n")
        kill(server)
        server.start()
        assert ask(server.app_url("portal"), "SELECT n FROM kept") == 7


def test_lock_files_naming_a_living_stranger_do_not_block_the_start(folder: Path) -> None:
    server = PostgresServer(None, folder / "pg", durable=False)
    with server:
        pass
    stranger = f"{os.getppid()}\n{folder / 'pg'}\n"
    (folder / "pg" / "postmaster.pid").write_text(stranger)
    (server.socket_dir / ".s.PGSQL.5432.lock").write_text(stranger)
    (server.socket_dir / ".s.PGSQL.5432").touch()
    with server:
        assert ask(server.superuser_url("postgres"), "SELECT 1") == 1


def test_both_servers_end_when_their_parent_is_killed_and_an_orphan_is_replaced(
    folder: Path,
) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT, str(folder)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout
    pids = [int(word) for word in parent.stdout.readline().split()]
    parent.kill()
    parent.communicate()
    with PostgresServer(None, folder / "pg", durable=False) as server:  # perhaps still stopping
        assert server.pid not in pids
    with RedisServer(folder / "redis", durable=False) as queue:
        assert queue.pid not in pids
    assert processes.wait_until(lambda: not any(map(processes.is_alive, pids)), 10)


def test_a_running_server_of_ours_is_taken_over_not_doubled(folder: Path) -> None:
    first = PostgresServer(None, folder / "pg", durable=False)
    first.start()
    with PostgresServer(None, folder / "pg", durable=False) as second:
        assert first.pid is None
        assert ask(second.superuser_url("postgres"), "SELECT 1") == 1


def test_a_long_path_gets_a_short_private_socket_folder(folder: Path) -> None:
    deep = folder / ("深" * 40) / "cluster"
    deep.parent.mkdir()
    with PostgresServer(None, deep, durable=False) as server:
        assert len(str(server.socket_dir)) < 60
        assert server.socket_dir.stat().st_mode & 0o777 == 0o700
        assert ask(server.superuser_url("postgres"), "SELECT 1") == 1
    shutil.rmtree(server.socket_dir)


def test_a_foreign_socket_folder_is_refused(folder: Path) -> None:
    target = folder / "elsewhere"
    target.mkdir()
    (folder / "link").symlink_to(target)
    with pytest.raises(StartError, match="belongs to another user"):
        processes.private_folder(folder / "link")


def test_another_major_version_is_named_with_its_remedy(folder: Path) -> None:
    server = PostgresServer(None, folder / "pg", durable=False)
    with server:
        pass
    (folder / "pg" / "PG_VERSION").write_text("9\n")
    with pytest.raises(StartError, match=r"made by PostgreSQL 9.*Set PG_BIN"):
        server.start()


def test_a_folder_with_something_else_is_left_alone(folder: Path) -> None:
    (folder / "pg").mkdir()
    (folder / "pg" / "letter.txt").write_text("mine")
    with pytest.raises(StartError, match="not empty"):
        PostgresServer(None, folder / "pg").start()
    assert (folder / "pg" / "letter.txt").read_text() == "mine"


def test_an_initdb_that_was_killed_is_begun_anew(folder: Path) -> None:
    (folder / "pg.new").mkdir()
    (folder / "pg.new" / "half").write_text("")
    with PostgresServer(None, folder / "pg", durable=False) as server:
        assert ask(server.superuser_url("postgres"), "SELECT 1") == 1


def test_pg_bin_chooses_the_program_and_a_wrong_one_is_explained(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = find_bin_dir()
    (folder / "bin").mkdir()
    monkeypatch.setenv("PG_BIN", str(folder / "bin"))
    with pytest.raises(StartError, match="holds no postgres and no initdb"):
        find_bin_dir()
    for name in ("postgres", "initdb"):
        (folder / "bin" / name).symlink_to(real / name)
    assert find_bin_dir() == folder / "bin"


def test_two_clusters_start_side_by_side(folder: Path) -> None:
    with (
        PostgresServer(None, folder / "one", durable=False) as one,
        PostgresServer(None, folder / "two", durable=False) as two,
    ):
        assert one.pid != two.pid
        assert one.superuser_url("postgres") != two.superuser_url("postgres")


def test_redis_keeps_the_queue_over_a_kill_and_never_evicts(folder: Path) -> None:
    server = RedisServer(folder / "redis")
    server.start()
    client = redis.Redis.from_url(server.url)
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    client.rpush("queue", "task")
    time.sleep(1.2)  # the append-only file is flushed every second
    kill(server)
    with server:
        pass  # a stale socket and pid file are in the way of this start
    server.start()
    assert client.lrange("queue", 0, -1) == [b"task"]
    client.close()
    server.stop()


def test_redis_urls_name_the_same_socket_in_each_dialect(folder: Path) -> None:
    server = RedisServer(folder / "redis")
    assert server.url == f"unix://{server.socket}"
    assert server.cache_url() == f"unix://{server.socket}?db=1"
    assert server.broker_url == f"redis+socket://{server.socket}?virtual_host=0"


def test_a_user_other_than_root_starts_both(folder: Path) -> None:
    identity = child.NOBODY if IS_ROOT else child.SELF
    processes.give_to(folder, identity)
    code = START_AND_WAIT.replace("time.sleep(60)", "queue.stop(); server.stop()")
    command = [sys.executable, "-c", code, str(folder)]
    said = processes.run(command, identity=identity, cwd=PROJECT)
    assert len(said.split()) == 2
    assert (folder / "pg" / "PG_VERSION").stat().st_uid == processes.owner_uid(identity)
