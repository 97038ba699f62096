"""Workbooks against their peers: `ratios()` runs each side in its own process, one after the other.

The check: 20,000 rows × 30 columns, the same file, the same rules, every issue (their numbers are
compared, so that neither side can check less). django-import-export runs a dry run with its default
options over a model, as its users have, but without database and transactions, which would slow it
further; "bare" also leaves out the row diffs that its preview shows. The marked copy is measured
against openpyxl's own load and save. Times are processor seconds, memory is peak resident MB.
"""

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROWS = 20_000


def ratios() -> dict[str, float]:
    """Numbers of one run; the promises are check_ratio ≥ 8, check_mb < 400, mark_ratio ≤ 1.5."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "roster.xlsx")
        _run("make", path)
        ours, peer, bare = _run("ours", path), _run("peer", path), _run("bare", path)
        mark, plain = _run("mark", path), _run("openpyxl", path)
    if ours["issues"] != peer["issues"]:
        raise AssertionError(f"not the same checks: {ours['issues']} and {peer['issues']} issues")
    return {
        "rows": ROWS,
        "issues": ours["issues"],
        "check_seconds": ours["seconds"],
        "import_export_seconds": peer["seconds"],
        "check_wall_seconds": ours["wall"],
        "import_export_wall_seconds": peer["wall"],
        "check_ratio": round(peer["seconds"] / ours["seconds"], 2),
        "bare_check_ratio": round(bare["seconds"] / ours["seconds"], 2),
        "check_mb": ours["megabytes"],
        "import_export_mb": peer["megabytes"],
        "mark_seconds": mark["seconds"],
        "openpyxl_seconds": plain["seconds"],
        "mark_ratio": round(mark["seconds"] / plain["seconds"], 2),
    }


def _run(side: str, path: str) -> dict[str, float]:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_workbooks", side, path],
        cwd=root,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", "PORTAL_MODE": "test"},
        check=True,
        capture_output=True,
        text=True,
    )
    answer: dict[str, float] = json.loads(done.stdout or "{}")
    return answer


def spoiled_rows() -> list[dict[str, Any]]:
    """Good rows with a twentieth of each kind of mistake that people make."""
    from tests.portal.workbooks.sample import good_rows

    rows = good_rows(ROWS)
    for number in range(0, ROWS, 20):
        rows[number]["valid_until"] = "2026-02-30"
        rows[number + 1]["nature"] = "政府委脱"
        rows[number + 2]["name"] = None
        rows[number + 3]["uscc"] = "9131"
        rows[number + 4]["amount"] = -5
        rows[number + 5]["tasks"] = "若干"
        rows[number + 6]["starts_on"], rows[number + 6]["ends_on"] = "2026-05-02", "2026-05-01"
        rows[number + 7]["contract"] = rows[0]["contract"]
        rows[number + 7]["uscc"] = rows[8]["uscc"]
    return rows


def make(path: str) -> dict[str, float]:
    """A plain sheet with the header in its first row, as the peer needs it."""
    import xlsxwriter

    from portal.workbooks.templates import Sheet
    from tests.portal.workbooks.sample import FIELDS, ROSTER

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("名单")
        writer = Sheet(book, ROSTER, {})
        for column, field in enumerate(FIELDS):
            sheet.write_string(0, column, str(field.label))
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(spoiled_rows(), start=1):
            for column, field in enumerate(FIELDS):
                value = row[field.code]
                if field.kind == "date" and value and not isinstance(value, str):
                    sheet.write_datetime(number, column, value, day)
                elif field.kind in ("integer", "decimal") and not isinstance(value, str):
                    sheet.write_number(number, column, value)
                elif value is not None:
                    sheet.write_string(number, column, writer.written(field, value))
    return {}


def ours(path: str) -> dict[str, float]:
    from portal.workbooks import read
    from tests.portal.workbooks.sample import ROSTER

    begun = Clock()
    reading = read(ROSTER, Path(path), {})
    return {**begun.spent(), "issues": len(reading.issues), "megabytes": _peak()}


def peer(path: str, *, bare: bool = False) -> dict[str, float]:
    from tests.bench.peer_import_export import check

    begun = Clock()
    issues = check(Path(path).read_bytes(), bare=bare)
    return {**begun.spent(), "issues": issues, "megabytes": _peak()}


def mark(path: str) -> dict[str, float]:
    from portal.workbooks import mark as marked
    from portal.workbooks import read
    from tests.portal.workbooks.sample import ROSTER

    reading = read(ROSTER, Path(path), {})
    begun = Clock()
    marked(ROSTER, Path(path), reading.issues)
    return begun.spent()


def plain_openpyxl(path: str) -> dict[str, float]:
    import openpyxl

    begun = Clock()
    openpyxl.load_workbook(path).save(io.BytesIO())
    return begun.spent()


class Clock:
    """Processor seconds of this process and its children, which other work on the machine cannot
    stretch (both sides are single-threaded), and wall seconds beside them."""

    def __init__(self) -> None:
        self.wall, self.processor = time.perf_counter(), self._processor()

    @staticmethod
    def _processor() -> float:
        times = os.times()
        return times.user + times.system + times.children_user + times.children_system

    def spent(self) -> dict[str, float]:
        wall = time.perf_counter() - self.wall
        return {"seconds": round(self._processor() - self.processor, 2), "wall": round(wall, 2)}


def _peak() -> float:
    """Our own peak and the largest child's together, though they need not coincide."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return round(sum(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024, 1)


SIDES: dict[str, Callable[[str], dict[str, float]]] = {
    "make": make,
    "ours": ours,
    "peer": peer,
    "bare": lambda path: peer(path, bare=True),
    "mark": mark,
    "openpyxl": plain_openpyxl,
}


def main() -> None:
    import django
    from django.conf import settings

    # No side touches a database, and none is there to be touched.
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.dummy"}}
    django.setup()
    sys.stdout.write(json.dumps(SIDES[sys.argv[1]](sys.argv[2])))


if __name__ == "__main__":
    main() if len(sys.argv) > 1 else sys.stdout.write(json.dumps(ratios(), indent=2) + "\n")
