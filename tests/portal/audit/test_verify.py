"""Whoever changes the audit, with whatever rights, is found; the first bad leaf is named."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from django.db import connection

from portal.audit import seal
from portal.audit.digests import digest, forget
from portal.audit.selectors import heads
from portal.clocks import today
from tests.portal.audit.conftest import Ledger

STREAMS = ("case:1", "case:2", "case:1", "case:3", "case:1", "case:2")


@pytest.fixture
def sealed(ledger: Ledger) -> Ledger:
    """Two batches: leaves 1 to 6 and 7 to 9; events have the same numbers."""
    ledger.write(*STREAMS)
    ledger.seal()
    ledger.write("case:4", "case:1", "case:4")
    ledger.seal()
    return ledger


def test_an_untouched_audit_is_clean(sealed: Ledger):
    assert sealed.verify() == (0, "CLEAN\n")
    assert sealed.verify("--since", "2") == (0, "CLEAN\n")


def test_an_empty_audit_is_clean(ledger: Ledger):
    assert ledger.verify() == (0, "CLEAN\n")
    assert ledger.seal() == 0


def test_an_edited_body_is_named(sealed: Ledger):
    sealed.tamper("UPDATE audit_event SET body = replace(body, '[1,2]', '[1,3]') WHERE id = 5")
    code, said = sealed.verify()
    assert code == 1
    assert said == "BROKEN leaf 5, event 5, stream case:1: the body was edited\n"


def test_one_changed_byte_is_named(sealed: Ledger):
    sealed.tamper("UPDATE audit_event SET body = overlay(body placing 'X' from 30) WHERE id = 9")
    code, said = sealed.verify("--since", "2")
    assert (code, said.splitlines()[0]) == (
        1,
        "BROKEN leaf 9, event 9, stream case:4: the body was edited",
    )
    assert sealed.verify("--since", "3")[0] == 0


def test_a_body_edited_with_its_leaf_is_named(sealed: Ledger):
    sealed.tamper(
        "UPDATE audit_event SET body = replace(body, '[1,2]', '[1,3]') WHERE id = 2",
        r"UPDATE audit_event SET leaf = sha256('\x00'::bytea || convert_to(body, 'UTF8'))"
        " WHERE id = 2",
    )
    code, said = sealed.verify()
    assert code == 1
    assert said.startswith("BROKEN leaf 2, event 2, stream case:2: body and leaf were edited")


def test_a_body_edited_with_leaf_and_seal_breaks_its_batch(sealed: Ledger):
    sealed.tamper(
        "UPDATE audit_event SET body = replace(body, '[1,2]', '[1,3]') WHERE id = 2",
        r"UPDATE audit_event SET leaf = sha256('\x00'::bytea || convert_to(body, 'UTF8'))",
        "UPDATE audit_seal s SET leaf = e.leaf FROM audit_event e WHERE e.id = s.event_id",
    )
    code, said = sealed.verify()
    assert code == 1
    assert said == "BROKEN leaf 1: leaves 1 to 6 are not those that batch 1 sealed\n"


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("verb = 'case.close'", "verb"),
        ("subject = 'case:9'", "subject"),
        ("at = at + interval '1 microsecond'", "at"),
        ("user_id = 7", "user"),
        ("agency_id = 7", "agency"),
        ("stream_seq = 44", "seq"),
    ],
)
def test_a_column_that_differs_from_the_body_is_named(sealed: Ledger, change: str, column: str):
    sealed.tamper(f"UPDATE audit_event SET {change} WHERE id = 3")
    code, said = sealed.verify()
    assert code == 1
    expected = f"leaf 3, event 3, stream case:1: the columns {column} differ from the body"
    assert expected in said.splitlines()[0]


def test_a_deleted_event_is_named(sealed: Ledger):
    sealed.tamper("DELETE FROM audit_event WHERE id = 3")
    code, said = sealed.verify()
    assert code == 1
    assert said.splitlines() == [
        "BROKEN leaf 3, event 3: the event is missing",
        "BROKEN stream case:1: number 2 of the stream is missing",
    ]


def test_an_event_deleted_with_its_seal_is_named(sealed: Ledger):
    sealed.tamper(
        "DELETE FROM audit_event WHERE id = 3", "DELETE FROM audit_seal WHERE event_id = 3"
    )
    code, said = sealed.verify()
    assert (code, said.splitlines()[0]) == (1, "BROKEN leaf 3: the seal is missing")


def test_events_in_another_order_are_named(sealed: Ledger):
    sealed.tamper(
        "UPDATE audit_seal SET leaf_no = -1 WHERE leaf_no = 2",
        "UPDATE audit_seal SET leaf_no = 2 WHERE leaf_no = 4",
        "UPDATE audit_seal SET leaf_no = 4 WHERE leaf_no = -1",
    )
    code, said = sealed.verify()
    assert (code, said) == (
        1,
        "BROKEN leaf 1: leaves 1 to 6 are not those that batch 1 sealed\n",
    )


def test_renumbered_events_of_a_stream_are_named(sealed: Ledger):
    sealed.tamper(
        "UPDATE audit_event SET stream_seq = -1 WHERE id = 1",
        "UPDATE audit_event SET stream_seq = 1 WHERE id = 3",
        "UPDATE audit_event SET stream_seq = 2 WHERE id = 1",
    )
    code, said = sealed.verify()
    assert code == 1
    assert said.startswith("BROKEN leaf 1, event 1, stream case:1: the columns seq differ")


def cut_the_tail(ledger: Ledger) -> None:
    """Everything of the last batch, as if it had never been."""
    ledger.tamper(
        "DELETE FROM audit_event WHERE id > 6",
        "DELETE FROM audit_seal WHERE batch = 2",
        "DELETE FROM audit_batch WHERE n = 2",
    )


def test_a_cut_tail_is_shown_by_the_stored_head(sealed: Ledger):
    seal.publish_head(today() + dt.timedelta(days=1))
    cut_the_tail(sealed)
    code, said = sealed.verify()
    assert code == 1
    assert "covers 9 leaves; batch 2 and what followed are gone" in said


def test_a_cut_tail_is_shown_by_a_head_kept_outside(sealed: Ledger, tmp_path: Path):
    seal.publish_head(today() + dt.timedelta(days=1))
    kept = tmp_path / "heads.json"
    [head] = heads()
    row = {"date": str(head.on_date), "batch": head.batch, "leaves": head.leaves}
    kept.write_text(json.dumps({"heads": [{**row, "hash": bytes(head.hash).hex()}]}))
    assert sealed.verify("--against", str(kept)) == (0, "CLEAN\n")
    cut_the_tail(sealed)
    sealed.tamper("DELETE FROM audit_head")
    assert sealed.verify() == (0, "CLEAN\n")  # which is why heads leave the machine
    code, said = sealed.verify("--against", str(kept))
    assert code == 1
    assert "batch 2 and what followed are gone" in said


def test_a_rewritten_chain_differs_from_its_head(sealed: Ledger):
    seal.publish_head(today() + dt.timedelta(days=1))
    cut_the_tail(sealed)
    sealed.write("case:4", "case:1", "case:4")
    sealed.seal()
    code, said = sealed.verify()
    assert (code, said) == (1, f"BROKEN batch 2 differs from the head of {today()}\n")


def test_a_changed_batch_is_named(sealed: Ledger):
    sealed.tamper("UPDATE audit_batch SET sealed_at = sealed_at - interval '1 day' WHERE n = 1")
    code, said = sealed.verify()
    assert (code, said) == (
        1,
        "BROKEN leaf 1: the hash of batch 1 is not that of its content\n",
    )


def test_a_missing_batch_is_named(sealed: Ledger):
    sealed.tamper("DELETE FROM audit_batch WHERE n = 1")
    assert sealed.verify()[1].startswith("BROKEN leaf 1: batch 1 is missing")


def test_events_cut_before_their_seal_are_named(sealed: Ledger):
    sealed.write("case:5")
    sealed.tamper("DELETE FROM audit_event WHERE id = 10")
    assert sealed.verify() == (
        1,
        "BROKEN event 10: the event is missing; it was not sealed yet\n",
    )


def test_an_event_slipped_past_the_sealer_is_named(sealed: Ledger):
    sealed.tamper(
        "INSERT INTO audit_event (stream, stream_seq, at, verb, subject, body, leaf)"
        " VALUES ('case:8', 1, now(), 'case.edit', 'case:8', '{}', '')"
    )
    code, said = sealed.verify()
    assert (code, "the event neither is sealed nor waits for it" in said) == (1, True)


def test_verification_does_not_depend_on_the_session(sealed: Ledger):
    with connection.cursor() as cursor:
        for setting in (
            "timezone = 'America/New_York'",
            "timezone = 'Asia/Kathmandu'",
            "datestyle = 'SQL, DMY'",
            "datestyle = 'German'",
            "intervalstyle = 'iso_8601'",
            "extra_float_digits = -10",
            "bytea_output = 'escape'",
            "lc_numeric = 'C'",
        ):
            cursor.execute(f"SET {setting}")
            assert sealed.verify() == (0, "CLEAN\n"), setting


def test_what_cannot_run_says_so(sealed: Ledger, tmp_path: Path):
    code, said = sealed.verify("--against", str(tmp_path / "absent.json"))
    assert (code, said.startswith("could not run")) == (2, True)
    (tmp_path / "bad.json").write_text("[1")
    assert sealed.verify("--against", str(tmp_path / "bad.json"))[0] == 2
    connection.settings_dict["NAME"] = "absent"
    connection.close()
    assert sealed.verify()[0] == 2


def test_forgotten_personal_data_leaves_the_chain_whole(sealed: Ledger):
    first = digest("user:1", "310113199001011234")
    assert digest("user:1", "310113199001011234") == first
    assert digest("user:2", "310113199001011234") != first
    forget("user:1")
    assert digest("user:1", "310113199001011234") != first
    assert sealed.verify() == (0, "CLEAN\n")
