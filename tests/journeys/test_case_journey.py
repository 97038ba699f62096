"""The page of a case in a real browser: wide and narrow, Chinese and English, and axe."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from playwright.sync_api import expect

from agencies.matters.services import seed_matters
from penalties.discretion.services import seed_bounds
from penalties.models import Case, PenaltyPublication, PriorNotice
from penalties.publication import services
from portal.access import AgencyKind
from portal.clocks import today
from portal.law.seed import seed_calendar, seed_law
from tests.journeys.browser import assert_accessible, look
from tests.journeys.conftest import OpenPage
from tests.penalties.district import Ways, bureau

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def way() -> Ways:
    seed_law()
    seed_calendar()
    seed_matters()
    seed_bounds()
    return Ways(bureau(AgencyKind.ECOLOGY, document_prefix="宝环"))


def user_of(way: Ways, who: str) -> Any:
    return get_user_model().objects.get(pk=way.own.posts[who].user_id)


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-hans"), (390, "zh-hans"), (390, "en")])
def test_case_pages_look_right(
    open_page: OpenPage, way: Ways, run_events: Any, width: int, language: str
):
    case, verified, reviewed = way.served(), way.staffed(), way.ready()
    run_events()
    credit = PenaltyPublication.objects.get(case=case, kind="credit")
    services.submit(credit, actor=way.own.actor("officer"))
    on = today()
    services.approve(credit, publish_on=on, on=on, actor=way.own.actor("chief"))
    page = open_page(user_of(way, "officer"), width=width, language=language)
    pages = {
        "case_list": reverse("case_list"),
        "case_create": reverse("case_create"),
        "case_detail": case.get_absolute_url(),
        "case_pay": reverse("case_pay", args=[case.pk]),
        "case_evidence": reverse("case_evidence", args=[verified.pk]),
        "case_draft_notice": reverse("case_draft_notice", args=[reviewed.pk]),
        "penalty_publication": credit.get_absolute_url(),
        "repair_create": reverse("repair_create", args=[credit.pk]),
    }
    for name, address in pages.items():
        page.goto(address)
        look(page, f"{name}-{width}-{language}")
        assert_accessible(page)


def test_a_notice_is_drafted_with_its_provisions_numbered_and_served(
    open_page: OpenPage, way: Ways
):
    """The provisions are found by typing; the paper is numbered one click from the case."""
    case = way.ready()
    page = open_page(user_of(way, "officer"))
    page.goto(reverse("case_draft_notice", args=[case.pk]))
    picker = page.locator("[data-picker]").nth(1)
    picker.get_by_role("searchbox").fill("行政处罚法 51")
    expect(picker.locator("[data-picker-row]:visible")).to_have_count(3)  # two ticked, one found
    picker.get_by_role("checkbox", name="《中华人民共和国行政处罚法》第51条").check()
    page.get_by_label("拟作出的处罚").fill("罚款 4 万元")
    page.get_by_role("button", name="拟写处罚告知书").click()
    page.wait_for_url(f"**{case.get_absolute_url()}")
    notice = PriorNotice.objects.get(case=case)
    assert "《中华人民共和国行政处罚法》第51条" in notice.basis
    page.get_by_role("link", name="编号定稿 行政处罚事先告知书").click()
    page.get_by_role("button", name="编号定稿").click()
    page.goto(reverse("case_notice", args=[case.pk]))
    page.get_by_label("送达方式").select_option("direct")
    page.get_by_role("button", name="登记告知送达").click()
    page.wait_for_url(f"**{case.get_absolute_url()}")
    assert Case.objects.get(pk=case.pk).state == "noticed"


def test_the_leader_opens_a_case_on_its_page(open_page: OpenPage, way: Ways):
    case = way.staffed()
    page = open_page(user_of(way, "leader"))
    page.goto(case.get_absolute_url())
    page.get_by_role("link", name="立案", exact=True).click()
    page.get_by_label("立案日期").fill("2026-09-07")
    page.get_by_role("button", name="立案", exact=True).click()
    page.wait_for_url(f"**{case.get_absolute_url()}")
    assert Case.objects.get(pk=case.pk).state == "investigating"
