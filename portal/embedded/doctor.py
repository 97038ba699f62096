"""`make doctor`: what is wrong here, and what mends it."""

import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass

import psycopg2

from portal.embedded import assets, instance, prepare, processes
from portal.embedded.configuration import Configuration
from portal.embedded.node import find_node
from portal.embedded.postgres import find_bin_dir
from portal.embedded.processes import StartError
from portal.embedded.redis import find_redis_server

_LEAST_BYTES = 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `remedy` is empty when it is well."""

    subject: str
    state: str
    remedy: str = ""


def _python(config: Configuration) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info[:2] <= (3, 12)
    return Finding("Python", version, "" if fits else "install Python 3.11 or 3.12")


def _var(config: Configuration) -> Finding:
    try:
        config.ensure_var()
    except OSError as reason:
        return Finding("var", str(reason), f"make {config.var} writable or set PORTAL_VAR")
    free = prepare.free_bytes(config.var)
    remedy = "" if free > _LEAST_BYTES else "free at least 1 GB on this disk"
    return Finding("var", f"{config.var}, {free / 1024**3:.1f} GB free", remedy)


def _secret_key(config: Configuration) -> Finding:
    if not config.secret_key.exists():
        return Finding("secret key", "made at the first start")
    mode = config.secret_key.stat().st_mode & 0o777
    remedy = "" if mode & 0o077 == 0 else f"chmod 600 {config.secret_key}"
    return Finding("secret key", f"mode {mode:o}", remedy)


def _postgres(config: Configuration) -> Finding:
    if not config.own_database:
        return Finding("PostgreSQL", "DATABASE_URL is used")
    folder = find_bin_dir()
    command = [str(folder / "postgres"), "--version"]
    version = processes.run(command, identity=processes.unprivileged_identity()).split()[2]
    cluster = config.var / "postgres" / "PG_VERSION"
    made_by = cluster.read_text().strip() if cluster.is_file() else version.split(".")[0]
    remedy = ""
    if made_by != version.split(".")[0]:
        remedy = f"set PG_BIN to the bin folder of a PostgreSQL {made_by}"
    return Finding("PostgreSQL", f"{version} in {folder}", remedy)


def _redis(config: Configuration) -> Finding:
    if config.redis_url:
        return Finding("Redis", "REDIS_URL is used")
    return Finding("Redis", str(find_redis_server()))


def _front_end(config: Configuration) -> Finding:
    node = find_node()
    current = assets.is_current(config.project, config.var)
    state = "files are current" if current else "files are built at the next start"
    return Finding("front end", f"{state}; node {node.version} in {node.program.parent}")


def _port(config: Configuration) -> Finding:
    holder = instance.running(config.var)
    if holder:
        return Finding("portal", f"runs at {holder.address or '?'} (process {holder.pid})")
    with socket.socket() as probe:
        taken = probe.connect_ex((config.local_host, config.port)) == 0
    remedy = f"stop what listens on {config.port}, or make run PORT=…" if taken else ""
    return Finding("portal", "does not run", remedy)


def _database(config: Configuration) -> Finding:
    holder = instance.running(config.var)
    url = config.database_url or (holder.database_url if holder else "")
    if not url:
        return Finding("database", "is started by make run")
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.OperationalError as reason:
        return Finding("database", str(reason).strip(), "check DATABASE_URL and the server's log")
    same = bool(config.database_url) and config.owner_url == config.database_url
    remedy = "set DATABASE_OWNER_URL to another role than DATABASE_URL" if same else ""
    return Finding("database", "answers", remedy)


_STANDING_STILL = """
SELECT channel, count(*) FILTER (WHERE state = 'dead'), count(*), min(created_at)::date
FROM portal_outboxmessage
WHERE state = 'dead' OR (state IN ('waiting', 'batched') AND created_at < now() - interval '1 day')
GROUP BY channel ORDER BY channel
"""


def _outbox(config: Configuration) -> Finding:
    """Channels with messages that stopped, or that have waited longer than a day."""
    holder = instance.running(config.var)
    url = config.database_url or (holder.database_url if holder else "")
    if not url:
        return Finding("outbox", "is asked while the portal runs")
    try:
        connection = psycopg2.connect(url, connect_timeout=5)
    except psycopg2.OperationalError:
        return Finding("outbox", "is asked when the database answers")
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(_STANDING_STILL)
            lines = [
                f"{channel}: {count} since {since}, {dead} stopped"
                for channel, dead, count, since in cursor.fetchall()
            ]
    except psycopg2.errors.UndefinedTable:
        return Finding("outbox", "comes with the next start")
    finally:
        connection.close()
    remedy = "retry or carry them: 系统 › 对外报送, /system/outbox/" if lines else ""
    return Finding("outbox", "; ".join(lines) or "nothing stands still", remedy)


def _leftovers(config: Configuration) -> Finding:
    if instance.running(config.var):
        return Finding("leftovers", "none expected while it runs")
    count = len(instance.orphans(config.var))
    state = f"{count} processes of a killed start; the next start ends them" if count else "none"
    return Finding("leftovers", state)


CHECKS: tuple[tuple[str, Callable[[Configuration], Finding]], ...] = (
    ("Python", _python),
    ("var", _var),
    ("secret key", _secret_key),
    ("PostgreSQL", _postgres),
    ("Redis", _redis),
    ("front end", _front_end),
    ("portal", _port),
    ("database", _database),
    ("outbox", _outbox),
    ("leftovers", _leftovers),
)


def findings(config: Configuration) -> list[Finding]:
    """All checks; one that cannot even look says why."""
    found = []
    for subject, check in CHECKS:
        try:
            found.append(check(config))
        except StartError as reason:
            found.append(Finding(subject, "not usable", str(reason)))
    return found


def examine(config: Configuration) -> None:
    """Print each finding; StartError when something needs mending."""
    found = findings(config)
    for finding in found:
        mark = "!!" if finding.remedy else "ok"
        print(f"[{mark}] {finding.subject:<11} {finding.state}")
        if finding.remedy:
            print(f"                 → {finding.remedy}")
    broken = sum(bool(finding.remedy) for finding in found)
    if broken:
        raise StartError(f"{broken} to mend.")
    print("All is well.")
