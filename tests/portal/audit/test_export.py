"""The export proves by itself what the portal says, with nothing but Python."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command

from portal.audit import check_audit, export, seal
from portal.audit.selectors import heads
from portal.clocks import today
from tests.portal.audit.conftest import Ledger

Row = dict[str, Any]


@pytest.fixture
def rows(ledger: Ledger) -> list[Row]:
    """An export of two batches: leaves 1 to 3 and 4 to 5."""
    ledger.write("case:1", "case:2", "case:1")
    ledger.seal()
    ledger.write("case:1", "case:3")
    ledger.seal()
    seal.publish_head(today() + dt.timedelta(days=1))
    return [json.loads(line) for line in export.lines()]


def run(folder: Path, rows: list[Row], *, heads: list[Row] | None = None) -> tuple[int, str]:
    """The script alone, isolated from our packages, in another process."""
    file = folder / "audit.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    command = [sys.executable, "-I", "-S", check_audit.__file__, str(file)]
    if heads is not None:
        (folder / "heads.json").write_text(json.dumps({"heads": heads}))
        command += ["--heads", str(folder / "heads.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def kept_heads() -> list[Row]:
    return [
        {
            "date": str(head.on_date),
            "batch": head.batch,
            "leaves": head.leaves,
            "hash": bytes(head.hash).hex(),
        }
        for head in heads()
    ]


def leaf(rows: list[Row], number: int) -> Row:
    return next(row for row in rows if row.get("leaf") == number)


def test_an_honest_export_is_clean(rows: list[Row], tmp_path: Path):
    code, said = run(tmp_path, rows, heads=kept_heads())
    assert (code, said.splitlines()[0]) == (0, "CLEAN: up to leaf 5, 5 with text")


def edit(rows: list[Row]) -> None:
    leaf(rows, 2)["body"] = leaf(rows, 2)["body"].replace("[1,2]", "[1,3]")


def edit_with_hash(rows: list[Row]) -> None:
    edit(rows)
    leaf(rows, 2)["hash"] = check_audit.leaf_hash(leaf(rows, 2)["body"]).hex()


def drop(rows: list[Row]) -> None:
    rows.remove(leaf(rows, 2))


def swap(rows: list[Row]) -> None:
    first, second = leaf(rows, 1), leaf(rows, 2)
    first["leaf"], second["leaf"] = 2, 1
    rows[2], rows[3] = second, first


def cut_a_batch(rows: list[Row]) -> None:
    del rows[5:8]
    rows[-1]["end"]["batches"] = 1


def cut_the_end(rows: list[Row]) -> None:
    del rows[-1]


def add_after_the_end(rows: list[Row]) -> None:
    rows.append(rows[2])


def change_the_chain(rows: list[Row]) -> None:
    rows[5]["batch"]["prev"] = "00" * 32


def garbage(rows: list[Row]) -> None:
    rows[3] = {"hello": 1}


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (edit, "leaf 2 (event 2): the text is not the one that was hashed"),
        (edit_with_hash, "leaves 1 to 3: not those that batch 1 sealed"),
        (drop, "leaf 3: leaf 2 was expected"),
        (swap, "leaves 1 to 3: not those that batch 1 sealed"),
        (cut_a_batch, "covers 5 leaves, up to batch 2: the export ends before"),
        (cut_the_end, "the file is cut off"),
        (add_after_the_end, "there is more after the last line"),
        (change_the_chain, "batch 2 does not follow batch 1"),
        (garbage, "line 4 is not a line of an export"),
    ],
)
def test_every_change_of_the_file_is_named(
    rows: list[Row], harm: Callable[[list[Row]], None], said: str, tmp_path: Path
):
    harm(rows)
    code, output = run(tmp_path, rows, heads=kept_heads())
    assert (code, said in output) == (1, True), output


def test_a_gap_in_a_stream_is_named(ledger: Ledger, tmp_path: Path):
    ledger.write("case:1", "case:1", "case:1")
    ledger.tamper("DELETE FROM audit_queue WHERE event_id = 2")
    ledger.seal()
    rows = [json.loads(line) for line in export.lines()]
    code, said = run(tmp_path, rows)
    assert (code, said) == (1, "BROKEN: case:1: number 2 is missing\n")


def test_an_export_from_a_later_batch_is_checked_by_itself(rows: list[Row], tmp_path: Path):
    later = [json.loads(line) for line in export.lines(since=2)]
    assert run(tmp_path, later)[0] == 0
    edit_of_five = leaf(later, 5)
    edit_of_five["body"] += " "
    assert run(tmp_path, later)[0] == 1


def test_what_cannot_be_read_says_so(rows: list[Row], tmp_path: Path):
    rows[0]["format"] = "other/9"
    assert run(tmp_path, rows)[0] == 2
    command = [sys.executable, "-I", check_audit.__file__, str(tmp_path / "absent")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2


def test_the_command_writes_what_the_script_checks(ledger: Ledger, tmp_path: Path):
    ledger.write("case:1")
    ledger.seal()
    call_command("export_audit", str(tmp_path / "out.jsonl"))
    assert check_audit.main([str(tmp_path / "out.jsonl")]) == 0
    ledger.seal()  # the export itself was written down
    assert '"verb":"audit.export"' in "".join(
        row["body"] for row in map(json.loads, export.lines()) if "body" in row
    )


def test_no_transaction_stands_open_while_somebody_downloads(
    ledger: Ledger, rows: list[Row], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """The server ends a connection that idles in a transaction: a slow download must not."""
    monkeypatch.setattr(export, "CHUNK", 2)
    with psycopg2.connect(ledger.server.superuser_url(ledger.name)) as watcher:
        watcher.autocommit = True
        taken: list[str] = []
        for line in export.lines():
            taken.append(line)
            assert states_of_the_portal(watcher) == ["idle"]
    assert [json.loads(line) for line in taken] == rows
    assert run(tmp_path, [json.loads(line) for line in taken])[0] == 0


def test_what_is_sealed_meanwhile_waits_for_the_next_export(ledger: Ledger, rows: list[Row]):
    lines = export.lines()
    taken = [next(lines)]
    taken.append(next(lines))
    ledger.write("case:9")
    ledger.seal()
    taken += list(lines)
    assert [json.loads(line) for line in taken] == rows


def states_of_the_portal(watcher: Any) -> list[str]:
    with watcher.cursor() as cursor:
        cursor.execute(
            "SELECT state FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND datname = current_database() AND backend_type = 'client backend'"
        )
        return [state for (state,) in cursor.fetchall()]
