"""`make bench`: every bench of this folder, each in its own process; a table and bench.json.

Each bench is a module `bench_<name>` with `ratios() -> dict`: both sides of a ratio are measured
in one run on one machine, so that the promise does not depend on the machine. Exit 0 only when
every promise is kept.
"""

from __future__ import annotations

import json
import operator
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
SIGNS = {"≤": operator.le, "<": operator.lt, "≥": operator.ge}
RUN = "import json, sys; from tests.bench import {0}; json.dump({0}.ratios(), sys.stdout)"


@dataclass(frozen=True)
class Promise:
    """One number of a bench's answer and what it may be."""

    key: str
    words: str
    sign: str
    target: float


PROMISES: dict[str, tuple[Promise, ...]] = {
    "bench_audit": (
        Promise("write_ratio", "rate of writing with audit / without, 16 writers", "≥", 0.9),
        Promise("verify_ratio", "verifying 1,000,000 events / reading and hashing them", "≤", 3),
    ),
    "bench_chain_lists": (
        Promise("list_ratio", "worst page of 200,000 cases, visits / of 1,000, p95", "≤", 3),
    ),
    "bench_decision": (
        Promise("decide_ratio", "a decision's commit / its rows created barely, p95", "≤", 3),
        Promise("listeners_ratio", "notices to six agencies / their rows barely, p95", "≤", 3),
    ),
    "bench_draw": (
        Promise("draw_seconds", "draw of 60,000 institutions, 2,000 tasks, in s", "≤", 90),
        Promise("draw_mb", "memory of the draw in MB", "≤", 1024),
        Promise("verify_seconds", "verification of that record, in s", "≤", 90),
        Promise("verify_mb", "memory of the verification in MB", "≤", 1024),
        Promise("script_seconds", "the same by the stand-alone script, in s", "≤", 90),
        Promise("script_mb", "memory of the stand-alone script in MB", "≤", 1024),
    ),
    "bench_export": (
        Promise("export_ratio", "export of 100,000 × 25 / XlsxWriter alone", "≤", 1.3),
        Promise("import_export_ratio", "django-import-export / the same export", "≥", 2.5),
        Promise("export_mb", "memory of the export in MB", "<", 250),
    ),
    "bench_lists": (
        Promise("list_ratio", "worst page of 1,000,000 rows / of 1,000 rows, p95", "≤", 3),
    ),
    "bench_workbooks": (
        Promise("check_ratio", "django-import-export / check of 20,000 × 30", "≥", 8),
        Promise("check_mb", "memory of the check in MB", "<", 400),
        Promise("mark_ratio", "marked copy / openpyxl's own load and save", "≤", 1.5),
    ),
}


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    bench: str
    name: str
    ratio: float | None  # None: the bench itself failed
    target: str
    ok: bool


def benches() -> list[str]:
    """The modules of this folder that measure."""
    return sorted(path.stem for path in HERE.glob("bench_*.py"))


def rows_of(bench: str, found: dict[str, Any]) -> list[Row]:
    """A bench's promises against its answer; without an answer none is kept."""
    rows = []
    for promise in PROMISES[bench]:
        ratio = found.get(promise.key)
        ok = ratio is not None and bool(SIGNS[promise.sign](ratio, promise.target))
        target = f"{promise.sign} {promise.target:g}"
        rows.append(Row(bench, promise.words, ratio, target, ok))
    return rows


def measure(bench: str) -> dict[str, Any]:
    """Run one bench in a process of its own; empty when it failed, with its last words shown."""
    done = subprocess.run(
        [sys.executable, "-c", RUN.format(bench)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.stderr.write(f"{bench} failed:\n{done.stderr[-4000:]}\n")
        return {}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def table(rows: Sequence[Row]) -> str:
    """What people read."""
    lines = [f"{'':6}{'ratio':>8}  {'target':8}  what"]
    for row in rows:
        ratio = "failed" if row.ratio is None else f"{row.ratio:g}"
        verdict = "ok" if row.ok else "MISSED"
        lines.append(f"{verdict:6}{ratio:>8}  {row.target:8}  {row.name} ({row.bench})")
    return "\n".join(lines)


def main(wanted: Sequence[str]) -> int:
    """Measure the benches of these names, or all; write bench.json."""
    rows: list[Row] = []
    details: dict[str, Any] = {}
    for bench in wanted or benches():
        sys.stdout.write(f"• {bench} …\n")
        sys.stdout.flush()
        started = time.monotonic()
        found = measure(bench)
        details[bench] = {**found, "took_seconds": round(time.monotonic() - started, 1)}
        rows += rows_of(bench, found)
    written = {"rows": [asdict(row) for row in rows], "details": details}
    text = json.dumps(written, ensure_ascii=False, indent=2)
    (PROJECT / "bench.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"\n{table(rows)}\n\nWritten: bench.json\n")
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
