"""Before there is an environment: the search for a Python, the stamp, and what may be imported."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.embedded import bootstrap, checks, instance
from portal.embedded.configuration import PROJECT
from portal.embedded.processes import StartError

START = PROJECT / "deploy" / "start.sh"


def imported(file: Path) -> set[str]:
    """The top-level names a file imports, wherever the import stands."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def test_the_launcher_knows_no_django_and_the_bootstrap_only_the_standard_library() -> None:
    files = sorted((PROJECT / "portal" / "embedded").glob("*.py"))
    assert len(files) > 10
    for file in files:
        assert "django" not in imported(file), file.name
    for name in ("bootstrap.py", "child.py"):
        names = imported(PROJECT / "portal" / "embedded" / name)
        assert names <= set(sys.stdlib_module_names), name


def shim(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def start(folder: Path, project: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """deploy/start.sh of a copy whose bootstrap only tells which Python runs it."""
    (project / "deploy").mkdir(parents=True)
    (project / "portal" / "embedded").mkdir(parents=True)
    (project / "deploy" / "start.sh").write_bytes(START.read_bytes())
    told = "import sys; print(sys.version_info[:2] >= (3, 11), sys.argv[1:])"
    (project / "portal" / "embedded" / "bootstrap.py").write_text(told)
    shim(folder, "dirname", 'exec /usr/bin/dirname "$@"')
    return subprocess.run(
        ["/bin/sh", str(project / "deploy" / "start.sh"), "run"],
        env={"PATH": str(folder), "HOME": str(folder), **more},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_shim_that_only_prints_an_error_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    shim(tmp_path / "bin", "python3.12", "echo 'command not found' >&2; exit 127")
    shim(tmp_path / "bin", "python3.11", f'exec {sys.executable} "$@"')
    done = start(tmp_path / "bin", tmp_path / "project")
    assert done.stdout == "True ['run']\n", done.stderr


def test_a_named_python_goes_first(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    shim(tmp_path / "bin", "python3.12", f'echo other; exec {sys.executable} "$@"')
    done = start(tmp_path / "bin", tmp_path / "project", PYTHON=sys.executable)
    assert done.stdout == "True ['run']\n"


def test_an_environment_is_current_only_for_its_lock_its_python_and_its_place(
    tmp_path: Path,
) -> None:
    environment, lock = tmp_path / "venv", tmp_path / "requirements.lock"
    lock.write_text("one==1\n")
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").symlink_to(sys.executable)
    assert not bootstrap.is_current(environment, lock)  # unfinished
    (environment / bootstrap.STAMP).write_text(bootstrap.fingerprint(lock, environment))
    assert bootstrap.is_current(environment, lock)
    moved = environment.rename(tmp_path / "moved")
    assert not bootstrap.is_current(moved, lock)
    moved.rename(environment)
    lock.write_text("one==2\n")
    assert not bootstrap.is_current(environment, lock)


def test_the_environment_of_a_running_portal_is_not_pulled_from_under_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))
    built: list[Path] = []
    monkeypatch.setattr(bootstrap, "build", lambda environment, lock: built.append(environment))
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / bootstrap.STAMP).write_text("of an older lock")
    with instance.hold(tmp_path, "make run"):
        assert bootstrap.ensure("run") == tmp_path / "venv"
    assert built == []
    bootstrap.ensure("run")
    assert built == [tmp_path / "venv"]


def test_stop_and_doctor_never_begin_by_installing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))
    for command in ("stop", "doctor"):
        with pytest.raises(SystemExit, match="`make run` makes it"):
            bootstrap.main([command])
    assert list(tmp_path.iterdir()) == []


def test_an_empty_shim_of_uv_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim(tmp_path, "uv", "exit 127")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin:/bin")
    assert bootstrap.working_uv() is None


def test_every_check_runs_although_one_fails_and_the_failure_is_named(tmp_path: Path) -> None:
    wrong = checks.Check("wrong", [sys.executable, "-c", "raise SystemExit(3)"])
    right = checks.Check("right", [sys.executable, "-c", "open('ran', 'w')"])
    assert checks.perform([wrong, right], tmp_path) == ["wrong"]
    assert (tmp_path / "ran").exists()


def test_without_root_a_missing_browser_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "has_browser", lambda: False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(StartError, match="apt-get install -y chromium fonts-noto-cjk"):
        checks.ensure_browser()


def test_the_fast_checks_leave_out_types_and_browser() -> None:
    names = {check.name for check in checks.static_checks(fast=True)}
    assert {check.name for check in checks.static_checks(fast=False)} - names == {"types"}
    assert [check.name for check in checks.test_runs(fast=True)] == ["tests"]
