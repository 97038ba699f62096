"""One archive with everything a portal consists of, and the way back.

The archive is a tar of `manifest.json` (first, with the SHA-256 of all others), `database.dump`
(pg_dump, custom format), `secret_key` and `files/`. Files are stored by hash and never change, so
a dump taken before they are read never points to one that is missing.
"""

import datetime as dt
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.embedded import child, prepare, processes
from portal.embedded.configuration import DATABASE, Configuration
from portal.embedded.postgres import find_bin_dir
from portal.embedded.processes import StartError
from portal.embedded.servers import Servers

FORMAT = 1
_BLOCK = 1024 * 1024


def sha256(file: Path) -> str:
    """Of a file of any size."""
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while block := source.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _tool(name: str) -> str:
    own = find_bin_dir() / name
    found = str(own) if own.is_file() else shutil.which(name)
    if not found:
        raise StartError(f"{name} is missing; set PG_BIN to a folder that holds it.")
    return found


def write(config: Configuration, url: str) -> Path:
    """Write var/backups/portal-<UTC time>.tar, readable by us only, and return its path."""
    made = dt.datetime.now(dt.UTC)
    folder = config.var / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    final = folder / f"portal-{made:%Y%m%dT%H%M%SZ}.tar"
    with tempfile.TemporaryDirectory(dir=folder) as work:
        dump = Path(work) / "database.dump"
        command = [_tool("pg_dump"), "--format=custom", f"--file={dump}", f"--dbname={url}"]
        processes.run(command, identity=child.SELF)
        members = {"database.dump": dump, **_members(config)}
        manifest = {
            "format": FORMAT,
            "made": made.isoformat(timespec="seconds"),
            "demo": prepare.holds_demo(url),
            "sha256": {name: sha256(path) for name, path in members.items()},
        }
        partial = final.with_suffix(".part")
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        with tarfile.open(partial, "w") as archive:
            _add_text(archive, "manifest.json", json.dumps(manifest, indent=1))
            for name, path in members.items():
                archive.add(path, arcname=name)
        partial.rename(final)
    return final


def _members(config: Configuration) -> dict[str, Path]:
    members = {
        f"files/{path.relative_to(config.files).as_posix()}": path
        for path in sorted(config.files.rglob("*"))
        if path.is_file()
    }
    if config.secret_key.is_file():
        members["secret_key"] = config.secret_key
    return members


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    raw = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size = len(raw)
    archive.addfile(entry, io.BytesIO(raw))


def unpack(file: Path, target: Path) -> dict[str, Any]:
    """Unpack and check every hash; the manifest. StartError names the first member that differs."""
    try:
        with tarfile.open(file) as archive:
            archive.extractall(target, filter="data")
        manifest: dict[str, Any] = json.loads((target / "manifest.json").read_text())
    except (OSError, tarfile.TarError, ValueError) as reason:
        raise StartError(f"{file} is not a readable backup: {reason}") from reason
    if manifest.get("format") != FORMAT:
        raise StartError(f"{file} has format {manifest.get('format')}, we read {FORMAT}.")
    for name, wanted in manifest["sha256"].items():
        if not (target / name).is_file() or sha256(target / name) != wanted:
            raise StartError(
                f"{file} is damaged: {name} differs from the manifest. Nothing changed."
            )
    return manifest


def restore(config: Configuration, servers: Servers, file: str) -> Iterator[str]:
    """Put an archive in the place of what is there; yields what was done, line by line."""
    source = Path(file)
    if not source.is_file():
        raise StartError(f"There is no file {file}.")
    with tempfile.TemporaryDirectory(dir=config.var) as work:
        manifest = unpack(source, Path(work))
        yield f"• Checked {len(manifest['sha256'])} members of the backup of {manifest['made']}"
        stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
        if servers.postgres:
            kept = _restore_private(servers, Path(work) / "database.dump", stamp)
            yield f"• Database restored; the former one is kept as {kept}"
        else:
            _restore_named(config, Path(work) / "database.dump")
            yield "• Database restored"
        if manifest["demo"] and servers.postgres:
            prepare.mark_demo(servers.owner_url)
        yield from _restore_files(config, Path(work), stamp)


def _restore_private(servers: Servers, dump: Path, stamp: str) -> str:
    """Load beside the present database, then swap the names: a failed load changes nothing."""
    postgres = servers.postgres
    if postgres is None:
        raise StartError("There is no private PostgreSQL to restore into.")
    fresh, kept = f"{DATABASE}_restoring", f"{DATABASE}_before_{stamp.lower()}"
    postgres.drop_database(fresh)
    postgres.create_database(fresh)
    _load(postgres.superuser_url(fresh), dump)
    postgres.rename_database(DATABASE, kept)
    postgres.rename_database(fresh, DATABASE)
    return kept


def _restore_named(config: Configuration, dump: Path) -> None:
    """Into the operator's own database, only when it is empty: we keep nothing aside there."""
    if not prepare.is_empty(config.owner_url):
        raise StartError("DATABASE_OWNER_URL names a database with tables; give an empty one.")
    _load(config.owner_url, dump, "--no-comments", "--no-owner")


def _load(url: str, dump: Path, *options: str) -> None:
    command = [_tool("pg_restore"), "--single-transaction", "--exit-on-error", *options]
    processes.run([*command, f"--dbname={url}", str(dump)], identity=child.SELF)


def _restore_files(config: Configuration, work: Path, stamp: str) -> Iterator[str]:
    fresh = work / "files"
    fresh.mkdir(exist_ok=True)
    kept = config.files.with_name(f"files-before-{stamp}")
    if config.files.exists():
        config.files.rename(kept)
        yield f"• Files restored; the former ones are kept in {kept}"
    fresh.rename(config.files)
    if (work / "secret_key").is_file():
        os.chmod(work / "secret_key", 0o600)
        (work / "secret_key").replace(config.secret_key)
