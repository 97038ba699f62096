"""Everything between an empty database and a portal that can serve: done once per version."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from portal.embedded import processes
from portal.embedded.configuration import Configuration
from portal.embedded.processes import StartError

_CODE = ("portal", "agencies", "institutions", "inspections", "penalties", "sharing", "locale")
_SKIPPED = {"__pycache__", "node_modules"}
_MADE = {".pyc", ".mo"}
AGENCIES = "agencies_agency"
PEOPLE = "agencies_user"
DEMO_MARK = "portal demo district"


def say(text: str) -> None:
    """One line of progress."""
    print(text, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """A line of progress with the seconds it took."""
    started = time.monotonic()
    print(f"• {text} …", end="", flush=True)
    yield
    print(f" {time.monotonic() - started:.1f} s", flush=True)


class Manage:
    """Runs manage.py commands as children that die with us."""

    def __init__(self, config: Configuration, env: dict[str, str]) -> None:
        self._config = config
        self._env = env

    def run(
        self, *arguments: str, owner: bool = False, each: Callable[[str], None] | None = None
    ) -> str:
        """Run one command; its output, also line by line to `each`; StartError if it fails."""
        env = dict(self._env)
        if owner:
            env["DATABASE_URL"] = env["DATABASE_OWNER_URL"]
        process = processes.spawn(
            [sys.executable, "manage.py", *arguments],
            output=subprocess.PIPE,
            cwd=self._config.project,
            env=env,
        )
        said: list[str] = []
        try:
            for raw in process.stdout or ():
                said.append(raw.decode(errors="replace"))
                if each:
                    each(said[-1].rstrip("\n"))
            code = process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            if process.stdout:
                process.stdout.close()
            self._keep(arguments, said)
        if code != 0:
            raise StartError(f"manage.py {' '.join(arguments)} failed:\n{''.join(said[-25:])}")
        return "".join(said)

    def _keep(self, arguments: tuple[str, ...], said: list[str]) -> None:
        with (self._config.logs / "prepare.log").open("a", encoding="utf-8") as log:
            log.write(f"$ manage.py {' '.join(arguments)}\n{''.join(said)}")


def has_agencies(url: str) -> bool:
    """Whether somebody already lives in the database."""
    return bool(_ask(url, f"SELECT EXISTS (SELECT 1 FROM {AGENCIES})"))  # noqa: S608 - a constant


def holds_demo(url: str) -> bool:
    """Whether we filled this database with the demo district, as its comment tells."""
    comment = (
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
        "WHERE datname = current_database()"
    )
    return _ask(url, comment) == DEMO_MARK


def has_demo_people(url: str) -> bool:
    """Whether invented people live in a database that is not ours to mark."""
    return bool(_ask(url, f"SELECT EXISTS (SELECT 1 FROM {PEOPLE} WHERE is_demo)"))  # noqa: S608 - a constant


def is_disposable(url: str) -> bool:
    """Whether nothing real can be lost: the demo district, or no agency at all."""
    if holds_demo(url):
        return True
    migrated = _ask(url, f"SELECT to_regclass('{AGENCIES}') IS NOT NULL")
    return not migrated or not has_agencies(url)


def is_empty(url: str) -> bool:
    """Whether the public schema holds no table."""
    return not _ask(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")


def mark_demo(owner_url: str) -> None:
    """Write on the database that its content is invented: it may be thrown away."""
    name = _ask(owner_url, "SELECT quote_ident(current_database())")
    _ask(owner_url, f"COMMENT ON DATABASE {name} IS '{DEMO_MARK}'")


def _ask(url: str, statement: str) -> object:
    opened = psycopg2.connect(url)
    try:
        with opened, opened.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
    finally:
        opened.close()


def static_fingerprint(project: Path, var: Path) -> str:
    """Changes with what is served: our own static files, the vendor's, those of the lock."""
    files = [project / "requirements.lock", var / "assets" / "vendor" / ".built-from"]
    for folder in _CODE:
        files += [path for path in _files(project / folder) if "static" in path.parts]
    return _digest([*files, *_files(project / "static")])


def code_fingerprint(project: Path) -> str:
    """Changes with our code, data files and catalogues, the lock and the Python."""
    files = [project / "requirements.lock"]
    for folder in _CODE:
        files += _files(project / folder)
    return _digest(files)


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(
        path for path in found if path.suffix not in _MADE and not _SKIPPED & {*path.parts}
    )


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in files:
        if path.is_file():
            stat = path.stat()
            digest.update(f"{path}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextmanager
def _unless_done(stamp: Path, now: str, *, always: bool = False) -> Iterator[bool]:
    """Whether work is to do; when it succeeds, the stamp says it is done for `now`."""
    due = always or not stamp.is_file() or stamp.read_text() != now
    if due:
        stamp.unlink(missing_ok=True)
    yield due
    if due:
        stamp.write_text(now)


def prepare(config: Configuration, manage: Manage, owner_url: str) -> None:
    """Catalogues, static files, migrations, law data; then the demo district if asked and empty."""
    now = static_fingerprint(config.project, config.var)
    with _unless_done(config.var / "prepared-static", now) as due:
        if due:
            with step("Collecting static files"):
                manage.run("collectstatic", "--noinput", "-v", "0")
    now = code_fingerprint(config.project)
    with _unless_done(config.var / "prepared", now, always=not config.own_database) as due:
        if due:
            with step("Compiling the English catalogue"):
                manage.run("compilemessages_portal")
            with step("Migrating the database"):
                manage.run("migrate", "--noinput", "-v", "0", owner=True)
            with step("Loading law data and regions"):
                manage.run("seed")
                _accounts_file(config).unlink(missing_ok=True)
    _fill(config, manage, owner_url)


def _accounts_file(config: Configuration) -> Path:
    return config.var / "demo-accounts.txt"


def demo_accounts(config: Configuration, manage: Manage) -> str:
    """The list of accounts; kept between starts, for they only change with the code or the demo."""
    kept = _accounts_file(config)
    if not kept.is_file():
        kept.write_text(manage.run("demo_accounts"), encoding="utf-8")
    return kept.read_text(encoding="utf-8")


def _fill(config: Configuration, manage: Manage, owner_url: str) -> None:
    if not config.demo and config.own_database and holds_demo(owner_url):
        raise StartError(
            "The database holds the demo district. Throw it away first with `make demo-reset`, "
            "or start an empty portal elsewhere: make run DEMO=0 PORTAL_VAR=/another/folder"
        )
    if config.demo and not has_agencies(owner_url):
        say(f"• Loading the demo district ({config.demo_size})")
        manage.run("load_demo", "--size", config.demo_size, each=lambda line: say(f"    {line}"))
        _accounts_file(config).unlink(missing_ok=True)
        if config.own_database:
            mark_demo(owner_url)


def forget(config: Configuration) -> None:
    """The next start prepares everything again (after a restore or a reset)."""
    (config.var / "prepared").unlink(missing_ok=True)
    _accounts_file(config).unlink(missing_ok=True)


def free_bytes(folder: Path) -> int:
    """What is left on the disk that holds the folder."""
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize
