"""The water bureau's clerk hands in a faulty list, mends what is marked, gets the receipt."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from portal.access import Role
from portal.clocks.now import SHANGHAI, real_now
from portal.workbooks.models import MarkedCopy
from portal.workbooks.tasks import make_marked_copy
from sharing.models import Roster
from sharing.rosters.choices import RosterState
from tests.factories import InstitutionFactory, PostFactory, RosterFactory
from tests.journeys.browser import assert_accessible, look
from tests.sharing.workbooks import GOOD_ROW, filled

pytestmark = pytest.mark.django_db(transaction=True)

CODE = str(GOOD_ROW["统一社会信用代码"])
FAULTS: list[dict[str, Any]] = [
    {},
    {"合同编号": "HT-2", "统一社会信用代码": "91310113MA1TEX706X"},
    {"合同编号": "HT-3", "证书有效期至": "2026-02-30"},
    {"合同编号": "HT-4", "联系电话": "138123"},
    {"合同编号": "HT-5", "合同起始日": "2026-12-31", "合同终止日": "2026-01-01"},
    {"合同编号": "HT-6", "备案编号": ""},
]
MENDED = {
    "E5": CODE,
    "G6": "2030-05-31",
    "Z7": "13812345678",
    "Q8": "2026-01-01",
    "R8": "2026-12-31",
}


@pytest.fixture
def roster(transactional_db: None, law: None, settings: Any, tmp_path: Path) -> Roster:
    """On 20 June 2026 the water bureau has not yet reported the half-year."""
    shift = dt.datetime(2026, 6, 20, 9, 0, tzinfo=SHANGHAI) - real_now()
    settings.CLOCK_SHIFT_SECONDS = shift.total_seconds()
    settings.FILES_DIR = tmp_path / "files"
    InstitutionFactory(uscc=CODE, name=str(GOOD_ROW["机构名称"]))
    return RosterFactory(agency__name="示范区水务局", agency__short_name="区水务局")


def check(page: Page, name: str) -> None:
    """A picture of the page, which fits its width, and on which axe finds nothing."""
    look(page, name)
    assert_accessible(page)


def upload(page: Page, path: Path, name: str) -> None:
    page.set_input_files("input[type=file]", path)
    check(page, f"roster-upload-{name}")
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_url("**/drafts/**")


def mend(path: Path) -> Path:
    """The clerk corrects the cells that the marked copy names."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for cell, value in MENDED.items():
        sheet[cell] = value
    mended = path.with_name("改好的名单.xlsx")
    book.save(mended)
    return mended


@pytest.mark.parametrize("width", [1440, 390])
def test_from_a_faulty_workbook_to_the_receipt(
    open_page: Any, roster: Roster, tmp_path: Path, width: int
) -> None:
    clerk = PostFactory(agency=roster.agency, roles=[Role.REPORTER]).user
    page = open_page(clerk, width=width)
    faulty = tmp_path / "名单.xlsx"
    faulty.write_bytes(filled(roster, *FAULTS).read())

    page.goto("/sharing/rosters/")
    check(page, f"roster-board-{width}")
    page.get_by_role("link", name="填报").click()

    upload(page, faulty, f"faulty-{width}")
    expect(page.get_by_text("有 4 处须修改")).to_be_visible()
    for cell in ("E5", "G6", "Z7", "R8"):
        expect(page.get_by_role("cell", name=cell, exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="确认报送")).to_have_count(0)
    check(page, f"roster-errors-{width}")

    expect(page.get_by_text("正在生成标注后的文件")).to_be_visible()
    for copy in MarkedCopy.objects.filter(file=None):
        make_marked_copy(copy.pk)  # here a worker would; the page asks until it is there
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标注后的文件").click()
    marked = tmp_path / download.value.suggested_filename
    download.value.save_as(marked)
    sheet = openpyxl.load_workbook(marked).worksheets[0]
    assert CODE in sheet["E5"].comment.text
    assert "这一天不存在" in sheet["G6"].comment.text

    page.get_by_role("link", name="重新上传").click()
    upload(page, mend(marked), f"mended-{width}")
    expect(page.get_by_text("有 1 处与通常情况不同")).to_be_visible()
    check(page, f"roster-confirm-{width}")
    page.get_by_label("确属实情的理由").fill("机构正在办理备案")
    page.get_by_role("button", name="确认属实").click()

    expect(page.get_by_text("检查通过，可以报送。")).to_be_visible()
    check(page, f"roster-ready-{width}")
    page.get_by_role("button", name="确认报送").click()
    page.wait_for_url("**/versions/**")

    roster.refresh_from_db()
    version = roster.current
    assert version is not None
    assert version.file is not None
    assert (roster.state, version.row_count) == (RosterState.SUBMITTED, len(FAULTS))
    expect(page.get_by_role("heading", level=1)).to_contain_text(version.receipt)
    expect(page.get_by_text(version.file.sha256)).to_be_visible()
    check(page, f"roster-receipt-{width}")
