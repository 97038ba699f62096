"""Inspectors and experts: certificates, who sees them, workbooks."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from agencies.models import Expert, Inspector
from agencies.people import permissions, rules, selectors, services
from agencies.people.sheets import INSPECTOR_SHEET
from portal.access import AgencyKind, Role
from portal.errors import Refused
from portal.models import StoredFile
from portal.workbooks import template
from tests.factories import ActorFactory, AgencyFactory, PostFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 21)


def inspector(number: str = "SH-0113-0001", **facts) -> Inspector:
    agency = facts.pop("agency", None) or AgencyFactory(kind=AgencyKind.ECOLOGY)
    defaults = {"name": "某人", "valid_from": dt.date(2025, 1, 1), "valid_to": dt.date(2027, 1, 1)}
    return Inspector.objects.create(
        agency=agency, certificate_number=number, **{**defaults, **facts}
    )


@pytest.mark.parametrize(
    ("valid_to", "answer"),
    [
        (dt.date(2026, 11, 20), "expired"),
        (dt.date(2026, 11, 21), "expiring"),
        (dt.date(2027, 1, 20), "expiring"),
        (dt.date(2027, 1, 21), "valid"),
    ],
)
def test_a_certificate_warns_sixty_days_ahead(valid_to: dt.date, answer: str):
    assert rules.validity(valid_to, DAY) == answer


@pytest.mark.parametrize(
    ("text", "good"),
    [("SH-0113-0001", True), ("sh-0113", False), ("12345", False), ("A" * 21, False)],
)
def test_certificate_numbers_have_their_form(text: str, good: bool):
    assert rules.is_certificate_number(text) is good


def test_ready_means_valid_present_and_on_the_list():
    ready = inspector()
    inspector("SH-0113-0002", valid_to=dt.date(2026, 1, 1))
    inspector("SH-0113-0003", leave_from=DAY, leave_to=DAY)
    inspector("SH-0113-0004", ended_on=DAY)
    assert list(Inspector.objects.ready_on(DAY)) == [ready]


@pytest.mark.parametrize(
    ("traits", "sees"),
    [
        ({"agency__kind": AgencyKind.MARKET}, True),
        ({"agency__kind": AgencyKind.ECOLOGY, "agency__of_city": True}, True),
        ({"agency__kind": AgencyKind.AUDIT, "roles": [Role.AUDITOR]}, True),
        ({"agency__kind": AgencyKind.WATER}, False),
        ({"agency__kind": AgencyKind.ECOLOGY, "agency__sibling": True}, False),
    ],
)
def test_the_bureaus_of_the_district_see_each_others_people(traits: dict, sees: bool):
    inspector()
    assert Inspector.objects.visible_to(ActorFactory(**traits)).exists() is sees


def test_an_ending_certificate_stands_on_the_keepers_desk():
    agency = AgencyFactory(kind=AgencyKind.ECOLOGY)
    inspector(agency=agency, valid_to=dt.date(2026, 12, 1))
    [line] = selectors.certificates_ending(ActorFactory(agency=agency), DAY)
    assert line.due_on == dt.date(2026, 12, 1)
    assert selectors.certificates_ending(ActorFactory(), DAY) == []


# --- Pages and workbooks --------------------------------------------------------------------


@pytest.fixture
def keeper(client: Client) -> Client:
    client.force_login(PostFactory(agency__kind=AgencyKind.ECOLOGY).user)
    return client


def test_an_officer_enters_and_edits_the_own_people(keeper: Client):
    data = {
        "name": "新检查员",
        "certificate_number": "SH-0113-0009",
        "valid_from": "2025-01-01",
        "valid_to": "2027-01-01",
        "specialities": ["water", "air"],
    }
    keeper.post(reverse("inspector_create"), data)
    made = Inspector.objects.get()
    assert made.specialities == ["water", "air"]
    address = reverse("inspector_edit", args=[made.pk])
    assert keeper.post(address, {**data, "name": "改名", "version": 1}).status_code == 302
    assert keeper.post(address, {**data, "name": "再改", "version": 1}).status_code == 409
    made.refresh_from_db()
    assert made.name == "改名"


def test_an_expert_is_engaged_once_a_year(keeper: Client):
    data = {"name": "某专家", "organisation": "某所", "fields_known": ["soil"], "year": 2026}
    keeper.post(reverse("expert_create"), data)
    again = keeper.post(reverse("expert_create"), data)
    assert "本年度已登记" in again.content.decode()
    assert Expert.objects.get().fields == ["soil"]


def workbook(*rows: dict) -> SimpleUploadedFile:
    return SimpleUploadedFile("名单.xlsx", template(INSPECTOR_SHEET, rows, {}))


def row(number: str, **facts) -> dict:
    base = {
        "name": "张三丰",
        "certificate_number": number,
        "valid_from": dt.date(2025, 1, 1),
        "valid_to": dt.date(2027, 1, 1),
        "specialities": ("water",),
    }
    return {**base, **facts}


def test_a_workbook_is_checked_first_and_entered_on_confirmation(keeper: Client):
    upload = workbook(row("SH-0113-0001"), row("SH-0113-0002", name="李四光"))
    checked = keeper.post(reverse("inspector_import"), {"file": upload})
    page = keeper.get(checked["Location"])
    assert "共 2 人" in page.content.decode()
    assert not Inspector.objects.exists()
    keeper.post(checked["Location"])
    assert Inspector.objects.count() == 2
    keeper.post(checked["Location"])
    assert Inspector.objects.count() == 2


def test_one_faulty_row_keeps_everything_out(keeper: Client):
    bad = row("SH-0113-0002", valid_to=dt.date(2024, 1, 1))
    upload = workbook(row("SH-0113-0001"), bad)
    checked = keeper.post(reverse("inspector_import"), {"file": upload})
    page = keeper.post(checked["Location"]).content.decode()
    assert "证件有效期截止日不能早于起始日" in page
    assert not Inspector.objects.exists()


def test_the_template_names_the_columns(keeper: Client):
    book = load_workbook(io.BytesIO(keeper.get(reverse("inspector_template")).content))
    words = {str(cell.value) for line in book.worksheets[0].iter_rows() for cell in line}
    assert any("执法证号" in word for word in words)


def test_the_list_asks_the_same_number_of_queries(keeper: Client, django_assert_max_num_queries):
    for number in range(30):
        inspector(f"SH-0113-{number:04d}")
    keeper.get(reverse("inspector_list"))
    with django_assert_max_num_queries(16):
        assert keeper.get(reverse("inspector_list")).status_code == 200


def test_a_person_is_entered_once_however_often_the_button_is_pressed():
    actor = ActorFactory(agency__kind=AgencyKind.ECOLOGY)
    days = {"valid_from": dt.date(2025, 1, 1), "valid_to": dt.date(2027, 1, 1)}
    people = [Inspector(name="某人", certificate_number="SH-0113-0001", **days) for _n in range(2)]
    with pytest.raises(Refused, match="已登记"):
        services.import_people(people, actor=actor, source="x")
    assert not Inspector.objects.exists()
    services.enter(people[0], actor=actor)
    with pytest.raises(Refused, match="已登记"):
        services.enter(people[1], actor=actor)


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN])
def test_the_administrators_of_a_bureau_read_no_people(role: str):
    agency = inspector().agency
    administrator = ActorFactory(agency=agency, roles=[role])
    assert not Inspector.objects.visible_to(administrator).exists()
    assert not permissions.can_list(administrator)
    assert Inspector.objects.visible_to(ActorFactory(agency=agency)).exists()


def test_an_uploaded_list_is_its_uploaders_alone(keeper: Client):
    keeper.post(reverse("inspector_import"), {"file": workbook(row("SH-0113-0001"))})
    stored = StoredFile.objects.get()
    assert stored.subject_ref == ""
    assert not StoredFile.objects.visible_to(ActorFactory()).exists()
