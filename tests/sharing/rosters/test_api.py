"""The REST doors: the same check and the same verbs as the pages."""

import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from agencies.accounts.services import issue_token
from portal.access import AgencyKind, Role, job_actor
from portal.files.models import StoredFile
from portal.models import AuditEvent
from portal.refs import ref
from sharing.models import Roster
from sharing.rosters import sheets
from sharing.rosters.choices import RosterState, VersionKind
from tests.factories import PeriodFactory, PostFactory, RosterFactory
from tests.portal.files.conftest import EICAR, clamd  # noqa: F401  # a fixture
from tests.sharing.workbooks import filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "files")]

URL = "/api/v1/rosters/"
TEMPLATE = "/api/v1/rosters/template/"
KEYS = {"sheet", "cell", "value", "code", "tier", "message", "suggestion"}


@pytest.fixture
def roster() -> Roster:
    return RosterFactory(agency__short_name="区水务局", agency__name="示范区水务局")


def token_of(agency, *roles) -> Client:
    """A program that signs in with a token of a post."""
    key = issue_token(PostFactory(agency=agency, roles=list(roles)), actor=job_actor("test"))
    return Client(headers={"Authorization": f"Token {key}"})


@pytest.fixture
def clerk(roster) -> Client:
    return token_of(roster.agency, Role.REPORTER)


@pytest.fixture
def officer(roster) -> Client:
    return token_of(roster.receiver, Role.OFFICER)


def send(client: Client, roster: Roster, *rows, **words):
    return client.post(URL, {"period": roster.period.code, "file": filled(roster, *rows), **words})


def state_of(roster: Roster) -> str:
    roster.refresh_from_db()
    return roster.state


def test_the_template_of_the_period_comes_as_a_workbook(clerk, roster):
    answer = clerk.get(TEMPLATE, {"period": roster.period.code})
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert roster.period.code in book.worksheets[0]["A1"].value


@pytest.mark.usefixtures("in_june")
def test_a_dry_run_tells_the_issues_and_keeps_nothing(clerk, roster):
    answer = send(clerk, roster, {}, {"统一社会信用代码": "91310113MA1TEX706X", "备案编号": ""})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["period"], body["rows"]) == (roster.period.code, 2)
    assert all(set(issue) == KEYS for issue in body["issues"])
    found = {(issue["cell"], issue["code"], issue["tier"]) for issue in body["issues"]}
    assert found == {("E5", "uscc", "validity"), ("H5", "no_filing", "plausible")}
    assert not roster.versions.exists()


@pytest.mark.usefixtures("in_june")
def test_a_clean_workbook_is_accepted_with_its_receipt(clerk, roster):
    answer = send(clerk, roster, dry_run="false")
    assert answer.status_code == 201, answer.content
    body = answer.json()
    version = roster.versions.get()
    assert state_of(roster) == RosterState.SUBMITTED
    assert (body["receipt"], body["sha256"]) == (version.receipt, version.file.sha256)
    assert (body["version"], body["rows"], body["nil"]) == (1, 1, False)
    assert AuditEvent.objects.filter(stream=ref(roster), verb="roster.submit").count() == 1


@pytest.mark.usefixtures("in_june")
def test_a_faulty_workbook_is_refused_with_every_issue(clerk, roster):
    answer = send(clerk, roster, {"联系电话": "1381", "CMA证书编号": "12"}, dry_run="false")
    assert answer.status_code == 422
    body = answer.json()
    assert body["code"] == "issues"
    assert [issue["code"] for issue in body["issues"]] == ["certificate_number", "phone"]
    assert all(set(issue) == KEYS for issue in body["issues"])
    assert not roster.versions.exists()


@pytest.mark.usefixtures("in_june")
def test_an_outlier_is_accepted_with_its_reason(clerk, roster):
    reason = {"cell": "H4", "code": "no_filing", "reason": "正在办理备案"}
    refused = send(clerk, roster, {"备案编号": ""}, dry_run="false")
    assert refused.status_code == 422
    answer = send(clerk, roster, {"备案编号": ""}, dry_run="false", confirm=json.dumps([reason]))
    assert answer.status_code == 201, answer.content
    [kept] = roster.versions.get().rows.get().confirmations
    assert (kept["code"], kept["reason"]) == ("no_filing", "正在办理备案")


