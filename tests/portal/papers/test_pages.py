"""The pages of papers: what they show, what they serve, what they refuse."""

import datetime as dt
import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.access import Role
from portal.clocks import today
from portal.papers import services
from portal.papers.models import Paper, PaperSeries, PaperTemplate
from portal.papers.word import default_template
from tests.factories import PostFactory
from tests.people import BACKEND, consumed
from tests.portal.lists.checks import assert_constant_queries
from tests.portal.papers.conftest import drafted

DAY = dt.date(2026, 3, 2)
pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(bureau):
    client = Client()
    client.force_login(PostFactory(agency=bureau, roles=[Role.CHIEF]).user, backend=BACKEND)
    return client


def url(name, paper):
    return reverse(name, args=[paper.pk])


def test_from_draft_to_sealed_paper_in_the_browser(browser, paper):
    page = browser.get(url("paper_detail", paper))
    assert "编号定稿" in page.content.decode()
    given = {"on": DAY.isoformat(), "seen": "draft"}
    assert browser.post(url("paper_number", paper), given).status_code == 302
    paper.refresh_from_db()
    seal = {"seal": "机关公章", "copies": 2, "on": today().isoformat()}
    assert browser.post(url("paper_seal", paper), seal).status_code == 302
    scan = {"file": SimpleUploadedFile("扫描件.pdf", b"%PDF-1.7")}
    assert browser.post(url("paper_scan", paper), scan).status_code == 302
    shown = browser.get(url("paper_detail", paper)).content.decode()
    for words in (paper.number, paper.pdf_sha256, "机关公章", "扫描件.pdf", "登记用印"):
        assert words in shown
    assert "编号定稿</a>" not in shown


def test_a_stale_page_of_the_draft_gets_409(browser, paper, chief):
    services.number(paper, on=DAY, actor=chief)
    stale = {"on": DAY.isoformat(), "seen": "draft"}
    assert browser.post(url("paper_number", paper), stale).status_code == 409


def test_refusals_are_errors_of_the_form(browser, paper):
    tomorrow = {"on": (today() + dt.timedelta(days=1)).isoformat()}
    page = browser.post(url("paper_number", paper), tomorrow)
    assert (page.status_code, "不能晚于今天" in page.content.decode()) == (200, True)
    assert Paper.objects.get().is_draft


def test_a_numbered_papers_downloads_are_its_stored_bytes(browser, paper, chief):
    services.number(paper, on=DAY, actor=chief)
    for name, digest in (("paper_pdf", paper.pdf_sha256), ("paper_docx", paper.docx_sha256)):
        response = browser.get(url(name, paper))
        assert hashlib.sha256(consumed(response)).hexdigest() == digest
    shown = browser.get(url("paper_pdf", paper))
    assert shown["Content-Disposition"].startswith("inline;")
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    consumed(shown)


def test_a_draft_is_made_when_it_is_asked_for(browser, paper):
    assert consumed(browser.get(url("paper_pdf", paper))).startswith(b"%PDF-")
    assert consumed(browser.get(url("paper_docx", paper))).startswith(b"PK")


def test_the_register_asks_the_same_number_of_queries(browser, bulletin, chief):
    def sealed():
        paper = services.number(drafted(bulletin, chief), on=DAY, actor=chief)
        services.seal(paper, seal="机关公章", copies=1, on=DAY, actor=chief)

    def grow():
        for _n in range(5):
            sealed()

    sealed()
    assert_constant_queries(lambda: browser.get(reverse("seal_register")), grow, 25)


def test_the_papers_of_a_bulletin_take_the_same_number_of_queries(browser, bulletin, chief):
    def grow():
        for _n in range(5):
            drafted(bulletin, chief)

    grow()
    assert_constant_queries(lambda: browser.get(bulletin.get_absolute_url()), grow, 30)


def test_an_agency_sets_its_numbers_and_template(browser, bureau):
    form = {"pattern": "某市监通字（{year}）{n}号", "last": 4, "reason": "手工编号", "before": 0}
    assert browser.post(reverse("paper_series_edit", args=["bulletin"]), form).status_code == 302
    assert PaperSeries.objects.get().pattern == "某市监通字〔{year}〕{n}号"
    page = browser.get(reverse("paper_settings")).content.decode()
    assert f"某市监通字〔{today().year}〕5号" in page
    upload = reverse("paper_template_upload", args=["bulletin"])
    bad = browser.post(upload, {"file": SimpleUploadedFile("坏.docx", b"PK\x03\x04")})
    assert bad.status_code == 200
    assert not PaperTemplate.objects.exists()
    good = {"file": SimpleUploadedFile("通报.docx", default_template())}
    assert browser.post(upload, good).status_code == 302
    assert "通报.docx" in browser.get(reverse("paper_settings")).content.decode()
    assert browser.post(reverse("paper_template_end", args=["bulletin"])).status_code == 302
    assert not PaperTemplate.objects.in_use().exists()


def test_an_unknown_kind_has_no_settings(browser):
    assert browser.get(reverse("paper_series_edit", args=["nothing"])).status_code == 404
