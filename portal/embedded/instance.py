"""One running portal per var/: the lock that says so, and what a killed one left behind."""

import fcntl
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from portal.embedded import processes
from portal.embedded.configuration import MARKER
from portal.embedded.processes import StartError

STOP = ((signal.SIGTERM, 8.0), (signal.SIGKILL, 3.0))


@dataclass(frozen=True)
class Running:
    """Who holds var/, and where its parts are."""

    pid: int
    command: str
    address: str = ""
    database_url: str = ""
    owner_url: str = ""
    superuser_url: str = ""
    redis_url: str = ""


def _lock_file(var: Path) -> Path:
    return var / "run.lock"


def _note_file(var: Path) -> Path:
    return var / "run.json"


def running(var: Path) -> Running | None:
    """The holder of var/, if one lives. The kernel frees the lock however the holder ends."""
    if not _lock_file(var).exists():
        return None
    with _lock_file(var).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read_note(var)
    return None


def _read_note(var: Path) -> Running:
    try:
        return Running(**json.loads(_note_file(var).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return Running(pid=0, command="starting")  # between taking the lock and writing the note


@contextmanager
def hold(var: Path, command: str) -> Iterator[None]:
    """Hold var/ for one command; StartError says who holds it already and where."""
    var.mkdir(parents=True, exist_ok=True)
    with _lock_file(var).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(describe(_read_note(var))) from None
        note(var, Running(pid=os.getpid(), command=command))
        try:
            yield
        finally:
            _note_file(var).unlink(missing_ok=True)


def note(var: Path, what: Running) -> None:
    """Write down what runs, for `make stop`, `make backup` and a second `make run`."""
    fresh = _note_file(var).with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(asdict(what)))
    fresh.rename(_note_file(var))


def describe(holder: Running) -> str:
    """One sentence for the person at the terminal."""
    where = f" at {holder.address}" if holder.address else ""
    return (
        f"The portal already runs{where} (process {holder.pid}, `{holder.command}`). "
        "Stop it with `make stop`."
    )


def orphans(var: Path) -> list[int]:
    """Processes of an earlier launcher over this var/, found by the mark in their environment."""
    mark = os.fsencode(f"{MARKER}={var}")
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            marked = mark in (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # ended meanwhile, or another user's
        pid = int(entry.name)
        if marked and pid != os.getpid() and processes.is_alive(pid):
            found.append(pid)
    return found


def end_orphans(var: Path) -> int:
    """Stop what outlived a killed launcher; how many there were. Call only while holding var/."""
    pids = orphans(var)
    for pid in pids:
        if not processes.stop_pid(pid, STOP):
            raise StartError(f"Process {pid} of an earlier start does not end; end it by hand.")
    return len(pids)
