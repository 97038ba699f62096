"""Moves: one stands out, the forbidden say why, those with legal effect ask first."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils import translation

from agencies.models import Agency
from portal.errors import Conflict
from portal.templatetags.portal_moves import arrange_moves
from portal.workflow import Offer, move, seen
from tests.factories import AgencyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def made(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("agency/<int:pk>/", made, name="agency_detail"),
    *(path(f"{name}/<int:pk>/", made, name=f"roster_{name}") for name in ("sign", "void", "send")),
]
BASIS = "《办法》第十八条"


@pytest.fixture
def agency() -> Agency:
    agency = AgencyFactory()
    agency.state = "draft"
    return agency


def offer(name: str, why_not: str = "", *, basis: str = "", reason: bool = False) -> Offer:
    step = move(name, f"动作{name}", ["draft"], "done", permission="p", basis=basis, reason=reason)
    return Offer(step, not why_not, why_not)


def drawn(agency: Agency, *offers: Offer) -> str:
    context = {"offers": offers, "noun": "roster", "obj": agency, "csrf_token": "t"}
    with translation.override("zh-hans"):
        return render_to_string("components/moves.html", context)


def test_the_first_allowed_move_stands_out(agency: Agency):
    moves = arrange_moves([offer("void", "不行"), offer("sign"), offer("send")], "roster", agency)
    assert moves.first is not None
    assert moves.first.url == f"/sign/{agency.pk}/"
    assert [one.key for one in moves.rest] == ["roster-void", "roster-send"]


def test_a_forbidden_move_cannot_be_pressed_and_says_why(agency: Agency):
    page = drawn(agency, offer("void", "只有负责人可以作废。"))
    assert "<form" not in page
    assert 'aria-disabled="true"' in page
    assert page.count("只有负责人可以作废。") == 2


def test_a_plain_move_is_one_click_with_the_state_it_was_offered_in(agency: Agency):
    page = drawn(agency, offer("send"))
    assert "<dialog" not in page
    assert '<input type="hidden" name="seen" value="draft">' in page


def test_a_move_with_legal_effect_names_its_basis_and_takes_its_reason(agency: Agency):
    page = drawn(agency, offer("sign", basis=BASIS, reason=True))
    assert f'href="/sign/{agency.pk}/" data-dialog="roster-sign"' in page
    dialog = page[page.index("<dialog") :]
    assert BASIS in dialog
    assert 'name="reason"' in dialog
    assert 'name="seen" value="draft"' in dialog


def test_no_offers_draw_nothing(agency: Agency):
    assert not drawn(agency).strip()


def test_a_stale_page_is_a_conflict_and_a_fresh_one_is_not(agency: Agency):
    seen(agency, "draft")
    seen(agency, None)
    with pytest.raises(Conflict) as conflict:
        seen(agency, "submitted")
    assert conflict.value.url == f"/agency/{agency.pk}/"
