"""A paper from draft to scan by its agency's chief; its pages on a phone and in English."""

from __future__ import annotations

import pytest

from portal.access import AgencyKind, Role
from portal.papers.models import Paper
from sharing.bulletins import services
from tests.factories import ActorFactory, AgencyFactory, PostFactory, RosterFactory
from tests.journeys.browser import assert_accessible, look
from tests.journeys.conftest import OpenPage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def files_dir(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


def test_the_bulletins_paper_is_numbered_sealed_and_scanned(open_page: OpenPage):
    bureau = AgencyFactory(
        code="market", name="某区市场监督管理局", kind=AgencyKind.MARKET, document_prefix="某市监"
    )
    roster = RosterFactory()
    chief = ActorFactory(agency=bureau, roles=[Role.CHIEF])
    bulletin = services.name_late_agency(
        issuer=bureau, about=roster.period, title="关于名单逾期未报的通报", agency=roster.agency,
        subject=roster, due_on=roster.period.due_on, actor=chief,
    )  # fmt: skip
    assert bulletin is not None
    services.issue(bulletin, actor=chief)

    user = PostFactory(agency=bureau, roles=[Role.CHIEF]).user
    page = open_page(user)
    page.goto(bulletin.get_absolute_url())
    assert_accessible(page)
    look(page, "papers-of-a-bulletin")
    page.get_by_role("region", name="文书").get_by_role("link").click()
    assert_accessible(page)
    look(page, "paper-draft")
    page.get_by_role("link", name="编号定稿").click()
    assert_accessible(page)
    look(page, "paper-number")
    page.get_by_role("button", name="编号定稿").click()
    page.get_by_role("link", name="登记用印").first.click()
    page.get_by_label("印章名称").fill("机关公章")
    look(page, "paper-seal")
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_role("link", name="上传用印扫描件").click()
    scan = {"name": "扫描件.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 scan"}
    page.get_by_label("用印扫描件").set_input_files(scan)
    page.get_by_role("button", name="上传", exact=True).click()
    page.get_by_role("link", name="扫描件.pdf").wait_for()
    page.wait_for_timeout(1000)  # the frame draws the paper
    look(page, "paper-sealed")
    paper = Paper.objects.get()
    assert page.get_by_text(paper.pdf_sha256).count() == 1

    for width, language in ((390, "zh-hans"), (1440, "en")):
        small = open_page(user, width=width, language=language)
        for name, address in (
            ("detail", paper.get_absolute_url()),
            ("register", "/papers/seals/"),
            ("settings", "/papers/settings/"),
        ):
            small.goto(address)
            assert_accessible(small)
            look(small, f"paper-{name}-{width}-{language}")
