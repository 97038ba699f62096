"""`make test`, `make test-fast`, `make bench`: every check in order, all of them reported.

Runs in the test environment that bootstrap.py made. pytest's own closing lines are the last thing
printed by it, so that a reader sees the counts; the summary of the other checks stands before.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.embedded import assets
from portal.embedded.configuration import Configuration
from portal.embedded.processes import StartError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "fonts-noto-cjk")
_CJK_FONTS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/noto-cjk")
# It compares models with files; that no database answers here is no news.
_QUIET = (sys.executable, "-W", "ignore::RuntimeWarning", "manage.py")


@dataclass(frozen=True)
class Check:
    """One program that must end with 0."""

    name: str
    command: Sequence[str]


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def _pytest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", *arguments]


def static_checks(*, fast: bool) -> list[Check]:
    """Format, lint, types, contracts, templates, migrations, catalogue."""
    checks = [
        Check("format", [_tool("ruff"), "format", "--check", "."]),
        Check("lint", [_tool("ruff"), "check", "."]),
        Check("types", [_tool("mypy")]),
        Check("import contracts", [_tool("lint-imports")]),
        Check("template lint", [_tool("djlint"), "--lint", "--quiet", "templates"]),
        Check("migrations in step", [*_QUIET, "makemigrations", "--check", "--dry-run"]),
        Check("English catalogue", _manage("catalogue", "--check")),
    ]
    return [check for check in checks if not (fast and check.name == "types")]


def test_runs(*, fast: bool) -> list[Check]:
    """Unit and service tests on two workers, then the journeys one after another."""
    runs = [Check("tests", _pytest("-n", "2", "-m", "not journey and not chaos"))]
    if not fast:
        runs.append(Check("chaos", _pytest("-m", "chaos")))
        runs.append(Check("journeys", _pytest("-m", "journey")))
    return runs


def has_browser() -> bool:
    """Whether the journeys find Chromium and fonts with Chinese."""
    fonts = any(Path(folder).is_dir() for folder in _CJK_FONTS)
    return fonts and any(shutil.which(name) for name in BROWSERS)


def ensure_browser() -> None:
    """Install Chromium from Debian as root; elsewhere one line says what to install."""
    if has_browser():
        return
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        raise StartError(
            "The browser journeys need Chromium and a Chinese font. "
            f"On Debian as root: apt-get install -y {' '.join(PACKAGES)}"
        )
    print(f"• Installing {', '.join(PACKAGES)} from Debian", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run(
            [apt, "-q", *arguments], env=env, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise StartError(f"apt-get {arguments[0]} failed:\n{done.stdout}{done.stderr}")


def perform(checks: Sequence[Check], project: Path) -> list[str]:
    """Run all, whatever fails; the names of those that failed."""
    failed = []
    for check in checks:
        print(f"\n=== {check.name}: {' '.join(map(str, check.command[-4:]))}", flush=True)
        started = time.monotonic()
        code = subprocess.run(check.command, cwd=project, check=False).returncode
        if code != 0:
            failed.append(check.name)
        verdict = "ok" if code == 0 else f"FAILED ({code})"
        print(f"=== {check.name}: {verdict}, {time.monotonic() - started:.0f} s", flush=True)
    return failed


def test(config: Configuration, *, fast: bool) -> int:
    """All checks and tests; 0 only if every one passed."""
    if not fast:
        ensure_browser()
    assets.build(config.project, config.var)
    checks = static_checks(fast=fast)
    failed = perform(checks, config.project)
    if failed:
        print(f"\nFAILED before the tests: {', '.join(failed)}", flush=True)
    failed += perform(test_runs(fast=fast), config.project)
    if failed:
        print(f"\nmake test: FAILED: {', '.join(failed)}", flush=True)
        return 1
    print(f"\nmake test: all {len(checks) + len(test_runs(fast=fast))} passed", flush=True)
    return 0


def bench(config: Configuration) -> int:
    """The measurements; they write bench.json."""
    return subprocess.run(
        [sys.executable, "-m", "tests.bench"], cwd=config.project, check=False
    ).returncode


def main(arguments: list[str]) -> int:
    """Dispatch `test`, `test-fast` or `bench`."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CACHE_URL"):
        os.environ.pop(name, None)  # the tests start their own servers and touch no other
    os.environ["PORTAL_MODE"] = "test"  # no key, no TLS, no demo
    try:
        config = Configuration.read(os.environ)
        config.ensure_var()
        if arguments[0] == "bench":
            return bench(config)
        return test(config, fast=arguments[0] == "test-fast")
    except StartError as reason:
        print(f"\n{reason}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
