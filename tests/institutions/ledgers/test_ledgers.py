"""Old ledgers: mapped, looked at without effect, brought whole or not at all, once."""

import datetime as dt
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from agencies.models import User
from institutions.ledgers import services
from institutions.ledgers.models import Ledger
from institutions.ledgers.sheets import examine
from institutions.models import Institution
from institutions.registry.rules import make_uscc
from portal.access import Actor, AgencyKind, Role
from portal.errors import Conflict, Refused
from portal.files.services import store_upload
from portal.models import AuditEvent
from tests.factories import (
    ActorFactory,
    InstitutionFactory,
    PostFactory,
    district,
)

pytestmark = pytest.mark.django_db
HEAD = ["序号", "信用代码", "单位名称", "所在区", "证书", "到期", "曾用", "手机"]
MAPPING = {
    "B": "uscc",
    "C": "name",
    "D": "region",
    "E": "certificate_number",
    "F": "valid_to",
    "G": "former_names",
    "H": "contact_phone",
}
ONE, TWO, THREE = (make_uscc("91", "310113", f"ALT{number:05}") for number in range(3))
FIRST = [1, ONE, "上海沅衡检测技术有限公司", "宝山区", "200912050001", dt.date(2026, 5, 31), "", ""]
SECOND = [2, TWO, "上海泓朗检测技术有限公司", "", "", "", "上海旧名检测有限公司;更旧的名", "021-1"]


def workbook(*rows: list) -> SimpleUploadedFile:
    book, stream = Workbook(), io.BytesIO()
    for row in [HEAD, *rows]:
        book.active.append(row)
    book.save(stream)
    return SimpleUploadedFile("旧台账.xlsx", stream.getvalue())


def brought(*rows: list, actor: Actor) -> Ledger:
    file = store_upload(workbook(*rows), purpose="workbook", actor=actor)
    ledger = services.open_ledger(file, actor=actor)
    services.map_ledger(ledger, mapping=MAPPING, actor=actor)
    return ledger


def imported(ledger: Ledger, actor: Actor, reason: str = "") -> None:
    found = examine(ledger)
    services.import_ledger(
        ledger, found.drafts, known=found.known, created=found.created, actor=actor, reason=reason
    )


def test_a_dry_run_tells_and_changes_nothing():
    district()
    known = InstitutionFactory(uscc=THREE)
    actor = ActorFactory()
    found = examine(brought(FIRST, SECOND, [3, THREE, known.name, "", "", "", "", ""], actor=actor))
    assert found.importable
    assert [row[1] for row in found.created] == [ONE, TWO]
    assert [row[1] for row in found.known] == [THREE]
    assert Institution.objects.count() == 1


def test_an_import_marks_the_rows_and_writes_one_line():
    district()
    actor = ActorFactory()
    ledger = brought(FIRST, SECOND, actor=actor)
    before = AuditEvent.objects.count()
    imported(ledger, actor, "已核对")
    first, second = Institution.objects.order_by("uscc")
    assert first.is_historical
    assert first.source == f"ledger:{ledger.pk}"
    assert (first.certificate_number, first.certificate_valid_to) == (
        "200912050001",
        dt.date(2026, 5, 31),
    )
    assert first.certificates.get().valid_from is None
    assert {former.name for former in second.former_names.all()} == {
        "上海旧名检测有限公司",
        "更旧的名",
    }
    assert set(Institution.objects.present_in(actor.region)) == {first, second}
    assert AuditEvent.objects.count() == before + 1
    line = json.loads(AuditEvent.objects.order_by("-id").first().body)
    assert (line["verb"], line["reason"]) == ("ledger.import", "已核对")
    assert line["facts"]["created_count"] == 2
    ledger.refresh_from_db()
    assert [outcome[3] for outcome in ledger.outcomes] == ["created", "created"]


def test_the_same_bytes_are_not_imported_twice():
    district()
    actor = ActorFactory()
    ledger = brought(FIRST, actor=actor)
    imported(ledger, actor)
    ledger.refresh_from_db()
    file = ledger.file
    with pytest.raises(Refused) as refusal:
        services.open_ledger(file, actor=actor)
    assert refusal.value.code == "imported"
    with pytest.raises(Refused):
        imported(ledger, actor)
    assert Institution.objects.count() == 1


