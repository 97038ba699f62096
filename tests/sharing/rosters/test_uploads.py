"""What people and attackers upload to a roster: told, never a fault, nothing taken as accepted.

The marked copy of each hostile file is tested with the kernel's workbooks.
"""

import io
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse

from portal.access import Role
from portal.errors import Conflict, Refused
from portal.workbooks import read
from sharing.models import Roster, RosterDraft, RosterRow, RosterVersion
from sharing.rosters import services, sheets
from sharing.rosters.choices import RosterState
from sharing.rosters.services import Handed
from tests.factories import ActorFactory, RosterFactory, roster_row
from tests.portal.workbooks.hostile import Hostile
from tests.portal.workbooks.hostile_files import FILES
from tests.sharing.workbooks import filled

HEADINGS = [str(field.label) for field in sheets.ROSTER.fields]
ROW = {
    "填报部门": "区水务局", "报送年度": "2026", "周期": "半年度",
    "机构名称": "上海样本检测技术有限公司", "统一社会信用代码": "91310113MA1TEX706G",
    "CMA证书编号": "240912050001", "证书有效期至": "2030-05-31", "备案编号": "BA-2025-001",
    "监测项目类别": "水、土壤", "项目名称": "河道断面水质监测", "委托性质": "政府委托",
    "合同编号": "HT-2026-01", "合同起始日": "2026/1/1", "合同终止日": "2026年12月31日",
    "是否纳入双随机": "是", "部门联系人": "陈某", "联系电话": "021-56780000",
}  # fmt: skip


@pytest.fixture
def roster(db, files) -> Roster:
    return RosterFactory(agency__name="示范区水务局", agency__short_name="区水务局")


@pytest.fixture
def clerk(roster, browser):
    return browser(agency=roster.agency, roles=[Role.REPORTER])


def sent(clerk, roster, content, name):
    upload = SimpleUploadedFile(name, content)
    return clerk.post(reverse("roster_upload", args=[roster.pk]), {"file": upload})


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_hostile_file_is_told_and_never_accepted(clerk, roster, file: Hostile):
    answer = sent(clerk, roster, file.make(), file.filename)
    assert answer.status_code in {200, 302}
    if answer.status_code == 200:  # refused before it was read
        assert "error" in answer.content.decode()
        assert not RosterDraft.objects.exists()
        return
    draft = RosterDraft.objects.get()
    page = clerk.get(draft.get_absolute_url())
    assert page.status_code == 200
    assert draft.blocking()
    submit = reverse("roster_draft_submit", args=[draft.pk])
    assert clerk.post(submit, {"reason": "x"}).status_code in {200, 302}
    assert not RosterVersion.objects.exists()
    assert not RosterRow.objects.exists()


def as_csv(encoding: str) -> bytes:
    cells = [ROW.get(heading, "") for heading in HEADINGS]
    return "\r\n".join([",".join(HEADINGS), ",".join(cells), ""]).encode(encoding)


def as_xls() -> bytes:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("名单")
    for column, heading in enumerate(HEADINGS):
        sheet.write(0, column, heading)
        sheet.write(1, column, ROW.get(heading, ""))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("Excel.csv", lambda: as_csv("gbk")),
        ("WPS.csv", lambda: as_csv("gb18030")),
        ("LibreOffice.csv", lambda: as_csv("utf-8")),
        ("BOM.csv", lambda: as_csv("utf-8-sig")),
        ("Unicode.csv", lambda: as_csv("utf-16")),
        ("WPS.xls", as_xls),
    ],
)
def test_the_common_programs_files_pass(clerk, roster, name, make):
    answer = sent(clerk, roster, make(), name)
    assert answer.status_code == 302, answer.content.decode()
    draft = RosterDraft.objects.get()
    assert draft.blocking() == []
    assert draft.row_count == 1
    clerk.post(reverse("roster_draft_submit", args=[draft.pk]), {"reason": "逾期"})
    row = RosterRow.objects.get()
    assert (row.uscc, row.media) == (ROW["统一社会信用代码"], ["water", "soil"])
    assert str(row.contract_to) == "2026-12-31"


def test_the_roster_reads_as_its_definition_does(roster):
    reading = read(sheets.ROSTER, filled(roster).read(), sheets._context(roster), filename="a.xlsx")
    assert reading.clean


# --- Two at once -------------------------------------------------------------------------------


def at_once(*acts):
    """Each act in a thread with its own connection; what each raised, or None."""
    start = threading.Barrier(len(acts))
    found = [None] * len(acts)

    def run(place, act):
        start.wait()
        try:
            act()
        except (Conflict, Refused) as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_two_reporters_at_once_make_one_version(law, files):
    roster = RosterFactory()
    actors = [ActorFactory(agency=roster.agency, roles=[Role.REPORTER]) for _number in range(2)]
    handed = Handed(rows=[roster_row()], base_version=0)
    day = roster.period.due_on
    found = at_once(
        *(
            lambda actor=actor: services.hand_in(roster, handed=handed, day=day, actor=actor)
            for actor in actors
        )
    )
    assert sorted(type(each) for each in found if each) == [Conflict]
    assert roster.versions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_one_locks_or_returns(law, files):
    roster = RosterFactory()
    reporter = ActorFactory(agency=roster.agency, roles=[Role.REPORTER])
    services.hand_in(
        roster, handed=Handed(rows=[roster_row()]), day=roster.period.due_on, actor=reporter
    )
    one, two = (ActorFactory(agency=roster.receiver) for _number in range(2))
    first, second = Roster.objects.get(), Roster.objects.get()
    found = at_once(
        lambda: services.lock(first, actor=one),
        lambda: services.return_roster(second, reason="合同期有误", actor=two),
    )
    assert [isinstance(each, Conflict) for each in found].count(True) == 1
    expected = RosterState.RETURNED if found[0] else RosterState.LOCKED
    assert Roster.objects.get().state == expected