@pytest.mark.usefixtures("in_june")
def test_a_reason_for_an_error_does_not_make_it_right(clerk, roster):
    reason = {"cell": "E4", "code": "uscc", "reason": "机构坚持"}
    wrong = {"统一社会信用代码": "91310113MA1TEX706X"}
    answer = send(clerk, roster, wrong, dry_run="false", confirm=json.dumps([reason]))
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "confirm",
    [
        "{",
        '{"cell": "E4"}',
        '"E4"',
        "[1]",
        "[null]",
        '[{"cell": "E4", "code": "uscc"}]',
        '[{"cell": "E4", "code": "uscc", "reason": ""}]',
        '[{"cell": ["E4"], "code": {"a": 1}, "reason": "x"}]',
        "[" * 100_000,
    ],
)
def test_a_malformed_confirmation_is_told(clerk, roster, confirm):
    answer = send(clerk, roster, confirm=confirm)
    assert answer.status_code == 400
    assert "confirm" in answer.json()["details"]


def of_kind(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize("dry_run", ["true", "false"])
@pytest.mark.parametrize(
    ("file", "word"),
    [
        (lambda: of_kind("名单.pdf", b"%PDF-1.7"), "格式不在允许之列"),
        (lambda: of_kind("名单.xlsx", b"%PDF-1.7"), "内容与扩展名不符"),
        (lambda: of_kind("名单.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "已加密"),
        (lambda: of_kind("名单.csv", b""), "空文件"),
        (lambda: of_kind("名单.csv", b"a" * 2048), "文件超过"),
    ],
)
def test_a_file_that_the_pages_refuse_is_refused_before_it_is_read(
    clerk, roster, settings, monkeypatch, file, word, dry_run
):
    settings.UPLOAD_MAX_BYTES = 1024
    monkeypatch.delattr(sheets, "examine")
    given = {"period": roster.period.code, "file": file(), "dry_run": dry_run}
    answer = clerk.post(URL, given)
    assert answer.status_code == 400
    assert word in answer.content.decode()


@pytest.mark.usefixtures("clamd", "in_june")
def test_a_scanned_file_is_read_and_one_with_a_virus_is_not(clerk, roster, monkeypatch):
    assert send(clerk, roster).json() == {"period": roster.period.code, "rows": 1, "issues": []}
    monkeypatch.delattr(sheets, "examine")
    file = of_kind("名单.csv", EICAR)
    answer = clerk.post(URL, {"period": roster.period.code, "file": file})
    assert answer.status_code == 400
    assert "含有病毒" in answer.content.decode()
    assert not StoredFile.objects.exists()


@pytest.mark.usefixtures("in_june")
def test_while_the_scanner_is_away_nothing_is_read(clerk, roster, settings, tmp_path, monkeypatch):
    settings.CLAMD_ADDRESS = str(tmp_path / "nobody.sock")
    monkeypatch.delattr(sheets, "examine")
    answer = send(clerk, roster)
    assert answer.status_code == 400
    assert "尚未通过查毒" in answer.content.decode()


@pytest.mark.usefixtures("in_june")
def test_a_nil_report_counts(clerk, roster):
    words = {"period": roster.period.code, "nil": "true"}
    dry = clerk.post(URL, words)
    assert (dry.status_code, dry.json()["nil"]) == (200, True)
    assert not roster.versions.exists()
    answer = clerk.post(URL, {**words, "dry_run": "false"})
    assert (answer.status_code, answer.json()["nil"]) == (201, True)
    assert roster.versions.get().is_nil


def test_a_late_version_without_its_reason_is_refused(clerk, roster):
    answer = send(clerk, roster, dry_run="false")
    assert (answer.status_code, answer.json()["code"]) == (409, "reason")
    assert not roster.versions.exists()
    answer = send(clerk, roster, dry_run="false", reason="系统迁移")
    assert answer.status_code == 201
    assert roster.versions.get().kind == VersionKind.LATE


@pytest.mark.usefixtures("in_june")
def test_a_locked_roster_takes_only_a_correction_with_its_reason(clerk, officer, roster):
    send(clerk, roster, dry_run="false")
    Roster.objects.filter(pk=roster.pk).update(state=RosterState.LOCKED)
    answer = send(clerk, roster, dry_run="false")
    assert answer.status_code == 409
    assert state_of(roster) == RosterState.LOCKED


@pytest.mark.usefixtures("in_june")
def test_while_a_version_waits_for_the_chief_there_is_no_other(clerk, roster):
    type(roster.agency).objects.filter(pk=roster.agency_id).update(signs_off_rosters=True)
    first = send(clerk, roster, dry_run="false")
    assert (first.status_code, first.json()["state"]) == (201, RosterState.SIGNING)
    assert send(clerk, roster, dry_run="false").status_code == 409
    assert roster.versions.count() == 1


def test_a_period_that_is_not_there_is_not_found(clerk, roster):
    answer = clerk.post(URL, {"period": "2019-Y", "nil": "true"})
    assert answer.status_code == 404
    assert clerk.get(TEMPLATE, {"period": "2019-Y"}).status_code == 404


def test_only_the_reporter_may(roster):
    chief = token_of(roster.agency, Role.CHIEF)
    answer = chief.post(URL, {"period": roster.period.code, "nil": "true"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert chief.get(TEMPLATE, {"period": roster.period.code}).status_code == 403


def test_an_agency_without_a_roster_of_the_period_finds_none(roster):
    other = PostFactory(agency__kind=AgencyKind.GREENING, roles=[Role.REPORTER]).agency
    client = token_of(other, Role.REPORTER)
    assert client.post(URL, {"period": roster.period.code, "nil": "true"}).status_code == 404


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Token no-such-key"}])
def test_without_a_token_nobody_is_answered(roster, headers):
    client = Client(headers=headers)
    assert client.get(URL).status_code == 401
    assert client.post(URL, {"period": roster.period.code, "nil": "true"}).status_code == 401


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({}, 400),
        ({"period": "2026-H1"}, 400),
        ({"period": "2026-H1", "nil": "perhaps"}, 400),
        ({"period": "2026-H1", "nil": "true", "dry_run": "perhaps"}, 400),
        ({"period": "2026-H1\0", "nil": "true"}, 400),
    ],
)
def test_what_is_missing_or_senseless_is_told(clerk, roster, words, status):
    assert clerk.post(URL, words).status_code == status


def test_a_file_and_nil_at_once_are_refused(clerk, roster):
    assert send(clerk, roster, nil="true").status_code == 400


def test_other_kinds_of_body_and_methods_are_refused_cleanly(clerk, roster):
    assert clerk.post(URL, "{}", content_type="application/json").status_code == 415
    assert clerk.put(URL, "{}", content_type="application/json").status_code == 405


def test_the_list_comes_by_cursor(officer, roster):
    for year in range(2020, 2026):
        RosterFactory(period=PeriodFactory(code=f"{year}-H1", year=year), agency=roster.agency)
    seen, url = [], f"{URL}?limit=3"
    while url:
        body = officer.get(url).json()
        seen += [row["id"] for row in body["results"]]
        url = body["next"]
    assert body["count"] == len(seen) == len(set(seen)) == 7


def test_the_reporter_lists_its_own_only(clerk, roster):
    RosterFactory(period=roster.period, agency__kind=AgencyKind.TRANSPORT)
    assert [row["id"] for row in clerk.get(URL).json()["results"]] == [roster.pk]


def test_the_schema_describes_these_doors_without_a_warning():
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        schema = SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS, GENERATOR_STATS.emit_summary()
    validate_schema(schema)
    assert {"200", "201", "422"} <= set(schema["paths"][URL]["post"]["responses"])
    assert set(schema["components"]["schemas"]["Issue"]["properties"]) == KEYS
    assert "get" in schema["paths"][TEMPLATE]
