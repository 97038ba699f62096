"""The audit's costs: verifying against plain reading and hashing, writing with it against without.

`ratios()` uses a private cluster and one process for each step. Verifying reads a million sealed
events and checks everything; its peer reads the same columns of the same rows and hashes each body.
Writers are 16 processes whose business transaction holds one insert and 20 ms of work, each on
records of its own; the durable cluster waits for the disk, as production does. The memory is
the peak of the verifying process.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EVENTS = 1_000_000
STREAMS = 50_000
WRITERS = 16
SECONDS, TURNS = 10.0, 5  # of each side
VERIFY_PROMISE, WRITE_PROMISE = 3.0, 0.9


def ratios(events: int = EVENTS, seconds: float = SECONDS) -> dict[str, float]:
    """Promises: verify_ratio ≤ 3, write_ratio ≥ 0.9."""
    from portal.embedded.postgres import PostgresServer

    folder = Path(tempfile.mkdtemp(prefix="bench-audit-"))
    try:
        with PostgresServer(None, folder / "data", folder) as server:
            server.create_database("bench")
            _run(server.owner_url("bench"), "migrate")
            app = server.app_url("bench")
            writing = _run(app, "write", str(seconds))
            _run(app, "fill", str(events))
            plain = _run(app, "read")
            checked = _run(app, "verify")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "events": plain["events"],
        "read_seconds": plain["seconds"],
        "verify_seconds": checked["seconds"],
        "verify_mb": checked["mb"],
        "verify_ratio": round(checked["seconds"] / plain["seconds"], 2),
        "rate_without": writing["without"],
        "rate_with": writing["with"],
        "write_load": writing["load"],
        "write_ratio": round(writing["with"] / writing["without"], 3),
    }


def _run(url: str, *step: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_audit", *step],
        cwd=Path(__file__).resolve().parents[2],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PORTAL_MODE": "test",
            "LOG_LEVEL": "ERROR",
            "DATABASE_URL": url,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{step} failed:\n{done.stderr[-3000:]}")
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


# --- Steps, each in a process of its own ------------------------------------------------------


def migrate() -> dict[str, float]:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_business (id bigserial PRIMARY KEY, note text)")
    return {}


def fill(events: str) -> dict[str, float]:
    """Events as `record` writes them, by COPY; sealed in batches of a busy minute."""
    from django.db import connection, transaction

    from portal.audit.seal import seal_all

    source = _Lines(int(events))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY audit_event (stream, stream_seq, at, verb, subject, user_id, post_id, agency_id,"
            " body, leaf) FROM STDIN",
            source,
        )
    return {"sealed": seal_all(most=5_000)}


class _Lines:
    """A file of COPY's text format, made as it is read."""

    def __init__(self, events: int) -> None:
        self._lines = _copy_lines(events)

    def read(self, size: int = -1) -> str:
        return next(self._lines, "")


def _copy_lines(events: int) -> Iterator[str]:
    from portal.access import Actor
    from portal.audit.canonical import canonical
    from portal.audit.check_audit import leaf_hash
    from portal.clocks import now

    at = now()
    for number in range(events):
        stream, seq = f"case:{number % STREAMS}", number // STREAMS + 1
        actor = Actor("staff", 7, 8, None, 9, request_id=f"{number:032x}", source="web")
        body = canonical(
            {
                "at": at,
                "actor": actor.facts(),
                "verb": "case.edit",
                "subject": stream,
                "stream": stream,
                "changes": {"state": ["open", "closed"], "amount": [number, number + 1]},
                "reason": "依据现场检查记录更正",
                "facts": {},
                "seq": seq,
            }
        )
        leaf = rf"\\x{leaf_hash(body).hex()}"
        copied = body.replace("\\", "\\\\")
        yield (
            "\t".join(
                (stream, str(seq), at.isoformat(), "case.edit", stream, "7", "8", "9", copied, leaf)
            )
            + "\n"
        )


def read() -> dict[str, float]:
    """The peer: the same rows in order of their leaves, each body hashed, nothing compared."""
    from hashlib import sha256

    from django.db import connection, transaction

    query = """
        SELECT s.leaf_no, s.event_id, s.batch, s.leaf, e.stream, e.stream_seq, e.at, e.verb,
            e.subject, e.user_id, e.post_id, e.agency_id, e.body, e.leaf
        FROM audit_seal s JOIN audit_event e ON e.id = s.event_id ORDER BY s.leaf_no
    """
    started, count = time.monotonic(), 0
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(query)
        for row in cursor:
            sha256(row[12].encode()).digest()
            count += 1
    return {"seconds": round(time.monotonic() - started, 2), "events": count}


def verify() -> dict[str, float]:
    from portal.audit.verify import findings

    started = time.monotonic()
    found = list(findings())
    if found:
        raise AssertionError(f"not clean: {found[0]}")
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"seconds": round(time.monotonic() - started, 2), "mb": megabytes}


def write(seconds: str) -> dict[str, float]:
    """Commits a second with and without the audit, in short turns so that a slow moment hits both.

    Each writer is a process of its own, so that what is measured is not Python's lock.
    """
    from django.db import connection

    connection.close()  # each writer opens its own
    forks = multiprocessing.get_context("fork")
    told: Any = forks.SimpleQueue()
    began = time.monotonic() + 1.0
    writers = [
        forks.Process(target=_work, args=(number, began, float(seconds) / TURNS, told))
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    counts = [told.get() for _ in writers]
    for writer in writers:
        writer.join()
    rates = {
        name: round(sum(count[name] for count in counts) / float(seconds), 1)
        for name in ("without", "with")
    }
    return {**rates, "load": round(os.getloadavg()[0], 1)}


def _work(number: int, began: float, turn: float, told: Any) -> None:
    """All writers change sides at the same moments."""
    counts = {"without": 0, "with": 0}
    for at in range(2 * TURNS):
        name = "with" if at % 2 else "without"
        time.sleep(max(0.0, began + at * turn - time.monotonic()))
        counts[name] += _commits(number, began + (at + 1) * turn, audited=name == "with")
    told.put(counts)


def _commits(number: int, ends_at: float, *, audited: bool) -> int:
    from django.db import connection, transaction

    from portal.access import job_actor
    from portal.audit import record

    actor, count = job_actor("bench"), 0
    while time.monotonic() < ends_at:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_business (note) VALUES ('x')")
            cursor.execute("SELECT pg_sleep(0.02)")
            if audited:
                changes = {"state": ["open", "closed"]}
                record(actor, "case.edit", f"busy:{number * 100 + count % 100}", changes=changes)
        count += 1
    return count


STEPS: dict[str, Any] = {
    "migrate": migrate,
    "fill": fill,
    "read": read,
    "verify": verify,
    "write": write,
}


def main() -> None:
    """Without arguments the whole bench; with them one step, its answer as the last line."""
    if len(sys.argv) == 1:
        answer = ratios()
    else:
        import django

        django.setup()
        answer = STEPS[sys.argv[1]](*sys.argv[2:])
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
