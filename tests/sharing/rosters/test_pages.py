"""The pages of rosters, from the board to the receipt."""

import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from portal.access import AgencyKind, Role
from portal.clocks import now
from portal.workbooks.copies import copy_of, make_copy
from portal.workbooks.models import MarkedCopy
from sharing.models import Roster, RosterDraft
from sharing.rosters import sheets
from sharing.rosters.choices import RosterState
from sharing.rosters.services import take_over_drafts
from tests.factories import PostFactory, RosterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture
def roster(settings, tmp_path) -> Roster:
    settings.FILES_DIR = tmp_path / "files"
    return RosterFactory(agency__short_name="区水务局", agency__name="示范区水务局")


def signed_in(post) -> Client:
    client = Client()
    client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def clerk(roster) -> Client:
    return signed_in(PostFactory(agency=roster.agency, roles=[Role.REPORTER]))


@pytest.fixture
def officer(roster) -> Client:
    return signed_in(PostFactory(agency=roster.receiver, roles=[Role.OFFICER]))


def filled(roster, **changed) -> io.BytesIO:
    """The template of the roster with one good row, changed here and there."""
    book = openpyxl.load_workbook(io.BytesIO(sheets.roster_template(roster)))
    sheet = book.worksheets[0]
    labels = {str(cell.value).strip("* "): cell.column for cell in sheet[3]}
    row = {
        "填报部门": "区水务局",
        "报送年度": 2026,
        "周期": "半年度",
        "机构名称": "上海样本检测技术有限公司",
        "统一社会信用代码": "91310113MA1TEX706G",
        "CMA证书编号": "240912050001",
        "证书有效期至": "2030-05-31",
        "备案编号": "BA-2025-001",
        "监测项目类别": "水、土壤",
        "项目名称": "河道断面水质监测",
        "委托性质": "政府委托",
        "合同编号": "HT-2026-01",
        "合同起始日": "2026-01-01",
        "合同终止日": "2026-12-31",
        "是否纳入双随机": "是",
        "部门联系人": "陈某",
        "联系电话": "021-56780000",
    } | changed
    for label, value in row.items():
        sheet.cell(row=4, column=labels[label], value=value)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "名单.xlsx"
    return file


def upload(client, roster, **changed) -> RosterDraft:
    url = reverse("roster_upload", args=[roster.pk])
    answer = client.post(url, {"file": filled(roster, **changed)})
    assert answer.status_code == 302, answer.content.decode()
    return RosterDraft.objects.get()


def test_a_good_workbook_becomes_a_receipt(clerk, roster):
    draft = upload(clerk, roster)
    assert draft.blocking() == []
    answer = clerk.post(
        reverse("roster_draft_submit", args=[draft.pk]), {"reason": "补报"}, follow=True
    )
    roster.refresh_from_db()
    assert roster.state == RosterState.SUBMITTED
    assert roster.current.receipt in answer.content.decode()
    assert roster.current.file.sha256 in answer.content.decode()


def test_a_wrong_check_digit_is_told_at_its_cell_and_stops_the_roster(clerk, roster):
    draft = upload(clerk, roster, 统一社会信用代码="91310113MA1TEX706X")
    [issue] = draft.blocking()
    assert (issue["cell"], issue["code"]) == ("E4", "uscc")
    assert issue["suggestion"] == "91310113MA1TEX706G"
    clerk.post(reverse("roster_draft_submit", args=[draft.pk]), {"reason": "补报"})
    roster.refresh_from_db()
    assert roster.state == RosterState.AWAITING


def test_an_outlier_counts_after_its_reason_is_given(clerk, roster):
    draft = upload(clerk, roster, 备案编号="")
    page = clerk.get(draft.get_absolute_url(), {"tab": "confirm"}).content.decode()
    assert "没有填写备案编号" in page
    clerk.post(
        reverse("roster_draft_confirm", args=[draft.pk]),
        {"code": "no_filing", "reason": "机构正在办理备案"},
    )
    draft.refresh_from_db()
    assert draft.blocking() == []
    clerk.post(reverse("roster_draft_submit", args=[draft.pk]), {"reason": "补报"})
    roster.refresh_from_db()
    assert roster.current.rows.get().confirmations[0]["reason"] == "机构正在办理备案"


def test_the_marked_copy_carries_the_sentence_at_the_cell(clerk, roster):
    draft = upload(clerk, roster, 统一社会信用代码="91310113MA1TEX706X")
    marked = reverse("roster_draft_marked", args=[draft.pk])
    assert "正在生成" in clerk.get(draft.get_absolute_url()).content.decode()
    assert clerk.get(marked).url == draft.get_absolute_url()  # without script: the page again
    polled = clerk.get(marked, headers={"hx-request": "true"}).content.decode()
    assert "hx-get" in polled

    copy = copy_of(draft.file)
    make_copy(copy.pk)

    polled = clerk.get(marked, headers={"hx-request": "true"}).content.decode()
    assert "下载标注后的文件" in polled
    assert "hx-get" not in polled
    assert f'href="{marked}"' in clerk.get(draft.get_absolute_url()).content.decode()
    book = openpyxl.load_workbook(io.BytesIO(b"".join(clerk.get(marked).streaming_content)))
    assert "校验位" in book.worksheets[0]["E4"].comment.text