def test_a_row_that_was_registered_meanwhile_stops_the_whole_file():
    district()
    actor = ActorFactory()
    ledger = brought(FIRST, SECOND, actor=actor)
    found = examine(ledger)
    InstitutionFactory(uscc=TWO)
    with pytest.raises(Refused) as refusal:
        services.import_ledger(
            ledger, found.drafts, known=found.known, created=found.created, actor=actor
        )
    assert refusal.value.code == "changed"
    ledger.refresh_from_db()
    assert ledger.state == "draft"
    assert not Institution.objects.filter(uscc=ONE).exists()


def test_two_at_once_import_once():
    district()
    actor = ActorFactory()
    ledger = brought(FIRST, actor=actor)
    found = examine(ledger)
    Ledger.objects.filter(pk=ledger.pk).update(state="imported", sha256="0" * 64)
    with pytest.raises(Conflict):
        services.import_ledger(
            ledger, found.drafts, known=found.known, created=found.created, actor=actor
        )
    assert not Institution.objects.exists()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ([1, ONE[:-1], "甲", "", "", "", "", ""], "uscc"),
        ([1, ONE, "", "", "", "", "", ""], "missing"),
        ([1, ONE, "甲", "", "", "不是日期", "", ""], "date"),
    ],
)
def test_errors_stop_an_import(row: list, code: str):
    district()
    found = examine(brought(row, SECOND, actor=ActorFactory()))
    assert not found.importable
    assert any(code in issue.code for issue in found.blocking), found.blocking


def test_unknown_values_are_kept_as_remarks_after_a_reason():
    district()
    actor = ActorFactory()
    ledger = brought([1, ONE, "甲检测", "某某区", "旧编号(沪)7号", "", "", ""], actor=actor)
    found = examine(ledger)
    assert found.importable
    assert found.needs_reason
    assert {issue.code for issue in found.unusual} == {"region", "certificate"}
    imported(ledger, actor, "老证书")
    made = Institution.objects.get()
    assert "旧编号(沪)7号" in made.remarks
    assert made.region.code == "310113"


def test_a_registered_name_with_another_code_asks_for_a_reason():
    district()
    InstitutionFactory(name="上海沅衡检测技术股份有限公司")
    found = examine(brought(FIRST, actor=ActorFactory()))
    assert found.importable
    assert found.needs_reason
    assert found.same_names[0][3] == "上海沅衡检测技术股份有限公司"


def test_the_examination_reads_a_constant_number_of_times(django_assert_num_queries):
    district()
    ledger = brought(FIRST, SECOND, actor=ActorFactory())
    ledger.agency.region  # noqa: B018  # loaded by the view with the ledger
    with django_assert_num_queries(4):
        examine(ledger)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_three_steps_by_hand():
    district()
    client = browser(PostFactory().user)
    sent = client.post(reverse("ledger_create"), {"file": workbook(FIRST, SECOND)})
    ledger = Ledger.objects.get()
    assert sent["Location"] == reverse("ledger_map", args=[ledger.pk])
    shown = client.get(sent["Location"]).content.decode()
    assert "单位名称" in shown
    assert "上海沅衡检测技术有限公司" in shown
    assert 'value="name" selected' in shown
    refused = client.post(sent["Location"], {"B": "uscc", "C": "uscc"}).content.decode()
    assert "请指定哪一列是“机构名称”" in refused
    assert "只能对应一列" in refused
    checked = client.post(sent["Location"], MAPPING)
    assert "将新登记 2 家" in client.get(checked["Location"]).content.decode()
    done = client.post(checked["Location"], follow=True).content.decode()
    assert "已登记 2 家" in done
    assert TWO in done
    again = client.post(reverse("ledger_create"), {"file": workbook(FIRST)})
    assert again.status_code == 302


def test_a_file_that_is_no_workbook_is_refused():
    client = browser(PostFactory().user)
    bad = SimpleUploadedFile("旧台账.xlsx", b"MZ not a workbook")
    assert client.post(reverse("ledger_create"), {"file": bad}).status_code == 200
    assert not Ledger.objects.exists()


def test_ledgers_are_seen_by_the_agency_and_its_auditors():
    district()
    actor = ActorFactory()
    ledger = brought(FIRST, actor=actor)
    auditor = ActorFactory(agency__kind=AgencyKind.AUDIT, roles=[Role.AUDITOR])
    assert Ledger.objects.visible_to(auditor).get() == ledger
    assert Ledger.objects.visible_to(actor).get() == ledger
    for other in (ActorFactory(), ActorFactory(agency__kind=AgencyKind.WATER)):
        assert not Ledger.objects.visible_to(other).exists()
