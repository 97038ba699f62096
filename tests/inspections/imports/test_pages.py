"""The pages of an import: two people from upload to visits, and files that are no workbook."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agencies.models import Post
from inspections.draws.choices import ImportState
from inspections.draws.models import Draw, DrawImport
from inspections.visits.models import Visit
from portal.access import Actor
from portal.files.kinds import XLSX
from portal.workbooks.models import MarkedCopy
from tests.inspections.ceremonies.makers import Stage, stage
from tests.inspections.imports.makers import FACTS, confirmed, row, source, submitted, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
GARBAGE = {"empty": b"", "text": b"not a workbook", "cut": b"PK\x03\x04" + b"\0" * 64}


def logged_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(Post.objects.get(pk=actor.post_id).user)
    return client


def address(here: Stage) -> str:
    return f"/inspections/batches/{here.batch.pk}/import/"


def upload(here: Stage, client: Client, book: SimpleUploadedFile) -> Any:
    sent = {**FACTS, "workbook": book, "source_1": source()}
    return client.post(address(here), sent, follow=True)


def test_two_people_from_the_template_to_the_visits(run_events: Any):
    here = stage()
    mkt, eco = logged_in(here.mkt), logged_in(here.eco)
    assert mkt.get(f"{address(here)}template/").headers["Content-Type"] == XLSX
    page = upload(here, mkt, workbook(here, row(here, 0), row(here, 1))).content.decode()
    assert "工作簿核对无误" in page
    assert here.institutions[1].name in page
    imported = DrawImport.objects.get()
    own = imported.get_absolute_url()
    assert mkt.get(address(here)).headers["Location"] == own
    assert mkt.post(f"{own}submit/").status_code == 302
    assert mkt.get(f"{own}confirm/").status_code == 403
    assert f"{own}confirm/" in eco.get(own).content.decode()
    assert eco.post(f"{own}confirm/", follow=True).status_code == 200
    run_events()
    assert Visit.objects.filter(batch=here.batch).count() == 2
    draw = Draw.objects.get()
    page = eco.get(draw.get_absolute_url()).content.decode()
    assert "上级平台抽取，本平台不能复算" in page
    assert "核验记录" not in page
    assert "下载验证程序" not in page


def test_errors_stand_at_their_cells_and_the_marked_copy_is_asked_for():
    here = stage()
    mkt = logged_in(here.mkt)
    page = upload(here, mkt, workbook(here, row(here, 0, seat_eco_lead="SH-9999-9999")))
    text = page.content.decode()
    assert "<td>C4</td>" in text
    assert "检查人员名录库中没有这个执法证号" in text
    imported = DrawImport.objects.get()
    assert MarkedCopy.objects.filter(source=imported.workbook).count() == 1
    own = imported.get_absolute_url()
    refused = mkt.post(f"{own}submit/").content.decode()
    assert "工作簿中还有错误" in refused
    mended = {"workbook": workbook(here, row(here, 0))}
    assert "工作簿核对无误" in mkt.post(f"{own}workbook/", mended, follow=True).content.decode()


@pytest.mark.parametrize("name", GARBAGE)
def test_what_is_no_workbook_is_refused_at_the_field(name: str):
    here = stage()
    book = SimpleUploadedFile("结果.xlsx", GARBAGE[name], content_type=XLSX)
    answer = upload(here, logged_in(here.mkt), book)
    assert answer.status_code == 200
    assert not DrawImport.objects.exists()


def test_another_batchs_template_and_a_foreign_table_are_told():
    here = stage()
    csv = SimpleUploadedFile("结果.csv", "甲,乙\n1,2\n".encode(), content_type="text/csv")
    page = upload(here, logged_in(here.mkt), csv).content.decode()
    assert "缺少必填列" in page or "列名" in page
    assert DrawImport.objects.get().state == ImportState.DRAFT


def test_a_stale_page_does_not_confirm_what_was_returned():
    here = stage()
    imported = submitted(here)
    own, eco = imported.get_absolute_url(), logged_in(here.eco)
    eco.post(f"{own}return/", {"reason": "缺页"})
    assert eco.post(f"{own}confirm/", {"seen": "submitted"}).status_code == 409
    assert not Draw.objects.exists()


def test_the_visits_page_leads_a_superiors_seat_to_its_own_form():
    here = stage()
    draw = confirmed(here)
    client = logged_in(here.mkt)
    answer = client.get(f"{draw.get_absolute_url()}replace/", {"slot": "mkt_lead"})
    assert answer.headers["Location"].endswith("/record-replacement/?slot=mkt_lead")
    page = client.get(answer.headers["Location"]).content.decode()
    assert '<option value="mkt_lead" selected>' in page