def test_the_marked_copy_goes_with_the_draft(clerk, officer, roster):
    draft = upload(clerk, roster, 统一社会信用代码="91310113MA1TEX706X")
    copy = copy_of(draft.file)
    make_copy(copy.pk)
    copy.refresh_from_db()
    other = PostFactory(agency=roster.agency, roles=[Role.REPORTER])
    marked = reverse("roster_draft_marked", args=[draft.pk])
    for stranger in (officer, signed_in(other)):
        assert stranger.get(marked).status_code == 404
        assert stranger.get(copy.file.get_absolute_url()).status_code == 404
    take_over_drafts(draft.made_by, other, draft.made_by)
    assert signed_in(other).get(marked).status_code == 200
    assert clerk.get(marked).status_code == 404


def test_a_new_upload_has_a_marked_copy_of_its_own(clerk, roster):
    first = copy_of(upload(clerk, roster, 统一社会信用代码="91310113MA1TEX706X").file)
    second = copy_of(upload(clerk, roster, 联系电话="138123").file)
    assert first.pk != second.pk
    make_copy(first.pk)  # the worker was still at the old one
    page = clerk.get(RosterDraft.objects.get().get_absolute_url()).content.decode()
    assert "正在生成" in page


def test_a_marked_copy_that_cannot_be_made_is_told(clerk, roster):
    draft = upload(clerk, roster, 统一社会信用代码="91310113MA1TEX706X")
    MarkedCopy.objects.update(given_up_at=now())
    page = clerk.get(draft.get_absolute_url()).content.decode()
    assert "标注后的文件未能生成" in page


def test_a_clean_workbook_is_not_marked(clerk, roster):
    assert copy_of(upload(clerk, roster).file) is None


def test_a_broken_file_is_told_and_nothing_is_stored_as_accepted(clerk, roster):
    file = io.BytesIO(b"PK\x03\x04 not a workbook")
    file.name = "名单.xlsx"
    answer = clerk.post(reverse("roster_upload", args=[roster.pk]), {"file": file})
    assert answer.status_code == 200
    assert not RosterDraft.objects.exists()


def test_a_nil_report_takes_its_tick(clerk, roster):
    url = reverse("roster_nil", args=[roster.pk])
    assert clerk.post(url, {"reason": "x"}).status_code == 200
    clerk.post(url, {"confirm": "on", "reason": "本年度无委托", "base_version": 0})
    roster.refresh_from_db()
    assert roster.current.is_nil


def test_the_receiver_returns_from_a_page_that_asks_for_the_reason(clerk, officer, roster):
    draft = upload(clerk, roster)
    clerk.post(reverse("roster_draft_submit", args=[draft.pk]), {"reason": "补报"})
    url = reverse("roster_return", args=[roster.pk])
    assert "理由" in officer.get(url).content.decode()
    officer.post(url, {"reason": "合同期有误", "seen": RosterState.SUBMITTED})
    roster.refresh_from_db()
    assert roster.state == RosterState.RETURNED


def test_a_stale_page_gets_a_conflict_that_says_what_changed(clerk, officer, roster):
    draft = upload(clerk, roster)
    clerk.post(reverse("roster_draft_submit", args=[draft.pk]), {"reason": "补报"})
    officer.post(reverse("roster_lock", args=[roster.pk]), {"seen": "submitted"})
    url = reverse("roster_return", args=[roster.pk])
    answer = officer.post(url, {"reason": "x", "seen": "submitted"})
    assert answer.status_code == 409
    assert "已锁定" in answer.content.decode()


def test_the_board_shows_a_partner_only_its_own_line(clerk, officer, roster):
    other = RosterFactory(period=roster.period, agency__kind=AgencyKind.TRANSPORT)
    page = clerk.get(roster.period.get_absolute_url()).content.decode()
    assert roster.agency.name in page
    assert other.agency.name not in page
    assert other.agency.name in officer.get(roster.period.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "name",
    ["roster_home", "roster_list", "roster_row_list", "employment_list", "match_list",
     "bulletin_list"],
)  # fmt: skip
def test_every_list_opens_for_the_receiver(officer, name):
    assert officer.get(reverse(name)).status_code == 200


def test_the_template_comes_back_without_an_issue(clerk, roster):
    answer = clerk.get(reverse("roster_template", args=[roster.pk]))
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    content = b"".join(answer.streaming_content)
    found = sheets.examine(roster, content, "模板.xlsx")
    assert [issue["code"] for issue in found.issues] == ["no_rows"]
