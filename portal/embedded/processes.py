"""Child processes that never outlive us, and the search for those that did."""

import hashlib
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO

from portal.embedded import child

SOCKET_PATH_LIMIT = 107  # bytes in sockaddr_un, without the closing NUL
_PROBE_SECONDS = 20


class StartError(RuntimeError):
    """A server could not be started; the text says why and what to do."""


def wrapped(command: Sequence[str], *, stop: signal.Signals, identity: str) -> list[str]:
    """The command line that runs `command` through child.py."""
    return [
        *(sys.executable, "-I", str(Path(child.__file__).resolve())),
        *("--parent", str(os.getpid()), "--signal", str(int(stop)), "--as", identity),
        *("--", *command),
    ]


def spawn(
    command: Sequence[str],
    *,
    output: int | IO[bytes],
    stop: signal.Signals = signal.SIGTERM,
    identity: str = child.SELF,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session that gets `stop` when the calling thread ends.

    Start long-lived children from the main thread: the kernel ties them to the thread.
    """
    return subprocess.Popen(
        wrapped(command, stop=stop, identity=identity),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env=env,
        start_new_session=True,
    )


def run(command: Sequence[str], *, identity: str, cwd: Path | None = None) -> str:
    """Run a short program to its end and return what it wrote; StartError if it fails."""
    done = subprocess.run(
        wrapped(command, stop=signal.SIGKILL, identity=identity),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        check=False,
    )
    text = done.stdout.decode(errors="replace")
    if done.returncode != 0:
        raise StartError(f"{Path(command[0]).name} failed ({done.returncode}):\n{text.strip()}")
    return text


@lru_cache(maxsize=1)
def unprivileged_identity() -> str:
    """Who runs PostgreSQL: ourselves, or as root a mapped user, or `nobody`."""
    if os.geteuid() != 0:
        return child.SELF
    probe = subprocess.run(
        wrapped(["/bin/true"], stop=signal.SIGKILL, identity=child.NAMESPACE),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_PROBE_SECONDS,
        check=False,
    )
    return child.NAMESPACE if probe.returncode == 0 else child.NOBODY


def owner_uid(identity: str) -> int:
    """The uid that the files of a child of this identity have, seen from here."""
    return pwd.getpwnam("nobody").pw_uid if identity == child.NOBODY else os.geteuid()


def give_to(folder: Path, identity: str) -> None:
    """Hand a folder with all it holds to the user the child runs as (only root needs it)."""
    uid = owner_uid(identity)
    if os.geteuid() != 0 or folder.stat().st_uid == uid:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, uid, -1, follow_symlinks=False)


def socket_folder(wanted: Path, longest_name: str) -> Path:
    """`wanted`, or a short private folder below the temporary one where sockets fit."""
    if len(os.fsencode(wanted / longest_name)) <= SOCKET_PATH_LIMIT:
        return wanted
    digest = hashlib.sha256(os.fsencode(wanted.resolve())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"portal-{os.geteuid()}-{digest}"


def private_folder(folder: Path, identity: str = child.SELF) -> None:
    """Create a folder only its owner may enter; refuse one that belongs to a stranger."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), owner_uid(identity)}:
        raise StartError(f"{folder} belongs to another user; remove it or choose another folder.")
    give_to(folder, identity)
    folder.chmod(0o700)


def is_alive(pid: int) -> bool:
    """Whether a process (not a zombie) has this number."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def works_in(pid: int, folder: Path) -> bool:
    """Whether a process has `folder` as its working directory: so it is ours, not a reused pid."""
    try:
        return is_alive(pid) and Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:
        return False


def read_pid(file: Path) -> int | None:
    """The number on the first line of a pid file, or None."""
    try:
        first = file.read_text(errors="replace").split("\n", 1)[0].strip()
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() and int(first) > 1 else None


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Poll until the condition holds; False when the time is up."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def stop_pid(pid: int, signals: Sequence[tuple[signal.Signals, float]]) -> bool:
    """Send each signal in turn until the process is gone; seconds of patience per signal."""
    for signum, patience in signals:
        try:
            os.kill(pid, signum)
        except ProcessLookupError:
            return True
        if wait_until(lambda: not is_alive(pid), patience):
            return True
    return False


def stop_child(
    process: subprocess.Popen[bytes], signals: Sequence[tuple[signal.Signals, float]]
) -> None:
    """Stop a child of ours and collect it."""
    for signum, patience in signals:
        if process.poll() is not None:
            return
        process.send_signal(signum)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.poll()
