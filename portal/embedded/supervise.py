"""Keeps web, worker and beat running: starts, watches, restarts with patience, stops in order."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal.embedded import processes

LOG_LIMIT = 10 * 1024 * 1024  # bytes; a longer log is set aside at the next start
_STEADY_SECONDS = 30.0  # a program that ran this long is started again at once
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class Program:
    """One long-lived program; `stop` is tried in order, each with its patience in seconds."""

    name: str
    command: Sequence[str]
    stop: Sequence[tuple[signal.Signals, float]]


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 1.0
    next_start: float = field(default=0.0)


class Supervisor:
    """Runs programs with one log file each in `logs`."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        env: dict[str, str],
        logs: Path,
        cwd: Path,
        say: Callable[[str], None],
    ) -> None:
        self._children = [_Child(program) for program in programs]
        self._env = env
        self._logs = logs
        self._cwd = cwd
        self._say = say

    def start(self, *names: str) -> None:
        """Start the programs of these names."""
        for child in self._children:
            if child.program.name in names:
                self._launch(child)

    def look(self) -> None:
        """One round: what has ended is reported with its last words and started again."""
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                self._bury(child, now)
            if child.process is None and now >= child.next_start:
                self._launch(child)

    def stop(self) -> None:
        """Ask all at once, then wait for each; nothing of their process groups stays."""
        living = [child for child in self._children if child.process is not None]
        for child in living:
            if child.process is not None and child.process.poll() is None:
                child.process.send_signal(child.program.stop[0][0])
        for child in living:
            if child.process is not None:
                processes.stop_child(child.process, child.program.stop)
                _end_group(child.process.pid)
                child.process = None

    def is_running(self, name: str) -> bool:
        """Whether the program of this name runs now."""
        found = next(child for child in self._children if child.program.name == name)
        return found.process is not None and found.process.poll() is None

    def pids(self) -> dict[str, int]:
        """The main process of each running program."""
        return {child.program.name: child.process.pid for child in self._children if child.process}

    def last_words(self, name: str, lines: int = 12) -> str:
        """The end of a program's log, each line marked with its name."""
        text = self._log(name).read_text(errors="replace")
        return "\n".join(f"  {name} | {line}" for line in text.splitlines()[-lines:])

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _launch(self, child: _Child) -> None:
        log = self._log(child.program.name)
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            child.process = processes.spawn(
                child.program.command, output=output, cwd=self._cwd, env=self._env
            )
        child.started = time.monotonic()

    def _bury(self, child: _Child, now: float) -> None:
        if child.process is None:
            return
        _end_group(child.process.pid)
        steady = now - child.started > _STEADY_SECONDS
        child.pause = 1.0 if steady else min(child.pause * 2, _LONGEST_PAUSE)
        child.next_start = now + child.pause
        name, code = child.program.name, child.process.returncode
        self._say(f"! {name} ended ({code}); it starts again in {child.pause:.0f} s")
        self._say(self.last_words(name))
        child.process = None


def _end_group(pid: int) -> None:
    """Children of a dead program would keep ports and tasks."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # the usual case: none left
