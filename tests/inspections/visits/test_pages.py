"""The pages and lists of visits and orders, as people use them."""

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import User
from inspections.models import Order, ResultCode, Visit
from inspections.publications import services as publications
from inspections.rectifications.tables import ORDERS
from inspections.results.services import seed_result_codes
from inspections.visits.choices import VisitState
from inspections.visits.tables import VISITS
from tests.factories import UserFactory
from tests.inspections.onsite import photo
from tests.portal.lists.checks import assert_constant_queries, assert_list_and_export_agree

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def browser():
    def sign_in(user) -> Client:
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def inspector(crew, browser):
    return browser(crew.inspectors[2].user)


def user_of(actor):
    return User.objects.get(pk=actor.user_id)


def ok(response):
    assert response.status_code == 302, response.context["form"].errors
    return response


def test_a_visit_from_its_form_to_its_publication(crew, browser):
    """Every step through its page, by the person whose step it is."""
    officer, mkt = browser(user_of(crew.officer)), browser(crew.inspectors[2].user)
    eco, chief = browser(crew.inspectors[0].user), browser(user_of(crew.chief))
    visit = crew.opened()
    page = f"/inspections/visits/{visit.pk}/"
    ok(mkt.post(f"{page}record/", {"text": "检查了十八项", "representative": "钱某"}))
    for person in crew.inspectors:
        ok(browser(person.user).post(f"{page}sign/"))
    ok(eco.post(f"{page}sign-institution/", {"name": "钱某"}))
    seed_result_codes()
    code = ResultCode.objects.get(code="01").pk
    for client in (mkt, eco):
        ok(client.post(f"{page}results/new/", {"code": code}))
    ok(mkt.post(f"{page}submit-results/"))
    ok(chief.post(f"{page}review/", {"opinion": "同意"}))
    ok(officer.post(f"{page}close/"))
    ok(browser(user_of(crew.ecology_officer)).post(f"{page}close/"))
    ok(officer.post(f"{page}publication/"))
    made = visit.publications.get()
    ok(chief.post(f"/inspections/publications/{made.pk}/publish/"))
    visit.refresh_from_db()
    assert visit.state == VisitState.CLOSED
    public = Client().get("/public/inspections/", {"q": visit.institution.uscc})
    assert visit.institution_name in public.content.decode()
    assert "未发现问题" in Client().get(f"/public/inspections/{made.pk}/").content.decode()


# --- The checklist on a phone -----------------------------------------------------------------


def test_each_card_saves_itself_and_says_what_is_wrong(crew, inspector):
    visit = crew.opened()
    row = visit.item_results.first()
    url = reverse("visit_check_item", args=[visit.pk, row.point_id])
    saved = inspector.post(url, {f"value_{row.point_id}": "yes"})
    assert "已保存" in saved.content.decode()
    refused = inspector.post(url, {f"value_{row.point_id}": "no"})
    assert "写明情况" in refused.content.decode()
    row.refresh_from_db()
    assert row.value == "yes"
    assert inspector.post(reverse("visit_check_item", args=[visit.pk, 10**9])).status_code == 404


def test_without_scripts_one_button_saves_all_and_loses_nothing(crew, inspector):
    visit = crew.opened()
    first, second, *_rest = visit.item_results.all()
    sent = {
        f"value_{first.point_id}": "no",
        f"value_{second.point_id}": "yes",
        f"remark_{second.point_id}": "查验原件",
    }
    url = reverse("visit_check", args=[visit.pk])
    page = inspector.post(url, sent)
    assert page.status_code == 200  # the first lacks its remark, the second is kept all the same
    second.refresh_from_db()
    assert (second.value, second.remark) == ("yes", "查验原件")
    ok(inspector.post(url, {**sent, f"remark_{first.point_id}": "证书过期"}))
    first.refresh_from_db()
    assert (first.value, first.remark) == ("no", "证书过期")


def test_a_photo_is_kept_for_its_point(crew, inspector):
    visit = crew.opened()
    point = visit.item_results.first().point
    url = reverse("evidence_add", args=[visit.pk])
    sent = {"upload": photo(), "kind": "photo", "place": "实验室", "point": point.pk}
    answer = ok(inspector.post(url, sent))
    assert answer["Location"].endswith(f"#point-{point.pk}")
    kept = visit.evidence.get()
    assert kept.point == point
    page = inspector.get(reverse("visit_detail", args=[visit.pk])).content.decode()
    assert kept.file.sha256 in page


# --- The institution --------------------------------------------------------------------------


def test_the_institution_answers_its_order_and_sees_no_evidence(crew, browser, inspector):
    order = crew.order()
    visit = order.visit
    crew.signed(visit)
    own = browser(UserFactory(institution_id=order.institution_id))
    desk = own.get("/desk/").content.decode()
    assert "提交整改材料" in desk
    sent = {"text": "已补签字", "file_1": photo()}
    ok(own.post(reverse("order_submit", args=[order.pk]), sent))
    order.refresh_from_db()
    assert order.state == "submitted"
    page = own.get(reverse("visit_detail", args=[visit.pk])).content.decode()
    assert "现场检查笔录" in page
    assert "逐项结果" not in page
    assert "逐项结果" in inspector.get(reverse("visit_detail", args=[visit.pk])).content.decode()


def test_a_head_shows_neither_purpose_nor_place(crew, browser):
    visit = crew.opened(crew.plan(cooperating=None, inspectors=crew.inspectors[2:]))
    page = browser(user_of(crew.ecology_officer)).get(visit.get_absolute_url()).content.decode()
    assert visit.institution_name in page
    for hidden in (visit.purpose, visit.place, visit.inspection_code):
        assert hidden not in page


def test_the_institutions_page_shows_visits_orders_and_the_cap(crew, browser):
    order = crew.order()
    page = browser(user_of(crew.officer)).get(order.institution.get_absolute_url())
    text = page.content.decode()
    assert "建立检查任务" in text
    assert order.get_absolute_url() in text
    assert "全市累计已检查 1 次" in text


# --- Lists ------------------------------------------------------------------------------------


def test_lists_and_exports_agree(crew, tmp_path):
    crew.plan()
    crew.order()
    assert len(assert_list_and_export_agree(VISITS, crew.officer, tmp_path)) == 2
    assert len(assert_list_and_export_agree(ORDERS, crew.officer, tmp_path)) == 1


@pytest.mark.parametrize("name", ["visit_list", "order_list"])
def test_queries_of_the_lists_do_not_grow(crew, browser, name):
    client = browser(user_of(crew.officer))
    crew.order()

    def grow():
        for _number in range(3):
            crew.order()

    assert_constant_queries(lambda: client.get(reverse(name)), grow, most=22)
    assert Visit.objects.count() == Order.objects.count() == 4


def test_queries_of_the_public_list_do_not_grow(crew):
    def publish():
        made = publications.draft(crew.reviewed(), actor=crew.officer)
        publications.publish(made, actor=crew.chief)

    publish()
    url = reverse("public_results")
    assert_constant_queries(lambda: Client().get(url), publish, most=4)
