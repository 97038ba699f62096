"""What a decision costs, beside bare transactions: 8 writers, a durable cluster, one run.

`ratios()` times four things in turns of all writers, each a process on cases of its own:

* ``decide``: the service from its first query to the end of its COMMIT: every check of the law,
  the move with its audit line, the decision, the periods, the paper's draft, the event;
* ``one``: BEGIN, one INSERT of a case's row into a table with the indexes of cases, COMMIT;
* ``plain``: the same with a plain INSERT for each row that a decision writes, into tables with
  the same columns and indexes;
* ``bare``: as ``plain``, each row created by its model, as everything here is written; neither
  check nor service, nor the function of the audit.

What listeners do after the commit, the notices to five partners and the other bureau and the two
publications, is timed as ``listeners`` beside ``told``, their rows created barely.
"""

from __future__ import annotations

import copy
import functools
import json
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

WRITERS = 8
SECONDS, TURNS = 12.0, 4  # of each side
CASES = 4_000
SIDES = ("one", "plain", "bare", "decide", "told", "listeners")
COPIED = "bench_copy_"
FIRST = 1_000_000  # the keys of the copies of the one case that was led up to its decision


def ratios(seconds: float = SECONDS, cases: int = CASES) -> dict[str, Any]:
    """Promise: decide_ratio ≤ 3, p95 of a decision's commit to that of ``bare``."""
    from portal.embedded.postgres import PostgresServer
    from portal.embedded.redis import RedisServer

    folder = Path(tempfile.mkdtemp(prefix="bench-decision-"))
    try:
        with (
            PostgresServer(None, folder / "data", folder) as server,
            RedisServer(folder / "redis", folder, durable=False) as redis,
        ):
            server.create_database("bench")
            owner, app = server.owner_url("bench"), server.app_url("bench")
            _run(owner, redis.url, "prepare", str(cases))
            found = _run(app, redis.url, "write", str(seconds))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def _run(url: str, redis: str, *step: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_decision", *step],
        cwd=Path(__file__).resolve().parents[2],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PORTAL_MODE": "test",
            "LOG_LEVEL": "ERROR",
            "DATABASE_URL": url,
            "REDIS_URL": redis,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{step} failed:\n{done.stderr[-3000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


# --- Preparing --------------------------------------------------------------------------------


def prepare(cases: str) -> dict[str, Any]:
    """Cases that wait for their decision, and the bare copies of what one decision writes."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    way = _district()
    case, last = way.deciding(), way.deciding()
    _copy_case(case, int(cases))
    _bare("bare", lambda: _decide(last, way.own.actor("leader")))
    _bare("told", lambda: _deliver(last.decision.pk))
    return {}


def _district() -> Any:
    """The ecology bureau with six people, the market bureau and five partners beside it."""
    from agencies.matters.services import seed_matters
    from penalties.discretion.services import seed_bounds
    from portal.access import AgencyKind
    from portal.access.choices import PARTNERS
    from portal.law.seed import seed_calendar, seed_law
    from tests.factories import AgencyFactory
    from tests.penalties.district import Ways, bureau

    seed_law()
    seed_calendar()
    seed_matters()
    seed_bounds()
    way = Ways(bureau(AgencyKind.ECOLOGY, code="bench-ecology"))
    bureau(AgencyKind.MARKET)
    for kind in sorted(PARTNERS):
        AgencyFactory(kind=kind)
    return way


def _copy_case(case: Any, count: int) -> None:
    """The case, its draft of a decision and all of its parts, ``count`` times."""
    from penalties.models import Decision
    from portal.models import Clock
    from tests.bench.chain_rows import clone

    numbered = f"SELECT {FIRST} + n AS n FROM generate_series(1, {count}) AS n"
    clone(case, numbered, id="n", number="'案' || n", origin_ref="'bench:' || n")
    decision = Decision.objects.get(case=case)
    clone(decision, numbered, id="n", case_id="n")
    parts = list(decision.lines.all())
    for through in (Decision.bases.through, Decision.violated.through):
        parts += through.objects.filter(decision=decision)
    for part in parts:
        clone(part, numbered, decision_id="n")
    for name in ("investigators", "reviews", "notices"):
        for part in getattr(case, name).all():
            clone(part, numbered, case_id="n")
    for clock in Clock.objects.open().of(f"case:{case.pk}"):
        clone(clock, numbered, ref="'case:' || n", audit_stream="'case:' || n")


def _bare(side: str, act: Any) -> None:
    """Tables like those that ``act`` writes, and the rows that it wrote, to be inserted plainly."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_plan (side text, name text, rows int)")
        with transaction.atomic():
            before = _written(cursor)
            act()
            written = _written(cursor)
        for table, count in written.items():
            rows = count - before.get(table, 0)
            if rows:
                _copy_table(cursor, table)
                cursor.execute("INSERT INTO bench_plan VALUES (%s, %s, %s)", [side, table, rows])


def _written(cursor: Any) -> dict[str, int]:
    """Rows inserted or updated by table, with what came before and is not reported yet."""
    cursor.execute("SELECT relname, n_tup_ins + n_tup_upd FROM pg_stat_xact_user_tables")
    return dict(cursor.fetchall())


def _copy_table(cursor: Any, table: str) -> None:
    """Its columns and indexes, the unique ones as plain ones, for the same row comes often."""
    cursor.execute("SELECT to_regclass(%s)", [COPIED + table])
    if cursor.fetchone()[0] is not None:
        return
    cursor.execute(
        f"CREATE TABLE {COPIED}{table} (LIKE {table} INCLUDING DEFAULTS INCLUDING IDENTITY)"
    )
    cursor.execute(
        "SELECT regexp_replace(indexdef, '^CREATE (UNIQUE )?INDEX \\S+ ON (\\S+\\.)?\\S+', "
        "'CREATE INDEX ON ' || %s) FROM pg_indexes WHERE tablename = %s",
        [COPIED + table, table],
    )
    for (definition,) in cursor.fetchall():
        cursor.execute(definition)


Statement = tuple[str, list[Any]]


def _creations(side: str) -> list[tuple[Any, dict[str, Any]]]:
    """The same rows to be created by models of the copies."""
    return [_creation(sql, values) for sql, values in _inserts(side)]


def _creation(sql: str, values: list[Any]) -> tuple[Any, dict[str, Any]]:
    table = sql.split()[2]
    names = sql[sql.index("(") + 1 : sql.index(")")].split(", ")
    model = _model_of(table)
    fields = {field.column: field for field in model._meta.concrete_fields}
    pairs = zip(names, values, strict=True)
    return model, {name: _value(fields[name], text) for name, text in pairs if name in fields}


def _value(field: Any, text: str | None) -> Any:
    """A column's text as the model holds it."""
    from django.db import connection

    if text is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::text::{field.db_type(connection)}", [text])
        value = cursor.fetchone()[0]
    return json.loads(value) if isinstance(value, str) and field.name in JSON else value


JSON = {"content", "by", "heading", "paragraphs"}


@functools.cache
def _model_of(table: str) -> Any:
    """A model over a copy: the fields of the model it was copied from, keys as plain numbers."""
    from django.apps import apps
    from django.db import models

    known = {each._meta.db_table: each for each in apps.get_models(include_auto_created=True)}
    origin = known.get(table.removeprefix(COPIED))
    fields: dict[str, Any] = {}
    for field in origin._meta.concrete_fields if origin else ():
        if field.primary_key:
            fields["id"] = models.BigAutoField(primary_key=True)
        elif field.is_relation:
            fields[field.column] = models.BigIntegerField(null=True, db_column=field.column)
        else:
            fields[field.column] = copy.deepcopy(field)
    if origin is None:  # filled by a trigger: one number, no model
        fields = {"event_id": models.BigIntegerField(primary_key=True)}
    meta = type("Meta", (), {"managed": False, "db_table": table, "app_label": "portal"})
    names = {"__module__": __name__, "Meta": meta, **fields}
    return type(f"Copy{len(table)}{abs(hash(table))}", (models.Model,), names)


def _inserts(side: str) -> list[Statement]:
    """The statements of a bare side: the newest rows of each table, as values."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT name, rows FROM bench_plan WHERE side = %s ORDER BY name", [side])
        found = []
        for table, rows in cursor.fetchall():
            found += _rows_of(cursor, table, rows)
    return found


def _rows_of(cursor: Any, table: str, rows: int) -> list[tuple[str, list[Any]]]:
    """INSERTs of the newest rows; a column's text is cast back to what it was."""
    cursor.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"
        " AND attname <> 'id' ORDER BY attnum",
        [table],
    )
    columns = cursor.fetchall()
    names = ", ".join(name for name, _kind in columns)
    casts = ", ".join(f"%s::text::{kind}" for _name, kind in columns)
    texts = ", ".join(f"{name}::text" for name, _kind in columns)
    cursor.execute(f"SELECT {texts} FROM {table} ORDER BY ctid DESC LIMIT {rows}")
    values = cursor.fetchall()
    while len(values) < rows:  # a row that was written twice
        values.append(values[-1])
    sql = f"INSERT INTO {COPIED}{table} ({names}) VALUES ({casts})"
    return [(sql, list(row)) for row in values]


# --- Writing ----------------------------------------------------------------------------------


def write(seconds: str) -> dict[str, Any]:
    """All writers change sides at the same moments, so that a slow one hits every side."""
    from django.db import connection

    queries = _queries()
    connection.close()  # each writer opens its own
    forks = multiprocessing.get_context("fork")
    told: Any = forks.SimpleQueue()
    began = time.monotonic() + 3.0
    writers = [
        forks.Process(target=_work, args=(number, began, float(seconds) / TURNS, told))
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    found = [told.get() for _ in writers]
    for writer in writers:
        writer.join()
    times = {side: [spent for each in found for spent in each[side]] for side in SIDES}
    return {**_answer(times), **queries, "load": round(os.getloadavg()[0], 1)}


def _answer(times: dict[str, list[float]]) -> dict[str, Any]:
    p95 = {side: 1000 * statistics.quantiles(spent, n=20)[-1] for side, spent in times.items()}
    median = {side: 1000 * statistics.median(spent) for side, spent in times.items()}
    return {
        "decide_ratio": round(p95["decide"] / p95["bare"], 2),
        "plain_ratio": round(p95["decide"] / p95["plain"], 2),
        "one_ratio": round(p95["decide"] / p95["one"], 2),
        "listeners_ratio": round(p95["listeners"] / p95["told"], 2),
        "p95_ms": {side: round(each, 2) for side, each in p95.items()},
        "median_ms": {side: round(each, 2) for side, each in median.items()},
        "count": {side: len(spent) for side, spent in times.items()},
    }


def _queries() -> dict[str, Any]:
    """Rows of the bare sides, and queries of the sides that the services make."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    actor, case = _leader(), _waiting()[0]
    with CaptureQueriesContext(connection) as deciding:
        _decide(case, actor)
    with CaptureQueriesContext(connection) as telling:
        _deliver(case.pk)
    return {
        "rows": {side: len(_inserts(side)) for side in ("bare", "told")},
        "queries": {"decide": len(deciding), "listeners": len(telling)},
    }


def _work(number: int, began: float, turn: float, told: Any) -> None:
    """Every eighth of the cases that wait is this writer's."""
    actor, cases = _leader(), iter(_waiting()[number::WRITERS])
    plain = _inserts("bare")
    one = [each for each in plain if f"{COPIED}penalties_case " in each[0]][:1]
    rows = {"bare": _creations("bare"), "told": _creations("told")}
    decided: list[int] = []
    times: dict[str, list[float]] = {side: [] for side in SIDES}
    for at in range(len(SIDES) * TURNS):
        side = SIDES[at % len(SIDES)]
        ends_at = began + (at + 1) * turn
        time.sleep(max(0.0, began + at * turn - time.monotonic()))
        while time.monotonic() < ends_at:
            if side == "decide":
                case = next(cases)
                times[side].append(_timed(_decide, case, actor))
                decided.append(case.pk)
            elif side == "listeners":
                if not decided:
                    break
                times[side].append(_timed(_deliver, decided.pop()))
            elif side in rows:
                times[side].append(_timed(_create, rows[side]))
            else:
                times[side].append(_timed(_insert, one if side == "one" else plain))
    told.put(times)


def _waiting() -> list[Any]:
    """The copies to be decided, as the page of a case has fetched them."""
    from penalties.models import Case

    rows = Case.objects.filter(pk__gte=FIRST, state="deciding").order_by("pk")
    return list(rows.select_related("agency", "institution", "handler__user"))


def _timed(act: Any, *given: Any) -> float:
    started = time.perf_counter()
    act(*given)
    return time.perf_counter() - started


def _leader() -> Any:
    from agencies.accounts.selectors import actor_from_post
    from agencies.models import Post

    post = Post.objects.get(agency__code="bench-ecology", roles=["leader"])
    return actor_from_post(post.pk, source="bench")


def _decide(case: Any, actor: Any) -> None:
    from penalties.decisions.services import decide
    from tests.penalties.district import DECIDED_ON

    decide(case, on=DECIDED_ON, actor=actor)


def _deliver(decision: int) -> None:
    """Both listeners of the decision, as a worker runs them."""
    from portal.events import DECISION_MADE
    from portal.models import EventDelivery
    from portal.tasks import deliver

    rows = EventDelivery.objects.filter(event__name=DECISION_MADE, event__record_pk=decision)
    for key in list(rows.values_list("pk", flat=True)):
        deliver(key)


def _create(rows: list[tuple[Any, dict[str, Any]]]) -> None:
    from django.db import transaction

    with transaction.atomic():
        for model, values in rows:
            model.objects.create(**values)


def _insert(statements: list[Statement]) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)


STEPS: dict[str, Any] = {"prepare": prepare, "write": write}


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
