"""Make the environment from the hashed lock, then hand over to the launcher inside it.

Run as a file by a bare Python (deploy/start.sh): standard library only, nothing of ours imported.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
STAMP = "portal-lock.sha256"
# command -> (environment, lock); everything else runs in the first
ENVIRONMENTS = {
    "run": ("venv", "requirements.lock"),
    "test": ("venv-test", "requirements-dev.lock"),
}
TEST_COMMANDS = {"test", "test-fast", "bench"}
# These explain or stop what is there; they must not begin by installing.
NEVER_INSTALL = {"stop", "doctor", "manage"}


def var_dir() -> Path:
    """Where everything that is made goes."""
    return Path(os.environ.get("PORTAL_VAR") or PROJECT / "var").absolute()


def fingerprint(lock: Path, environment: Path) -> str:
    """Changes with the lock, the Python, and the place: an environment cannot be moved."""
    parts = [lock.read_bytes(), sys.version.encode(), os.path.realpath(sys.executable).encode()]
    return hashlib.sha256(b"\0".join([*parts, str(environment).encode()])).hexdigest()


def is_current(environment: Path, lock: Path) -> bool:
    """Whether the environment was completed from this lock with this Python."""
    stamp = environment / STAMP
    python = environment / "bin" / "python"
    return (
        python.exists() and stamp.is_file() and stamp.read_text() == fingerprint(lock, environment)
    )


def working_uv() -> str | None:
    """uv from PATH, if it really runs (a version manager may leave an empty shim)."""
    found = shutil.which("uv")
    if found is None:
        return None
    done = subprocess.run([found, "--version"], capture_output=True, check=False)
    return found if done.returncode == 0 else None


def say(text: str) -> None:
    """One line of progress."""
    print(text, flush=True)


def build(environment: Path, lock: Path) -> None:
    """Make the environment anew; exit with the installer's own words if it fails."""
    started = time.monotonic()
    count = sum(1 for line in lock.read_text().splitlines() if line[:1].isalnum())
    say(f"• Installing {count} packages into {environment} (once per change of the lock)")
    shutil.rmtree(environment, ignore_errors=True)
    environment.parent.mkdir(parents=True, exist_ok=True)
    python = str(environment / "bin" / "python")
    uv = working_uv()
    if uv:
        must([uv, "venv", "--quiet", "--python", sys.executable, str(environment)])
        sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, str(lock)]
        must(sync, env={**os.environ, "VIRTUAL_ENV": str(environment)})
    else:
        must([sys.executable, "-m", "venv", str(environment)])
        install([python, "-m", "pip", "install", "--require-hashes", "-r", str(lock)], count)
    (environment / STAMP).write_text(fingerprint(lock, environment))
    say(f"  done in {time.monotonic() - started:.0f} s")


def must(command: list[str], env: dict[str, str] | None = None) -> None:
    """Run to its end or leave with what it said."""
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def install(command: list[str], count: int) -> None:
    """Run pip and count on one line what it collects."""
    options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    process = subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said: list[str] = []
    collected = 0
    for line in process.stdout or ():
        said.append(line)
        if line.startswith("Collecting "):
            collected += 1
            if collected % 10 == 0 or collected == count:
                say(f"  {collected}/{count} {line.split()[1].split('==')[0]}")
        elif line.startswith("Installing collected"):
            say("  unpacking")
    if process.wait() != 0:
        sys.exit("pip failed; is a package registry reachable?\n" + "".join(said[-15:]))


def portal_runs() -> bool:
    """Whether a launcher holds var/ (instance.py): its environment must stay as it is."""
    file = var_dir() / "run.lock"
    if not file.exists():
        return False
    with file.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def ensure(kind: str) -> Path:
    """The environment of this kind, made if need be; two starters at once wait for each other."""
    name, lock_name = ENVIRONMENTS[kind]
    environment, lock = var_dir() / name, PROJECT / lock_name
    in_use = kind == "run" and portal_runs() and (environment / STAMP).is_file()
    if not in_use and not is_current(environment, lock):
        environment.parent.mkdir(parents=True, exist_ok=True)
        with (environment.parent / f"{name}.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if not is_current(environment, lock):
                build(environment, lock)
    return environment


def main(arguments: list[str]) -> None:
    """Ensure the environment and become the launcher."""
    command = arguments[0] if arguments else "run"
    kind = "test" if command in TEST_COMMANDS else "run"
    environment = var_dir() / ENVIRONMENTS[kind][0]
    if command in NEVER_INSTALL:
        if not (environment / STAMP).is_file():
            sys.exit(f"{environment} is missing or unfinished: `make run` makes it.")
    else:
        ensure(kind)
    python = str(environment / "bin" / "python")
    module = "portal.embedded.checks" if kind == "test" else "portal.embedded"
    os.chdir(PROJECT)
    os.execv(python, [python, "-m", module, *arguments])  # noqa: S606 - our own interpreter


if __name__ == "__main__":
    main(sys.argv[1:])
