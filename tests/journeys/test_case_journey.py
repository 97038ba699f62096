"""The page of a case in a real browser: wide and narrow, Chinese and English, and axe."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from agencies.matters.services import seed_matters
from penalties.discretion.services import seed_bounds
from penalties.models import Case
from portal.access import AgencyKind
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


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-hans"), (390, "zh-hans"), (1440, "en")])
def test_case_pages_look_right(open_page: OpenPage, way: Ways, width: int, language: str):
    case, verified = way.served(), way.staffed()
    page = open_page(user_of(way, "officer"), width=width, language=language)
    pages = {
        "case_list": reverse("case_list"),
        "case_create": reverse("case_create"),
        "case_detail": case.get_absolute_url(),
        "case_pay": reverse("case_pay", args=[case.pk]),
        "case_evidence": reverse("case_evidence", args=[verified.pk]),
    }
    for name, address in pages.items():
        page.goto(address)
        look(page, f"{name}-{width}-{language}")
        assert_accessible(page)


def test_the_leader_opens_a_case_on_its_page(open_page: OpenPage, way: Ways):
    case = way.staffed()
    page = open_page(user_of(way, "leader"))
    page.goto(case.get_absolute_url())
    page.get_by_role("link", name="立案", exact=True).click()
    page.get_by_label("立案日期").fill("2026-09-07")
    page.get_by_role("button", name="立案", exact=True).click()
    page.wait_for_url(f"**{case.get_absolute_url()}")
    assert Case.objects.get(pk=case.pk).state == "investigating"
