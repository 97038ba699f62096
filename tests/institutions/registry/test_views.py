"""Pages of the register: who reads what, what forms keep, and how often the database is asked."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import User
from institutions.models import Certificate, Institution
from institutions.registry import services
from institutions.registry.choices import SiteKind
from institutions.registry.selectors import figures, hits, work
from institutions.registry.tables import INSTITUTIONS
from portal.access import AgencyKind, Role
from tests.factories import (
    DISTRICT,
    SIBLING,
    ActorFactory,
    InstitutionFactory,
    PostFactory,
    UserFactory,
    district,
)

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
TODAY = dt.date(2026, 11, 21)
PHONE = "021-00001234"


def browser(**traits) -> Client:
    return signed_in(PostFactory(**traits).user)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def page(client: Client, name: str, *args, **query) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("traits", "reads"),
    [
        ({"agency__kind": AgencyKind.MARKET}, True),
        ({"agency__kind": AgencyKind.ECOLOGY, "roles": [Role.LEADER]}, True),
        ({"agency__kind": AgencyKind.AUDIT, "roles": [Role.AUDITOR]}, True),
        ({"agency__kind": AgencyKind.ECOLOGY, "agency__of_city": True}, True),
        ({"agency__kind": AgencyKind.WATER}, False),
        ({"agency__kind": AgencyKind.MARKET, "agency__sibling": True}, False),
        ({"agency__kind": AgencyKind.MARKET, "roles": [Role.SYSADMIN]}, False),
        ({"agency__kind": AgencyKind.MONITORING_STATION}, False),
    ],
)
def test_contacts_are_read_on_page_list_and_api_by_the_same_people(traits, reads):
    institution = InstitutionFactory(in_contact=True, remarks="内部备注")
    client = browser(**traits)
    seen = {
        "page": PHONE in page(client, "institution_detail", institution.pk),
        "list": PHONE in page(client, "institution_list", columns="name,contact_phone"),
        "rest": PHONE in page(client, "api_institution", institution.uscc),
        "rest list": PHONE in page(client, "api_institutions", columns="uscc,contact_phone"),
    }
    assert set(seen.values()) == {reads}, seen


def test_contacts_of_institutions_outside_stay_blank_in_the_same_list():
    InstitutionFactory(in_contact=True, name="上海沅衡检测技术有限公司")
    InstitutionFactory(contact_phone="021-99999999", sibling=True)
    listed = page(browser(), "institution_list", columns="name,contact_phone")
    assert PHONE in listed
    assert "021-99999999" not in listed


def test_an_institution_reads_its_own_contacts_and_nobody_elses():
    own, other = InstitutionFactory(in_contact=True), InstitutionFactory(in_contact=True)
    client = signed_in(UserFactory(institution_id=own.pk))
    assert PHONE in page(client, "institution_detail", own.pk)
    assert PHONE not in page(client, "institution_detail", other.pk)


def test_the_public_page_shows_the_certificate_read_aloud_and_no_contact():
    institution = InstitutionFactory(in_contact=True, certified=True, filing_number="沪环测备1号")
    shown = page(Client(), "public_institution", institution.uscc)
    for words in (institution.name, "240912050001", "2024 年发证", "环境与环保", "已备案"):
        assert words in shown
    for words in (PHONE, "王某某", "沪环测备1号"):
        assert words not in shown


def test_the_public_finds_an_institution_by_a_former_name():
    institution = InstitutionFactory(name="上海沅衡检测技术有限公司")
    services.rename(
        institution,
        name="上海泓朗检测技术有限公司",
        until_on=TODAY,
        version=1,
        actor=ActorFactory(),
        reason="更名",
    )
    assert "泓朗" in page(Client(), "public_institutions", q="沅衡")
    assert "没有找到" in page(Client(), "public_institutions", q="无此机构")
    assert "至少输入两个字" in page(Client(), "public_institutions", q="沅")


def test_the_page_of_a_merged_entry_leads_to_the_other():
    stays, duplicate = InstitutionFactory(), InstitutionFactory()
    services.merge(duplicate, into=stays, version=1, actor=ActorFactory(), reason="重复")
    response = Client().get(reverse("public_institution", args=[duplicate.uscc]))
    assert response["Location"] == reverse("public_institution", args=[stays.uscc])
    assert stays.name in page(browser(), "institution_detail", duplicate.pk)
    assert duplicate.name not in page(browser(), "institution_list")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "near far ended bare"),
        ({"scope": "mine"}, "near ended bare"),
        ({"certificate": "expired"}, "ended"),
        ({"certificate": "none"}, "bare"),
        ({"filed": "yes"}, "near"),
        ({"filed": "no"}, "far ended bare"),
        ({"status": "suspended"}, "bare"),
        ({"kind": "operator"}, "far"),
        ({"rostered": "yes"}, "near"),
        ({"rostered": "no", "scope": "mine"}, "ended bare"),
        ({"q": "沅衡"}, "near"),
        ({"region": SIBLING}, "far"),
        ({"region": "310000", "filed": "yes"}, "near"),
    ],
)
def test_the_list_narrows(query, found):
    near = InstitutionFactory(
        name="上海沅衡检测技术有限公司", certified=True, filing_number="沪环测备1号"
    )
    far = InstitutionFactory(sibling=True, certified=True, kind="operator")
    ended = InstitutionFactory(
        certificate_number="180912050001", certificate_valid_to=dt.date(2024, 1, 1)
    )
    bare = InstitutionFactory(status="suspended")
    services.set_standing(
        [near.pk],
        kind="roster",
        value="yes",
        source="roster:1",
        from_on=TODAY,
        actor=ActorFactory(),
    )
    names = {near.name: "near", far.name: "far", ended.name: "ended", bare.name: "bare"}
    if "region" in query:
        code = query["region"]
        region = far.region if code == SIBLING else district(DISTRICT).parent
        query = {**query, "region": region.pk}
    shown = page(browser(), "institution_list", **query)
    assert {word for name, word in names.items() if name in shown} == set(found.split())


def test_partners_are_not_asked_about_rosters():
    assert "rostered" not in page(browser(agency__kind=AgencyKind.WATER), "institution_list")
    assert "rostered" in page(browser(), "institution_list")


def test_the_list_asks_the_database_equally_often_for_any_number(django_assert_num_queries):
    client = browser()
    page(client, "institution_list")
    for _round in range(2):
        InstitutionFactory.create_batch(15, certified=True)
        with django_assert_num_queries(10):
            page(client, "institution_list")


def test_the_page_asks_the_database_equally_often_for_any_history(django_assert_max_num_queries):
    institution, actor, client = InstitutionFactory(certified=True), ActorFactory(), browser()
    for number in range(6):
        services.add_site(
            institution,
            kind=SiteKind.LABORATORY,
            region=district(),
            address=f"示范路 {number} 号",
            actor=actor,
        )
    with django_assert_max_num_queries(34):
        page(client, "institution_detail", institution.pk)


def test_create_warns_of_a_similar_name_and_keeps_what_was_entered():
    InstitutionFactory(name="上海澄域检测技术有限公司")
    client, entered = (
        browser(),
        {
            "uscc": "９１310113ma1tex706g",
            "name": "上海澄域环境检测技术有限公司",
            "kind": "social",
            "region": district().pk,
            "address": "示范一路 1 号",
        },
    )
    warned = client.post(reverse("institution_create"), entered).content.decode()
    assert "上海澄域检测技术有限公司" in warned
    assert "示范一路 1 号" in warned
    saved = client.post(reverse("institution_create"), {**entered, "reason": "已核执照"})
    institution = Institution.objects.get(uscc="91310113MA1TEX706G")
    assert saved["Location"] == institution.get_absolute_url()


def test_a_wrong_code_is_answered_with_the_right_last_character():
    entered = {"uscc": "91310113MA1TEX706H", "name": "甲", "kind": "social", "region": 0}
    shown = browser().post(reverse("institution_create"), entered).content.decode()
    assert "末位应为 G" in shown


def test_a_stale_form_is_answered_with_409():
    institution, client = InstitutionFactory(), browser()
    entered = {"kind": "social", "region": district().pk, "address": "甲", "version": 1}
    address = reverse("institution_edit", args=[institution.pk])
    assert client.post(address, entered).status_code == 302
    assert client.post(address, {**entered, "address": "乙"}).status_code == 409
    institution.refresh_from_db()
    assert institution.address == "甲"


def test_a_certificate_of_another_field_is_saved_with_a_warning():
    institution, client = InstitutionFactory(), browser()
    address = reverse("certificate_create", args=[institution.pk])
    entered = {"number": "240903050007", "valid_from": "2024-06-01", "valid_to": "2030-01-01"}
    shown = client.post(address, entered, follow=True).content.decode()
    assert Certificate.objects.get().number == "240903050007"
    assert "不是环境监测常见领域" in shown
    assert "按起始日推算应至" in shown
    entered["number"] = "249903050007"
    assert "12 位数字" in client.post(address, entered).content.decode()
    assert Certificate.objects.count() == 1


def test_the_desk_has_figures_and_certificates_that_end():
    actor, soon = ActorFactory(), TODAY + dt.timedelta(days=30)
    InstitutionFactory(certificate_number="201212050001", certificate_valid_to=soon)
    InstitutionFactory(certified=True)
    InstitutionFactory(sibling=True, certificate_valid_to=soon)
    assert [figure.value for figure in figures(actor, TODAY)] == [2, 2, 0, 1, 0]
    assert [item.due_on for item in work(actor, TODAY)] == [soon]
    assert work(ActorFactory(agency__kind=AgencyKind.WATER), TODAY) == []
    assert figures(ActorFactory(agency__kind=AgencyKind.WATER), TODAY) == []


def test_the_search_finds_by_two_letters_and_by_code():
    institution, actor = InstitutionFactory(name="上海沅衡检测技术有限公司"), ActorFactory()
    InstitutionFactory()
    for term in ("沅衡", institution.uscc[-6:], institution.uscc.lower()):
        assert [hit.label for hit in hits(actor, term, 5)] == [institution.name]
    assert hits(actor, "沅", 5) == []


def test_every_column_of_the_list_has_a_place_in_the_export():
    labels = [str(column.label) for column in INSTITUTIONS.columns]
    assert len(set(labels)) == len(labels)


def test_both_entries_of_a_merge_lie_in_the_chiefs_scope():
    mine, foreign = InstitutionFactory(), InstitutionFactory(sibling=True)
    chief = browser(roles=[Role.CHIEF])
    form = {"into": foreign.uscc, "reason": "同一家", "version": 1}
    answer = chief.post(reverse("institution_merge", args=[mine.pk]), form)
    assert "不在本区范围内" in answer.content.decode()
    assert Institution.objects.current().count() == 2
