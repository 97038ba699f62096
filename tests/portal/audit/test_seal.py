"""Sealing misses nothing and doubles nothing, however the writers and sealers run."""

from __future__ import annotations

import datetime as dt
import logging
import logging.handlers
import random
import socket
import threading
import time
from typing import Any

import psycopg2
import pytest
from django.db import OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError

from portal.audit import seal, tasks
from portal.audit.check_audit import START, Tree, root_from_path
from portal.audit.record import record
from portal.audit.selectors import heads, inclusion_path, oldest_unsealed, proof_of
from portal.clocks import today
from portal.models import AuditBatch, AuditEvent, AuditSeal
from tests.portal.audit.conftest import ACTOR, Ledger


def numbers() -> list[int]:
    return list(AuditSeal.objects.order_by("leaf_no").values_list("leaf_no", flat=True))


def run_all(*jobs: threading.Thread) -> None:
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()


def test_a_line_outside_a_transaction_is_a_fault(ledger: Ledger):
    with pytest.raises(TransactionManagementError):
        record(ACTOR, "case.edit", "case:1")


def test_batches_are_chained_and_leaves_numbered_on(ledger: Ledger):
    ledger.write("case:1", "case:2")
    assert ledger.seal() == 2
    assert ledger.seal() == 0
    ledger.write("case:1")
    assert ledger.seal() == 1
    first, second = AuditBatch.objects.order_by("n")
    assert bytes(first.prev) == START
    assert bytes(second.prev) == bytes(first.hash)
    assert (second.first_leaf, second.last_leaf) == (3, 3)
    assert numbers() == [1, 2, 3]


def test_a_large_backlog_is_sealed_in_several_batches(ledger: Ledger):
    ledger.write(*["case:1"] * 7)
    assert seal.seal_all(most=3) == 7
    assert AuditBatch.objects.count() == 3
    assert ledger.verify() == (0, "CLEAN\n")


def test_what_a_running_transaction_may_still_precede_waits(ledger: Ledger):
    other = psycopg2.connect(ledger.server.app_url(ledger.name))
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
        ledger.write("case:1")
        assert ledger.seal() == 0
        other.commit()
    other.close()
    assert ledger.seal() == 1


def test_sealing_under_sixteen_writers_misses_nothing(ledger: Ledger):
    ends_at = time.monotonic() + 8
    written: list[int] = []

    def write(number: int) -> None:
        chance, count = random.Random(number), 0
        while time.monotonic() < ends_at:
            with transaction.atomic():
                record(ACTOR, "case.edit", f"case:{chance.randrange(40)}")
                time.sleep(chance.choice((0, 0, 0.001, 0.05, 0.4)))
                if chance.random() < 0.1:
                    transaction.set_rollback(True)
                else:
                    count += 1
        written.append(count)
        connection.close()

    def keep_sealing() -> None:
        while time.monotonic() < ends_at:
            seal.seal_all()
            time.sleep(0.02)
        connection.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    sealers = [threading.Thread(target=keep_sealing) for _ in range(2)]
    run_all(*writers, *sealers)
    ledger.seal()
    total = sum(written)
    assert total > 200
    assert AuditEvent.objects.count() == total
    assert numbers() == list(range(1, total + 1))
    assert AuditBatch.objects.count() > 10
    assert ledger.verify() == (0, "CLEAN\n")


@transaction.atomic
def seal_and_die(ledger: Ledger) -> None:
    """All of the sealer's work, and the connection gone before its commit."""
    assert seal.seal_batch() == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    killer = psycopg2.connect(ledger.server.superuser_url("postgres"))
    with killer.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    killer.close()


def test_a_sealer_that_dies_leaves_nothing_half(ledger: Ledger):
    ledger.write("case:1", "case:2", "case:3")
    with pytest.raises(OperationalError):
        seal_and_die(ledger)
    connection.close()
    assert not AuditBatch.objects.exists()
    assert ledger.seal() == 3
    assert numbers() == [1, 2, 3]
    assert ledger.verify() == (0, "CLEAN\n")


def test_two_sealers_at_once_do_not_meet(ledger: Ledger):
    ledger.write(*["case:1"] * 50)
    sealed: list[int] = []

    def work() -> None:
        sealed.append(seal.seal_all(most=5))
        connection.close()

    run_all(*[threading.Thread(target=work) for _ in range(4)])
    ledger.seal()
    assert numbers() == list(range(1, 51))
    assert ledger.verify() == (0, "CLEAN\n")


def test_rows_restored_into_another_cluster_are_sealed(ledger: Ledger):
    ledger.write("case:1", "case:2")
    ledger.tamper("UPDATE audit_event SET xid = '900000000' WHERE id = 1")
    assert ledger.seal() == 2
    ledger.write("case:1")
    assert ledger.seal() == 1
    assert ledger.verify() == (0, "CLEAN\n")


