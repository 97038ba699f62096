"""`make run` and its neighbours over a stand-in application: started, stopped, killed, restored."""

import http.client
import json
import os
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from portal.embedded import instance, processes
from tests.portal.embedded.stand_in import StandIn, read_until

pytestmark = pytest.mark.chaos

PREPARED = [
    "collectstatic --noinput -v 0",
    "compilemessages_portal",
    "migrate --noinput -v 0",
    "seed",
]
LAST_LINE = " s)"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[StandIn]:
    made = StandIn(tmp_path)
    yield made
    for pid in instance.orphans(made.var):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def started(project: StandIn) -> Iterator["tuple[StandIn, subprocess.Popen[str]]"]:
    process = project.start("run")
    said = read_until(process, LAST_LINE)
    assert f"http://127.0.0.1:{project.port}/" in said, said
    yield project, process
    if process.poll() is None:
        process.terminate()
    process.communicate(timeout=60)


def status(project: StandIn) -> int:
    link = http.client.HTTPConnection("127.0.0.1", project.port, timeout=5)
    link.request("GET", "/livez")
    answer = link.getresponse().status
    link.close()
    return answer


def agencies(project: StandIn, change: str = "") -> int:
    note = json.loads((project.var / "run.json").read_text())
    opened = psycopg2.connect(note["owner_url"])
    try:
        with opened, opened.cursor() as cursor:
            if change:
                cursor.execute(change)
            cursor.execute("SELECT count(*) FROM agencies_agency")
            row = cursor.fetchone()
            assert row
            return int(row[0])
    finally:
        opened.close()


def test_an_empty_machine_gets_the_demo_and_the_second_start_repeats_nothing(
    project: StandIn,
) -> None:
    first = project.start("run")
    said = read_until(first, LAST_LINE)
    assert "officer / demo-pass" in said
    assert status(project) == 200
    assert processes.wait_until(lambda: (project.var / "ticks").exists(), 20)  # beat → worker
    assert project.calls() == [*PREPARED, "load_demo --size small", "demo_accounts"]
    first.send_signal(signal.SIGINT)
    assert first.wait(60) == 0
    assert instance.orphans(project.var) == []
    first.communicate()

    second = project.start("run")
    assert "demo-pass" in read_until(second, LAST_LINE)
    assert project.calls() == [*PREPARED, "load_demo --size small", "demo_accounts"]
    second.terminate()
    assert second.wait(60) == 0
    second.communicate()


def test_a_second_start_says_where_the_first_runs(
    started: "tuple[StandIn, subprocess.Popen[str]]",
) -> None:
    project, process = started
    again = project.call("run")
    assert again.returncode == 1
    assert f"http://127.0.0.1:{project.port}/ (process {process.pid}" in again.stderr


def test_manage_runs_a_command_inside_the_running_portal(
    started: "tuple[StandIn, subprocess.Popen[str]]",
) -> None:
    project, _process = started
    done = project.call("manage", "verify_audit", "--since", "1")
    assert (done.returncode, done.stdout) == (0, "audit: clean\n")
    assert project.calls()[-1] == "verify_audit --since 1"
    project.call("stop")
    later = project.call("manage", "verify_audit")
    assert later.returncode == 1
    assert "make run" in later.stderr


def test_stop_ends_everything_and_is_harmless_twice(
    started: "tuple[StandIn, subprocess.Popen[str]]",
) -> None:
    project, process = started
    assert project.call("stop").stdout == "Stopped.\n"
    assert process.wait(10) == 0
    assert instance.orphans(project.var) == []
    assert project.call("stop").stdout == "The portal does not run.\n"


def test_after_kill_9_of_everything_the_next_start_just_works(
    started: "tuple[StandIn, subprocess.Popen[str]]",
) -> None:
    project, process = started
    cluster_pid = processes.read_pid(project.var / "postgres" / "postmaster.pid")
    redis_pid = processes.read_pid(project.var / "redis" / "redis.pid")
    assert cluster_pid
    assert redis_pid
    victims = [process.pid, *instance.orphans(project.var), cluster_pid, redis_pid]
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    process.communicate()
    again = project.start("run")
    assert "demo-pass" in read_until(again, LAST_LINE)
    assert status(project) == 200
    assert agencies(project) == 1  # the data stayed, and the demo was not loaded twice
    again.terminate()
    assert again.wait(60) == 0
    again.communicate()


def test_when_only_the_launcher_is_killed_its_children_end_and_it_starts_again(
    started: "tuple[StandIn, subprocess.Popen[str]]",
) -> None:
    project, process = started
    process.kill()
    process.communicate()
    again = project.start("run")
    assert "demo-pass" in read_until(again, LAST_LINE)
    assert status(project) == 200
    again.terminate()
    assert again.wait(60) == 0
    again.communicate()


def test_what_dies_is_started_again_and_its_last_words_are_shown(
    started: "tuple[StandIn, subprocess.Popen[str]]",
) -> None:
    project, process = started
    cluster_pid = processes.read_pid(project.var / "postgres" / "postmaster.pid")
    assert cluster_pid
    os.kill(cluster_pid, signal.SIGKILL)
    assert "postgres had ended; it runs again" in read_until(process, "runs again")
    assert agencies(project) == 1
    web = next(pid for pid in instance.orphans(project.var) if "gunicorn" in command_line(pid))
    os.kill(web, signal.SIGKILL)
    said = read_until(process, "it starts again")
    assert "! web ended (-9)" in said
    assert processes.wait_until(lambda: is_up(project), 20, 0.2)


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def is_up(project: StandIn) -> bool:
    try:
        return status(project) == 200
    except OSError:
        return False


