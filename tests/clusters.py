"""The migrated cluster of the tests: made once for a set of migrations, then copied.

Migrating takes half a minute of a core, and every run of the tests needs it. A copy of the stopped
cluster takes a second. Its key is the hash of everything that migrating reads; whatever changes,
the next run migrates anew. Nothing else may keep a state between two runs.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django

from portal.embedded.postgres import PostgresServer

PROJECT = Path(__file__).parent.parent
READ = ("requirements-dev.lock", "portal/settings.py", "portal/embedded/postgres.py")
CONFTEST = ("tests/conftest.py", "tests/clusters.py")
IMPORTED = re.compile(
    r"^import ((?:portal|agencies|institutions|inspections|penalties|sharing)\S*)"
)
KEPT = 6


def _sources() -> Iterator[Path]:
    """The files that decide what a migrated database looks like, always in the same order."""
    imported: set[Path] = set()
    for file in sorted(PROJECT.glob("*/migrations/**/*")):
        if file.suffix not in {".py", ".sql"}:
            continue
        yield file
        for line in file.read_text(encoding="utf-8").splitlines():
            found = IMPORTED.match(line)
            if found:
                imported.add(PROJECT / (found[1].replace(".", "/") + ".py"))
    yield from sorted(imported)
    yield from (PROJECT / name for name in (*READ, *CONFTEST))


def _home() -> Path:
    """Ours alone: what stands here is run by PostgreSQL."""
    home = Path(tempfile.gettempdir()) / f"portal-clusters-{os.geteuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise PermissionError(f"{home} belongs to another user; remove it.")
    return home


def kept(server: PostgresServer) -> Path:
    """Where the migrated cluster of these sources and this PostgreSQL is, or will be."""
    name = f"{django.__version__} {server.bin_dir} {_sources_digest()}"
    return _home() / hashlib.sha256(name.encode()).hexdigest()[:24]


@functools.cache
def _sources_digest() -> str:
    """As the run began: a migration that is written while it runs belongs to the next cluster."""
    digest = hashlib.sha256()
    for file in _sources():
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(PROJECT)} {content}\n".encode())
    return digest.hexdigest()


def copy_kept(server: PostgresServer) -> None:
    """Before the start: the migrated cluster, when there is one."""
    source = kept(server)
    if source.is_dir():
        shutil.copytree(source, server.data_dir)
        os.utime(source)


def keep(server: PostgresServer) -> None:
    """Copy the migrated cluster while it stands still, complete or not at all."""
    target = kept(server)
    if target.exists():
        return  # the other worker was quicker
    server.stop()
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=_home()))
    shutil.copytree(server.data_dir, fresh / "data")
    try:
        (fresh / "data").rename(target)
    except OSError:
        if not target.is_dir():
            raise
    shutil.rmtree(fresh)
    server.start()
    _forget_old()


def _forget_old() -> None:
    """A few stay: branches beside each other have migrations of their own."""
    there = sorted(
        (folder for folder in _home().iterdir() if not folder.name.startswith("new-")),
        key=lambda folder: folder.stat().st_mtime,
    )
    for folder in there[:-KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
