"""The credit officer carries messages by file and enters the receipt; the desk of the outbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.access import AgencyKind, Role
from portal.outbox import channels, services
from portal.outbox.batches import Answered, gather, settle
from portal.outbox.channels import Channel
from portal.outbox.models import OutboxBatch, OutboxMessage
from tests.factories import ActorFactory, AgencyFactory, InstitutionFactory
from tests.journeys.browser import assert_accessible, look

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "journey_credit"


@pytest.fixture
def credit(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A credit officer with three messages about an institution, two of them in one order."""
    monkeypatch.setitem(channels._channels, CODE, Channel(CODE, "示范信用平台"))
    actor = ActorFactory(agency=AgencyFactory(kind=AgencyKind.ECOLOGY), roles=[Role.CREDIT])
    subject = InstitutionFactory()
    for key in ("penalty-1/1", "penalty-2/1", "penalty-1/2"):
        facts = {"CF_WSH": f"沪某环罚〔2026〕{key}号", "CF_FKJE": "10.00"}
        order = key.partition("/")[0]
        services.send(CODE, key, subject, facts, order_by=order, actor=actor)
    return actor


def user_of(actor: Any) -> Any:
    from agencies.models import User

    return User.objects.get(pk=actor.user_id)


def test_messages_are_carried_by_file(open_page: Any, credit: Any, tmp_path: Path, settings: Any):
    settings.FILES_DIR = tmp_path / "files"
    page = open_page(user_of(credit))
    page.goto("/system/outbox/")
    page.get_by_role("button", name="生成报送文件").click()
    batch = OutboxBatch.objects.get()
    expect(page.locator("h1")).to_contain_text(batch.number)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 CSV").click()
    assert download.value.suggested_filename == f"{CODE}-{batch.number}.zip"

    receipt = tmp_path / "receipt.csv"
    page.get_by_role("link", name="上传回执").click()
    for rows, said in (
        (f"{batch.number},1,accepted,\n{batch.number},9,accepted,\n", "超出本批次的行数"),
        (f"{batch.number},1,accepted,\n{batch.number},2,rejected,缺少证照号\n", "已登记 2 行回执"),
    ):
        receipt.write_text("batch,row,status,error\n" + rows, encoding="utf-8")
        page.get_by_label("回执文件").set_input_files(receipt)
        page.get_by_role("button", name="读取并登记").click()
        expect(page.locator("#content")).to_contain_text(said)
        assert_accessible(page)
    states = dict(OutboxMessage.objects.values_list("key", "state"))
    assert states == {"penalty-1/1": "accepted", "penalty-2/1": "dead", "penalty-1/2": "waiting"}

    page.get_by_role("link", name="penalty-2/1").click()
    page.get_by_role("link", name="重新发送").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("理由").fill("证照号已补录")
    dialog.get_by_role("button", name="重新发送").click()
    expect(page.locator("#content")).to_contain_text("已安排重新发送")
    assert OutboxMessage.objects.get(key="penalty-2/1").state == "waiting"


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-hans"), (390, "zh-hans"), (390, "en")])
def test_the_pages_at_every_width(open_page: Any, credit: Any, width: int, language: str):
    batch = gather(CODE, actor=credit)
    settle(batch, [Answered(2, "rejected", "缺少证照号")], actor=credit)
    dead = OutboxMessage.objects.get(state="dead")
    page = open_page(user_of(credit), width=width, language=language)
    pages = {
        "list": "/system/outbox/",
        "detail": dead.get_absolute_url(),
        "batches": "/system/outbox/batches/",
        "batch": batch.get_absolute_url(),
        "receipt": f"{batch.get_absolute_url()}receipt/",
        "abandon": f"{dead.get_absolute_url()}abandon/",
    }
    for name, address in pages.items():
        page.goto(address)
        look(page, f"outbox-{name}-{width}-{language}")
        assert_accessible(page)
