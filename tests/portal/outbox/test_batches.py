"""By file: gathered once, carried by people, settled by the receipt; bad receipts enter nothing."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.access import AgencyKind, Role
from portal.audit.models import AuditEvent
from portal.errors import Refused
from portal.files.models import StoredFile
from portal.outbox import batches, channels, files, services, sheets
from portal.outbox.batches import Answered, gather, settle
from portal.outbox.channels import Channel
from portal.outbox.choices import Answer, MessageState
from portal.outbox.delivery import deliver_waiting
from portal.outbox.models import OutboxBatch, OutboxBatchRow, OutboxMessage
from portal.outbox.permissions import can_see_batches
from portal.refs import ref
from tests.factories import ActorFactory
from tests.portal.outbox.conftest import CODE
from tests.portal.workbooks import hostile

pytestmark = pytest.mark.django_db
OK, NO = Answer.ACCEPTED, Answer.REJECTED
HEAD = ["batch", "row", "status", "error"]


@pytest.fixture
def batch(put, credit) -> OutboxBatch:
    for key in ("a/1", "b/1", "c/1"):
        put(key)
    return gather(CODE, actor=credit)


def states() -> dict[str, str]:
    return dict(OutboxMessage.objects.order_by("pk").values_list("key", "state"))


# --- Gathering -------------------------------------------------------------------------------


def test_a_batch_takes_the_first_of_each_order_once(put, credit):
    for key in ("a/1", "a/2", "b/1"):
        put(key)
    made = gather(CODE, actor=credit)
    assert [line.message.key for line in made.lines.all()] == ["a/1", "b/1"]
    assert made.rows == 2
    assert states() == {"a/1": "batched", "a/2": "waiting", "b/1": "batched"}
    with pytest.raises(Refused):
        gather(CODE, actor=credit)
    assert deliver_waiting() == 0


def test_only_the_senders_operators_gather_and_only_their_own(put, officer, sysadmin):
    put("a/1")
    for actor in (officer, sysadmin):
        with pytest.raises(PermissionDenied):
            gather(CODE, actor=actor)
    other = ActorFactory(agency__kind=AgencyKind.MARKET, roles=[Role.CREDIT])
    with pytest.raises(Refused):
        gather(CODE, actor=other)


def test_a_channel_by_http_makes_no_file(put, platform, credit):
    put("a/1")
    with pytest.raises(Refused) as refusal:
        gather(CODE, actor=credit)
    assert refusal.value.code == "mode"


# --- Files -----------------------------------------------------------------------------------


def test_the_three_files_hold_the_same_rows_and_their_manifest(put, credit):
    put("a/1", name="=cmd|'/c calc'!A1", amount="000123456789012345678")
    made = gather(CODE, actor=credit)
    row = [made.number, "1", "a/1", "=cmd|'/c calc'!A1", "000123456789012345678"]
    heads = ["batch", "row", "key", "名称", "金额(万元)"]

    book = openpyxl.load_workbook(io.BytesIO(files.rendered(made, "xlsx")))
    table = list(book.worksheets[0].values)
    assert [list(line) for line in table] == [heads, row]
    assert {cell.data_type for line in book.worksheets[0] for cell in line} == {"s"}
    told = dict(book.worksheets[1].values)

    archive = zipfile.ZipFile(io.BytesIO(files.rendered(made, "csv")))
    text = archive.read(f"{made.number}.csv").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][3] == "'=cmd|'/c calc'!A1"
    whole = json.loads(files.rendered(made, "json"))
    assert whole["rows"][0]["payload"]["amount"] == "000123456789012345678"
    manifest = json.loads(archive.read("manifest.json"))
    assert whole["manifest"] == manifest
    assert manifest["sha256"] == told["sha256"] == made.sha256
    assert made.sha256 == batches.digest_of([line.message for line in made.lines.all()])


def test_without_declared_columns_every_key_is_one(put, credit, monkeypatch):
    put("a/1", extra={"deep": [1]})
    monkeypatch.setitem(channels._channels, CODE, Channel(CODE, "x"))
    made = gather(CODE, actor=credit)
    book = openpyxl.load_workbook(io.BytesIO(files.rendered(made, "xlsx")))
    head, row = list(book.worksheets[0].values)
    assert head[3:] == ("amount", "extra", "name")
    assert row[4] == '{"deep": [1]}'


# --- Receipts --------------------------------------------------------------------------------


def test_a_receipt_settles_row_by_row_and_a_second_time_changes_nothing(batch, put, credit):
    put("a/2")
    put("b/2")
    answers = [Answered(1, OK), Answered(2, NO, "代码校验失败")]
    assert settle(batch, answers, actor=credit) == 2
    assert states() == {
        "a/1": "accepted", "b/1": "dead", "c/1": "batched", "a/2": "waiting", "b/2": "waiting",
    }  # fmt: skip
    assert OutboxMessage.objects.get(key="a/1").receipt["number"] == f"{batch.number}/1"
    assert OutboxMessage.objects.get(key="b/1").last_error == "代码校验失败"
    assert settle(batch, answers, actor=credit) == 0
    following = gather(CODE, actor=credit)
    assert [line.message.key for line in following.lines.all()] == ["a/2"]


def test_a_contradicting_receipt_enters_nothing(batch, credit):
    settle(batch, [Answered(2, NO, "重复")], actor=credit)
    with pytest.raises(Refused) as refusal:
        settle(batch, [Answered(1, OK), Answered(2, OK)], actor=credit)
    assert refusal.value.code == "contradiction"
    assert states()["a/1"] == MessageState.BATCHED


def test_strangers_settle_nothing(batch, officer, sysadmin):
    for actor in (officer, sysadmin, ActorFactory(roles=[Role.CREDIT])):
        with pytest.raises(PermissionDenied):
            settle(batch, [Answered(1, OK)], actor=actor)
    assert set(states().values()) == {"batched"}


def test_a_file_is_seen_by_operators_and_audit_since_it_holds_all_payloads(batch, credit, officer):
    audit = ActorFactory(agency__kind=AgencyKind.AUDIT, roles=[Role.AUDITOR])
    assert OutboxBatch.objects.visible_to(credit).filter(pk=batch.pk).exists()
    assert OutboxBatch.objects.visible_to(audit).filter(pk=batch.pk).exists()
    assert not OutboxBatch.objects.visible_to(officer).exists()
    assert "信用管理员" in can_see_batches(officer).why_not


def test_a_lost_file_is_gathered_again_and_the_old_receipt_still_counts(batch, credit):
    first = OutboxMessage.objects.get(key="a/1")
    second = OutboxMessage.objects.get(key="b/1")
    for one in (first, second):
        services.retry(one, reason="文件遗失", actor=credit)
    again = gather(CODE, actor=credit)
    assert again.rows == 2
    settle(batch, [Answered(1, OK), Answered(2, NO, "旧批次作废")], actor=credit)
    assert (states()["a/1"], states()["b/1"]) == ("accepted", "batched")
    settle(again, [Answered(1, OK), Answered(2, OK)], actor=credit)
    assert states()["b/1"] == "accepted"


def as_csv(*rows: list[object]) -> bytes:
    return hostile.csv(HEAD, *rows)


def test_a_receipt_is_read_as_the_platform_writes_it(batch):
    body = hostile.csv(
        [*HEAD, "operator"],
        [batch.number, 1, "accepted", "", "zhang"],
        [batch.number, 2, "已退回", "缺少字段", "zhang"],
    )
    answers, issues = sheets.read_receipt(batch, body, "r.csv")
    assert issues == []
    assert answers == [Answered(1, OK), Answered(2, NO, "缺少字段")]


def test_the_template_reads_back(batch, credit):
    settle(batch, [Answered(2, OK)], actor=credit)
    book = openpyxl.load_workbook(io.BytesIO(sheets.receipt_template(batch)))
    sheet = book.worksheets[0]
    assert [row[1] for row in sheet.iter_rows(min_row=4, values_only=True)] == [1, 3]
    for row in (4, 5):
        sheet.cell(row, 3, "已接收")
    filled = io.BytesIO()
    book.save(filled)
    answers, issues = sheets.read_receipt(batch, filled.getvalue(), "r.xlsx")
    assert (issues, answers) == ([], [Answered(1, OK), Answered(3, OK)])


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["other-000001", 1, "accepted", ""]], "other_batch"),
        ([["{b}", 4, "accepted", ""]], "no_such_row"),
        ([["{b}", 0, "accepted", ""]], "too_low"),
        ([["{b}", 1, "maybe", ""]], "not_in_list"),
        ([["{b}", 1, "rejected", ""]], "no_reason"),
        ([["{b}", 1, "accepted", ""], ["{b}", 1, "rejected", "x"]], "duplicate"),
        ([["{b}", 1, "=1+1", ""]], "formula"),
        ([], "no_rows"),
    ],
)
def test_a_wrong_receipt_is_told_by_cell_and_enters_nothing(batch, rows, code):
    filled = [[str(cell).replace("{b}", batch.number) for cell in row] for row in rows]
    answers, issues = sheets.read_receipt(batch, as_csv(*filled), "r.csv")
    assert answers == []
    assert code in {issue.code for issue in issues}


HOSTILE = {
    "bomb.xlsx": hostile.huge_cell,
    "big.xlsx": hostile.just_too_big,
    "many.xlsx": hostile.many_parts,
    "lies.xlsx": hostile.lying_size,
    "other.xlsx": hostile.other_zip,
    "locked.xls": hostile.locked_xls,
    "entities.xlsx": lambda: hostile.with_doctype(hostile.LAUGHS),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_receipt_is_an_issue_and_nothing_else(batch, credit, browser, name):
    client = browser(credit)
    upload = SimpleUploadedFile(name, HOSTILE[name]())
    page = client.post(reverse("outbox_receipt", args=[batch.pk]), {"file": upload})
    assert page.status_code == 200
    assert page.context["issues"] or page.context["form"].errors
    assert set(states().values()) == {"batched"}
    assert not OutboxBatchRow.objects.exclude(answer="").exists()
    assert not StoredFile.objects.filter(purpose="outbox_receipt").exists()


def test_the_journey_of_a_file_on_the_pages(put, credit, browser, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    for key in ("a/1", "b/1"):
        put(key)
    client = browser(credit)
    assert "生成报送文件" in client.get(reverse("outbox_list")).content.decode()
    made = client.post(reverse("outbox_batch_make", args=[CODE]), follow=True)
    batch = OutboxBatch.objects.get()
    assert made.redirect_chain[-1][0] == batch.get_absolute_url()
    for kind, start in (("xlsx", b"PK"), ("csv", b"PK"), ("json", b"{")):
        file = client.get(reverse("outbox_batch_file", args=[batch.pk, kind]))
        assert file.content.startswith(start)
    assert client.get(reverse("outbox_batch_file", args=[batch.pk, "exe"])).status_code == 404
    assert AuditEvent.objects.filter(verb="access.read", subject=ref(batch)).count() == 3
    body = as_csv([batch.number, 1, "accepted", ""], [batch.number, 2, "rejected", "缺证照号"])
    upload = SimpleUploadedFile("回执.csv", body)
    page = client.post(reverse("outbox_receipt", args=[batch.pk]), {"file": upload}, follow=True)
    text = page.content.decode()
    assert "已登记 2 行回执" in text
    assert "缺证照号" in text
    assert "回执.csv" in text
    assert states() == {"a/1": "accepted", "b/1": "dead"}
    assert StoredFile.objects.get(purpose="outbox_receipt").subject_ref == ref(batch)
