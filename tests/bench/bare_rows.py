"""Rows that an act wrote, to be inserted again without the act: beside what a bench times.

`keep` makes tables of the same columns and indexes and notes how many rows went where; `inserts`
gives the newest of these rows as plain SQL, `creations` the same by models.
"""

from __future__ import annotations

import copy
import functools
import json
from typing import Any

COPIED = "bench_copy_"


def keep(side: str, act: Any) -> None:
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


def creations(side: str) -> list[tuple[Any, dict[str, Any]]]:
    """The same rows to be created by models of the copies."""
    return [_creation(sql, values) for sql, values in inserts(side)]


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


def inserts(side: str) -> list[Statement]:
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