def test_every_day_gets_one_head_after_it_ended(ledger: Ledger, caplog: Any):
    day = today()
    seal.publish_head(day)
    assert not heads().exists()
    ledger.write("case:1")
    ledger.seal()
    with caplog.at_level(logging.INFO, "portal.audit.heads"):
        seal.publish_head(day + dt.timedelta(days=1))
        seal.publish_head(day + dt.timedelta(days=1))
    [head] = heads()
    assert (head.on_date, head.batch, head.leaves) == (day, 1, 1)
    assert (
        caplog.text.count(f"audit head {day} batch 1 leaves 1 hash {bytes(head.hash).hex()}") == 1
    )
    assert "missing" not in caplog.text
    seal.publish_head(day + dt.timedelta(days=3))
    assert heads().count() == 2
    assert f"heads are missing between {day} and {day + dt.timedelta(days=2)}" in caplog.text


def test_batches_and_heads_leave_the_machine(ledger: Ledger):
    """A receiver on another socket gets each line as it is written."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        handler = logging.handlers.SysLogHandler(address=receiver.getsockname())
        seal.log.addHandler(handler)
        before = seal.log.level
        seal.log.setLevel(logging.INFO)
        try:
            ledger.write("case:1")
            ledger.seal()
            seal.publish_head(today() + dt.timedelta(days=1))
            batch, head = (receiver.recv(2000).decode() for _ in range(2))
        finally:
            seal.log.setLevel(before)
            seal.log.removeHandler(handler)
            handler.close()
    link = AuditBatch.objects.get().hex
    assert f"audit batch 1 leaves 1-1 hash {link}" in batch
    assert f"audit head {today()} batch 1 leaves 1 hash {link}" in head


def test_the_job_seals_and_raises_the_alarm_when_held_up(ledger: Ledger, caplog: Any):
    ledger.write("case:1")
    assert oldest_unsealed() is not None
    tasks.seal_audit()
    assert oldest_unsealed() is None
    other = psycopg2.connect(ledger.server.app_url(ledger.name))
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
        ledger.write("case:1")
        ledger.tamper("UPDATE audit_event SET at = now() - interval '6 minutes' WHERE id = 2")
        tasks.seal_audit()
    other.close()
    assert "wait for their seal since" in caplog.text


@pytest.mark.parametrize("table", ["audit_batch", "audit_seal", "audit_head"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET batch = 1"])
def test_seals_are_append_only_like_the_audit(ledger: Ledger, table: str, act: str):
    statement = act.format(table).replace("audit_batch SET batch", "audit_batch SET n")
    for url in (ledger.server.app_url(ledger.name), ledger.server.owner_url(ledger.name)):
        ledger.write("case:1")
        ledger.seal()
        seal.publish_head(today() + dt.timedelta(days=1))
        other = psycopg2.connect(url)
        with other.cursor() as cursor, pytest.raises(psycopg2.Error):
            cursor.execute(statement)
        other.close()


def test_an_inclusion_path_leads_to_the_root():
    for size in (1, 2, 3, 5, 7, 8, 13):
        leaves = [bytes([number]) * 32 for number in range(size)]
        tree = Tree()
        for leaf in leaves:
            tree.add(leaf)
        for index, leaf in enumerate(leaves):
            path = inclusion_path(leaves, index)
            assert root_from_path(leaf, index, size, path) == tree.root()
            assert root_from_path(b"x" * 32, index, size, path) != tree.root()


def test_the_tree_is_that_of_rfc_6962():
    """The empty tree, and the split at the largest power of two, written out by hand."""
    from hashlib import sha256

    def node(left: bytes, right: bytes) -> bytes:
        return sha256(b"\x01" + left + right).digest()

    assert Tree().root() == sha256(b"").digest()
    a, b, c, d, e = (bytes([number]) * 32 for number in range(5))
    tree = Tree()
    for leaf in (a, b, c, d, e):
        tree.add(leaf)
    assert tree.root() == node(node(node(a, b), node(c, d)), e)


def test_the_proof_of_an_event_is_that_of_its_batch(ledger: Ledger):
    ledger.write("case:1", "case:2", "case:3")
    event = AuditEvent.objects.get(id=2)
    assert proof_of(event) is None
    ledger.seal()
    proof = proof_of(event)
    assert proof is not None
    path = [bytes.fromhex(node) for node in proof.path]
    root = root_from_path(bytes.fromhex(proof.leaf), proof.index, proof.size, path)
    assert root.hex() == proof.root
