"""The law's pages as a legal reviewer and a colleague use them."""

import datetime as dt
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agencies.models import User
from portal.access import AgencyKind, Role
from portal.clocks import today
from portal.law.models import CalendarYear, DeadlineRule, LawParameter
from portal.law.tables import PARAMETERS, RULES
from tests.factories import ActorFactory, PostFactory
from tests.portal.lists.checks import assert_list_and_export_agree

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
BACKEND = "django.contrib.auth.backends.ModelBackend"


def browser(*roles: str) -> tuple[Client, User]:
    post = PostFactory(roles=list(roles), agency__kind=AgencyKind.ECOLOGY)
    client = Client()
    client.force_login(post.user, backend=BACKEND)
    return client, post.user


def workbook(client: Client, rows: list[tuple[str, str, str]]) -> SimpleUploadedFile:
    """The portal's own template, filled in."""
    book = openpyxl.load_workbook(BytesIO(client.get(reverse("calendar_template")).content))
    sheet = book.worksheets[0]
    header = next(r for r in range(1, 20) if "日期" in str(sheet.cell(r, 1).value))
    for offset, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            sheet.cell(header + offset, column, value)
    body = BytesIO()
    book.save(body)
    return SimpleUploadedFile("2027.xlsx", body.getvalue())


def test_lists_take_a_constant_number_of_queries(django_assert_max_num_queries):
    client, _user = browser(Role.OFFICER)
    for name in ("rule_list", "parameter_list", "calendar_list", "basis_list"):
        with django_assert_max_num_queries(16):
            assert client.get(reverse(name)).status_code == 200


def test_the_exports_of_rules_and_parameters_are_their_lists(tmp_path: Path):
    officer = ActorFactory(roles=[Role.OFFICER])
    rules = assert_list_and_export_agree(RULES, officer, tmp_path)
    assert_list_and_export_agree(PARAMETERS, officer, tmp_path)
    assert len(rules) == DeadlineRule.objects.in_force(today()).count()


def test_a_new_version_goes_through_two_people():
    first, _user = browser(Role.LEGAL)
    second, _user = browser(Role.LEGAL)
    rule = DeadlineRule.objects.get(code="D30")
    page = first.get(rule.get_absolute_url()).content.decode()
    assert "整改期限（默认）" in page
    assert "30 自然日内" in page
    data = {
        **{k: v for k, v in vars(rule).items() if isinstance(v, (str, int)) and v != ""},
        "basis": "",
        "effective_from": "2026-12-01",
        "length": 15,
        "rolls": "on",
        "change_reason": "本区规定",
    }
    answer = first.post(reverse("rule_propose", args=[rule.pk]), data)
    assert answer.status_code == 302, answer.context["form"].errors
    new = DeadlineRule.objects.get(code="D30", version=2)
    assert (new.length, new.state, new.reason) == (15, "draft", "本区规定")
    assert first.post(reverse("rule_approve", args=[new.pk])).status_code == 403
    second.post(reverse("rule_approve", args=[new.pk]))
    new.refresh_from_db()
    assert new.state == "approved"
    assert new.approved_by != new.proposed_by


def test_parameter_pages_show_value_and_basis():
    client, _user = browser(Role.OFFICER)
    parameter = LawParameter.objects.get(code="hearing.shanghai.organisation")
    page = client.get(parameter.get_absolute_url()).content.decode()
    assert "50000" in page
    assert "地方规定优先" in page


def test_a_calendar_is_imported_looked_through_and_confirmed_by_a_second_person():
    first, _user = browser(Role.LEGAL)
    second, _user = browser(Role.LEGAL)
    upload = workbook(first, [("2027-01-01", "休息", "元旦"), ("2027-02-06", "上班", "春节")])
    data = {"year": 2027, "source": "国办通知", "file": upload}
    answer = first.post(reverse("calendar_import"), data)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    draft = CalendarYear.objects.get(year=2027, state="draft")
    page = first.get(draft.get_absolute_url()).content.decode()
    assert "改为上班" in page
    second.post(reverse("calendar_approve", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.state == "official"
    assert list(draft.days.values_list("on", "working")) == [
        (dt.date(2027, 1, 1), False),
        (dt.date(2027, 2, 6), True),
    ]


def test_a_faulty_calendar_is_told_by_cell_and_changes_nothing():
    client, _user = browser(Role.LEGAL)
    rows = [("2027-01-01", "休息", "元旦"), ("2028-02-06", "休息", ""), ("2027-02-30", "放假", "")]
    data = {"year": 2027, "source": "国办通知", "file": workbook(client, rows)}
    answer = client.post(reverse("calendar_import"), data)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert len(answer.context["issues"]) == 3
    assert "不在所选年度" in page
    assert not CalendarYear.objects.filter(state="draft").exists()