def test_a_taken_port_is_explained_before_anything_starts(
    started: "tuple[StandIn, subprocess.Popen[str]]", tmp_path: Path
) -> None:
    project, _ = started
    other = project.call("run", PORTAL_VAR=str(tmp_path / "other"))
    assert other.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{project.port}" in other.stderr
    assert f"PORT={project.port + 1}" in other.stderr
    assert not (tmp_path / "other" / "postgres").exists()


def test_an_empty_portal_prints_its_code_until_it_is_set_up(project: StandIn) -> None:
    process = project.start("run", DEMO="0")
    said = read_until(process, LAST_LINE)
    assert "code: 1234-5678" in said
    assert "demo-pass" not in said
    assert agencies(project, "INSERT INTO agencies_agency (name) VALUES ('real')") == 1
    process.terminate()
    process.communicate(timeout=60)

    reset = project.call("demo-reset")
    assert reset.returncode == 1
    assert "not filled by the demo" in reset.stderr
    later = project.start("run")  # without DEMO=0: still the real one, no demo accounts
    said = read_until(later, LAST_LINE)
    assert "demo-pass" not in said
    assert "code:" not in said
    assert agencies(project) == 1
    later.terminate()
    later.communicate(timeout=60)


def test_demo_reset_empties_the_demo_and_an_empty_portal_refuses_to_start_over_it(
    started: "tuple[StandIn, subprocess.Popen[str]]",
) -> None:
    project, process = started
    assert project.call("stop").returncode == 0
    process.communicate()
    over = project.call("run", DEMO="0")
    assert over.returncode == 1
    assert "make demo-reset" in over.stderr
    assert project.call("demo-reset").returncode == 0
    empty = project.start("run", DEMO="0")
    assert "code: 1234-5678" in read_until(empty, LAST_LINE)
    empty.terminate()
    empty.communicate(timeout=60)


def test_a_backup_taken_while_running_brings_back_rows_files_and_key(
    started: "tuple[StandIn, subprocess.Popen[str]]",
) -> None:
    project, process = started
    stored = project.var / "files" / "ab" / "abcdef"
    stored.parent.mkdir()
    stored.write_text("附件")
    key = (project.var / "secret_key").read_text()
    written = project.call("backup")
    assert written.returncode == 0, written.stderr
    archive = next((project.var / "backups").glob("*.tar"))
    assert archive.stat().st_mode & 0o777 == 0o600
    assert project.call("restore", str(archive)).returncode == 1  # not while it runs

    agencies(project, "DELETE FROM agencies_agency")
    stored.unlink()
    project.call("stop")
    process.communicate()
    (project.var / "secret_key").write_text("other")
    restored = project.call("restore", str(archive))
    assert restored.returncode == 0, restored.stderr
    assert "audit: clean" in restored.stdout
    assert stored.read_text() == "附件"
    assert (project.var / "secret_key").read_text() == key
    again = project.start("run")
    assert "demo-pass" in read_until(again, LAST_LINE)
    assert agencies(project) == 1
    assert project.calls().count("load_demo --size small") == 1  # the row is the restored one
    again.terminate()
    again.communicate(timeout=60)


def test_a_damaged_backup_is_refused_and_nothing_changes(project: StandIn, tmp_path: Path) -> None:
    assert project.call("backup").returncode == 0
    archive = next((project.var / "backups").glob("*.tar"))
    with tarfile.open(archive) as whole:
        whole.extractall(tmp_path / "open", filter="data")
    (tmp_path / "open" / "secret_key").write_text("tampered")
    damaged = tmp_path / "damaged.tar"
    with tarfile.open(damaged, "w") as packed:
        packed.add(tmp_path / "open", arcname=".")
    refused = project.call("restore", str(damaged))
    assert refused.returncode == 1
    assert "secret_key differs from the manifest" in refused.stderr
    assert (project.var / "secret_key").read_text() != "tampered"


def test_a_failing_preparation_ends_with_the_command_and_its_words(project: StandIn) -> None:
    manage = project.root / "manage.py"
    manage.write_text(manage.read_text().replace('command == "seed"', "") + "\nsys.exit(3)\n")
    failed = project.call("run")
    assert failed.returncode == 1
    assert "manage.py collectstatic --noinput -v 0 failed" in failed.stderr
    assert instance.orphans(project.var) == []


def test_given_servers_are_used_and_none_is_started(
    started: "tuple[StandIn, subprocess.Popen[str]]", tmp_path: Path
) -> None:
    first, _ = started
    note = json.loads((first.var / "run.json").read_text())
    (tmp_path / "second").mkdir()
    second = StandIn(tmp_path / "second")
    process = second.start(
        "run",
        DATABASE_URL=note["database_url"],
        DATABASE_OWNER_URL=note["owner_url"],
        REDIS_URL=f"unix://{first.var}/redis/redis.sock",
    )
    assert "demo-pass" in read_until(process, LAST_LINE)
    assert not (second.var / "postgres").exists()
    assert not (second.var / "redis").exists()
    process.terminate()
    process.communicate(timeout=60)
    assert agencies(first) == 1
    assert status(first) == 200
