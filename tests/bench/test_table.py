"""The runner of the benches: nothing measured goes without a promise, no miss goes unseen."""

from __future__ import annotations

from tests.bench.__main__ import PROMISES, benches, rows_of, table


def test_every_bench_has_its_promises():
    assert set(benches()) <= set(PROMISES)


def test_a_promise_is_kept_missed_or_failed():
    kept, memory, missed = rows_of(
        "bench_workbooks", {"check_ratio": 8, "check_mb": 399.5, "mark_ratio": 1.51}
    )
    assert (kept.ok, memory.ok, missed.ok) == (True, True, False)
    assert not any(row.ok for row in rows_of("bench_workbooks", {}))
    assert "MISSED    1.51  ≤ 1.5" in table([missed])
    assert "failed" in table(rows_of("bench_workbooks", {}))
