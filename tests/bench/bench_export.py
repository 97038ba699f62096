"""Exports against their peers: `ratios()` runs each side in its own process, one after the other.

100,000 rows × 25 columns of all kinds, out of one table of a private cluster. Ours is the whole
export: query, cells, hash, workbook with its manifest. "XlsxWriter alone" writes the same values,
with the same formats, from a list that is already in memory. django-import-export reads the same
rows and gives its xlsx. Times are seconds by the wall clock, memory is peak resident MB.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROWS = 100_000
TEXTS, CODES, DATES, INSTANTS, INTEGERS, AMOUNTS = 12, 4, 3, 2, 2, 2  # 25 columns
TABLE = "bench_row"


def ratios() -> dict[str, Any]:
    """Promises: export_ratio ≤ 1.3, export_mb < 250, import_export_ratio ≥ 2.5."""
    from portal.embedded.postgres import PostgresServer

    folder = Path(tempfile.mkdtemp(prefix="bench-export-"))
    try:
        with PostgresServer(None, folder / "data", folder, durable=False) as server:
            server.create_database("bench")
            _run(server.owner_url("bench"), "fill", folder)
            sides = ("alone", "ours", "ours_xlsxwriter", "csv", "peer")
            found = {side: _run(server.owner_url("bench"), side, folder) for side in sides}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    ours, alone, peer = found["ours"], found["alone"], found["peer"]
    return {
        "rows": ROWS,
        "columns": len(columns()),
        "writer": ours["writer"],
        "export_ratio": round(ours["seconds"] / alone["seconds"], 2),
        "fallback_ratio": round(found["ours_xlsxwriter"]["seconds"] / alone["seconds"], 2),
        "import_export_ratio": round(peer["seconds"] / ours["seconds"], 2),
        "export_mb": ours["megabytes"],
        "import_export_mb": peer["megabytes"],
        "seconds": {side: answer["seconds"] for side, answer in found.items()},
    }


def _run(url: str, side: str, folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_export", side, str(folder / f"{side}.xlsx")],
        cwd=Path(__file__).resolve().parents[2],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PORTAL_MODE": "test",
            "DATABASE_URL": url,
        },
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{side} failed:\n{done.stderr[-3000:]}")
    answer: dict[str, Any] = json.loads(done.stdout or "{}")
    return answer


def columns() -> list[tuple[str, str]]:
    """Name and kind of each column."""
    kinds = {
        "text": TEXTS, "code": CODES, "date": DATES,
        "datetime": INSTANTS, "integer": INTEGERS, "money": AMOUNTS,
    }  # fmt: skip
    return [
        (f"{kind}_{number}", kind) for kind, most in kinds.items() for number in range(1, most + 1)
    ]


EXPRESSIONS = {
    "text": "'第' || n || '行的文字内容' || {at}",
    "code": "lpad((n * {at})::text, 18, '0')",
    "date": "date '2020-01-01' + (n * {at} % 2000)",
    "datetime": "timestamptz '2026-01-01 00:00:00+08' + make_interval(secs => n * {at})",
    "integer": "n * {at}",
    "money": "n * 1.25 * {at}",
}
SQL_TYPES = {
    "text": "text", "code": "text", "date": "date",
    "datetime": "timestamptz", "integer": "bigint", "money": "numeric(16, 2)",
}  # fmt: skip


def fill() -> None:
    from django.db import connection

    fields = ", ".join(f"{name} {SQL_TYPES[kind]}" for name, kind in columns())
    values = ", ".join(
        EXPRESSIONS[kind].format(at=name.rpartition("_")[2]) for name, kind in columns()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, {fields})")
        cursor.execute(
            f"INSERT INTO {TABLE} SELECT n, {values} FROM generate_series(1, {ROWS}) AS n"
        )
        cursor.execute(f"VACUUM ANALYZE {TABLE}")


def model() -> Any:
    """A model over the table, of no app's migrations."""
    from django.db import models

    fields: dict[str, type[Any]] = {
        "text": models.TextField, "code": models.TextField, "date": models.DateField,
        "datetime": models.DateTimeField, "integer": models.BigIntegerField,
    }  # fmt: skip
    made: dict[str, Any] = {
        name: fields[kind]()
        if kind in fields
        else models.DecimalField(max_digits=16, decimal_places=2)
        for name, kind in columns()
    }
    meta = type("Meta", (), {"app_label": "portal", "managed": False, "db_table": TABLE})
    made |= {
        "id": models.BigIntegerField(primary_key=True),
        "Meta": meta,
        "__module__": __name__,
    }
    return type("BenchRow", (models.Model,), made)


def ours(path: Path) -> dict[str, Any]:
    from django.http import QueryDict

    from portal.access import ActorKind, Allowed
    from portal.access.actor import Actor
    from portal.lists import Column, ListDef
    from portal.lists.exporting import write_export
    from portal.lists.selection import select

    rows = model()
    defn = ListDef(
        "bench",
        "导出测速",
        lambda actor: rows.objects.all(),
        None,
        tuple(Column(name, name, name, kind=kind) for name, kind in columns()),  # type: ignore[arg-type]  # built from strings
        ("id",),
        lambda actor: Allowed(True),
    )
    begun = time.perf_counter()
    selection = select(defn, Actor(ActorKind.STAFF), QueryDict())
    written = write_export(selection, path, path.suffix.removeprefix("."), by={})
    spent = time.perf_counter() - begun
    if written.rows != ROWS:
        raise AssertionError(f"{written.rows} rows")
    return {"seconds": round(spent, 2), "megabytes": _peak(), "writer": written.writer}


def ours_xlsxwriter(path: Path) -> dict[str, Any]:
    from portal.lists import xlsx

    xlsx.rust = None
    return ours(path)


def alone(path: Path) -> dict[str, Any]:
    """The least that the same workbook costs with XlsxWriter in its fastest mode."""
    from portal.lists.xlsx import Sheet, write_with_xlsxwriter

    names, kinds = zip(*columns(), strict=True)
    rows = [_values(number, kinds) for number in range(1, ROWS + 1)]
    begun = time.perf_counter()
    write_with_xlsxwriter(path, [Sheet("数据", names, kinds, [14.0] * len(names), rows)])
    return {"seconds": round(time.perf_counter() - begun, 2), "megabytes": _peak()}


def _values(number: int, kinds: tuple[str, ...]) -> list[Any]:
    day = dt.date(2020, 1, 1) + dt.timedelta(days=number % 2000)
    made: dict[str, Any] = {
        "text": f"第{number}行的文字内容",
        "code": f"{number:018}",
        "date": day,
        "datetime": dt.datetime.combine(day, dt.time(10, 11, 12)),
        "integer": number,
        "money": number * 1.25,
    }
    return [f"{made[kind]}{at}" if kind == "text" else made[kind] for at, kind in enumerate(kinds)]


def peer(path: Path) -> dict[str, Any]:
    from import_export import resources
    from import_export.formats.base_formats import XLSX

    rows = model()
    resource_class = resources.modelresource_factory(rows)
    begun = time.perf_counter()
    data = resource_class().export(rows.objects.order_by("id"))
    # Excel has no zones: the peer is spared the conversion that it leaves to its caller.
    for at, (_name, kind) in enumerate([("id", "integer"), *columns()]):
        if kind == "datetime" and data.height:
            data = _without_zones(data, at)
    path.write_bytes(XLSX().export_data(data))
    return {"seconds": round(time.perf_counter() - begun, 2), "megabytes": _peak()}


def _without_zones(data: Any, at: int) -> Any:
    for row in data._data:
        if isinstance(row[at], dt.datetime):
            row[at] = row[at].replace(tzinfo=None)
    return data


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def main(side: str, path: Path) -> None:
    import django

    django.setup()
    if side == "fill":
        fill()
        return
    if side == "csv":
        answer = ours(path.with_suffix(".csv"))
    else:
        answer = {"ours": ours, "ours_xlsxwriter": ours_xlsxwriter, "alone": alone, "peer": peer}[
            side
        ](path)
    print(json.dumps(answer))  # noqa: T201  # read by the parent


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1], Path(sys.argv[2]))
    else:
        print(json.dumps(ratios(), ensure_ascii=False, indent=1))  # noqa: T201  # for people
