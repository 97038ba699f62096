"""The edges of a request: host, cookies, sizes, names, redirects, and what is written of it."""

from __future__ import annotations

import csv
import io
import json
import logging
import zipfile
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

import openpyxl
import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, SignIn, User
from institutions.models import Institution
from portal.access import Role
from portal.files.models import StoredFile
from portal.workbooks import copies
from portal.workbooks.models import MarkedCopy
from sharing.models import RosterDraft
from tests.factories import InstitutionFactory, PostFactory, RosterFactory, market_bureau
from tests.people import BACKEND, World, consumed
from tests.sharing.workbooks import filled
from tests.test_requests import address, may, rows_with, undone, world  # noqa: F401  # a fixture

SECRET = "Planted-Secret-73!"
INJECTED = '"><img src=x>'
ELSEWHERE = (
    *("https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example"),
    *(
        "javascript:alert(1)",
        "last",
        "logout",
        "https:evil.example",
        "\thttps://evil.example",
        "/x\r\nSet-Cookie: a=b",
    ),
)


def in_words(response: Any, status: int) -> str:
    page: str = response.content.decode()
    assert response.status_code == status
    assert '<html lang="' in page
    assert "未作任何改动" in page or "Nothing was changed" in page or "not" in page
    return page


@pytest.fixture
def officer(db: None) -> User:
    return PostFactory(roles=[Role.OFFICER]).user


@pytest.fixture
def browser(client: Client, officer: User) -> Client:
    client.force_login(officer, backend=BACKEND)
    return client


# --- Host, cookies, sizes, methods ------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "localhost:80:80", "a b", "", "\u4e2d", "[::1"])
def test_an_unknown_host_gets_a_clean_400(client: Client, host: str):
    response = client.get("/accounts/login/", HTTP_HOST=host, HTTP_ACCEPT_LANGUAGE="zh-hans")
    page = in_words(response, HTTPStatus.BAD_REQUEST)
    assert "evil.example" not in page


@pytest.mark.parametrize(
    "value",
    [
        r'"\000\000\000\000\000\000\000\000"',
        "x" * 8000,
        "../../etc/passwd",
        '"\\303\\050',
        "' OR 1=1 --",
        "\u00ff\u00fe",
    ],
)
@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages", "django_language"])
def test_broken_cookies_are_like_none(client: Client, db: None, name: str, value: str):
    assert django_settings.SESSION_COOKIE_NAME == "sessionid"
    cookie = {"HTTP_COOKIE": f"{name}={value}"}
    assert client.get("/accounts/login/", **cookie).status_code == 200
    assert client.get("/desk/", **cookie).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    form = {"username": "x", "password": "y", "csrfmiddlewaretoken": "z" * 64}
    assert strict.post("/accounts/login/", form, **cookie).status_code == 403


def test_a_body_too_large_is_refused_in_words(client: Client, db: None):
    form = {"username": "x" * (6 * 1024 * 1024), "password": "y"}
    body = "&".join(f"{name}={value}" for name, value in form.items())
    kind = "application/x-www-form-urlencoded"
    zh = {"HTTP_ACCEPT_LANGUAGE": "zh-hans"}
    response = client.post("/accounts/login/", body, content_type=kind, **zh)
    assert "50 MB" in in_words(response, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def test_a_claimed_length_beyond_every_upload_is_refused_unread(browser: Client):
    zh = {"HTTP_ACCEPT_LANGUAGE": "zh-hans"}
    response = browser.post("/desk/", b"", content_type="text/plain", **zh)
    assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    roster = RosterFactory()
    far = {"CONTENT_LENGTH": str(10**12)}
    path = reverse("roster_upload", args=[roster.pk])
    response = browser.generic("POST", path, b"", "multipart/form-data; boundary=b", **far, **zh)
    in_words(response, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@pytest.mark.parametrize("length", ["-1", "abc", "１２３", "9" * 5000, ""])
def test_a_senseless_length_is_no_fault_of_ours(client: Client, db: None, length: str):
    response = client.post(
        "/accounts/login/", b"", content_type="text/plain", CONTENT_LENGTH=length
    )
    assert response.status_code in {200, 400, 413}


def test_too_many_fields_and_files_are_refused_in_words(client: Client, browser: Client):
    zh = {"HTTP_ACCEPT_LANGUAGE": "zh-hans"}
    body = "&".join(f"f{n}=1" for n in range(6000))
    kind = "application/x-www-form-urlencoded"
    in_words(client.post("/accounts/login/", body, content_type=kind, **zh), 400)
    part = '--b\r\nContent-Disposition: form-data; name="f{}"; filename="a"\r\n\r\nx\r\n'
    files = "".join(part.format(n) for n in range(200)) + "--b--\r\n"
    kind = "multipart/form-data; boundary=b"
    in_words(browser.post("/accounts/login/", files.encode(), content_type=kind, **zh), 400)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=" + "b" * 300]
)
def test_a_broken_multipart_is_no_fault_of_ours(client: Client, db: None, kind: str):
    response = client.post("/accounts/login/", b"--b\r\nbroken", content_type=kind)
    assert response.status_code in {200, 400}


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PROPFIND", "PATCH"])
def test_wrong_methods_are_refused(browser: Client, method: str):
    for path in ("/desk/", "/institutions/", "/sharing/rosters/", "/accounts/login/"):
        assert browser.generic(method, path).status_code == HTTPStatus.METHOD_NOT_ALLOWED, path


# --- REST -------------------------------------------------------------------------------------


@pytest.fixture
def reporter(db: None) -> dict[str, Any]:
    roster = RosterFactory(period__code="2026-Y")
    post = PostFactory(agency=roster.agency, roles=[Role.REPORTER])
    return {"roster": roster, "user": post.user}


@pytest.mark.parametrize(
    "confirm",
    ["[" * 100_000, '{"a":' * 50_000, "[" + "{}," * 5, "null", "1", "[1]", '[{"cell":"\\u0000"}]',
     "[" * 900 + "]" * 900, '[{"cell":[],"code":{},"reason":1e999}]', "NaN", "\ud83d"],
)  # fmt: skip
def test_a_bomb_of_json_is_a_400(client: Client, reporter: dict[str, Any], confirm: str):
    client.force_login(reporter["user"], backend=BACKEND)
    data = {"period": "2026-Y", "nil": "true", "confirm": confirm.encode(errors="replace").decode()}
    response = client.post("/api/v1/rosters/", data)
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json()["code"] == "invalid"


@pytest.mark.parametrize(
    "header", ["Token", "Token ", "Token a b", "Token \u00ff", "Token " + "x" * 20_000, "Basic !!!",
               "Token \\x00", "Bearer x", "token null"],
)  # fmt: skip
def test_a_garbage_token_is_a_401(client: Client, db: None, header: str):
    response = client.get("/api/v1/institutions/", HTTP_AUTHORIZATION=header)
    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert set(response.json()) == {"code", "message", "details"}


def test_a_workbook_that_is_none_is_refused_by_rest(client: Client, reporter: dict[str, Any]):
    client.force_login(reporter["user"], backend=BACKEND)
    for name, content in (("a.xlsx", b"PK\x03\x04broken"), ("a.exe", b"MZ"), ("a.xlsx", b"x")):
        file = SimpleUploadedFile(name, content)
        data = {"period": "2026-Y", "dry_run": "false", "file": file}
        response = client.post("/api/v1/rosters/", data)
        assert response.status_code in {400, 409, 415, 422}, name
        assert response.json()["code"]


# --- Names and redirects ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../../../../etc/passwd.xlsx",
        "..\\..\\a.xlsx",
        "%2e%2e%2fa.xlsx",
        "a%0d%0aSet-Cookie: x=1.xlsx",
        "\u202exslx.exe.xlsx",
        "名单.xlsx",
    ],
)
def test_names_of_uploads_stay_names(
    client: Client, reporter: dict[str, Any], name: str, settings: Any, tmp_path: Any
):
    settings.FILES_DIR = tmp_path / "files"
    client.force_login(reporter["user"], backend=BACKEND)
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    faulty = filled(reporter["roster"], {"备案编号": ""}).getvalue()
    body = head.encode() + faulty + b"\r\n--b--\r\n"
    path = reverse("roster_upload", args=[reporter["roster"].pk])
    response = client.post(path, body, content_type="multipart/form-data; boundary=b")
    assert response.status_code == 302
    stored = StoredFile.objects.get(pk=RosterDraft.objects.get().file_id)
    assert not set("/\\\r\n\u202e") & set(stored.name)
    copies.make_copy(MarkedCopy.objects.get(source=stored).pk)
    made = MarkedCopy.objects.get(source=stored).file
    assert made is not None
    assert not set("/\\\r\n\u202e") & set(made.name)
    for address_ in (stored.get_absolute_url(), f"{response['Location']}marked/"):
        answer = client.get(address_)
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment; filename")
        assert "Set-Cookie" not in answer
        consumed(answer)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.name for file in files} == {stored.sha256, made.sha256}


@pytest.mark.parametrize("there", ELSEWHERE)
def test_nobody_is_led_to_another_site(client: Client, officer: User, there: str):
    officer.set_password(SECRET)
    officer.save()
    posts = [
        ("/accounts/login/", {"username": officer.username, "password": SECRET}),
        (reverse("set_language"), {"language": "en"}),
        (reverse("list_columns", args=["exports"]), {"columns": "name"}),
        (reverse("list_view_save", args=["exports"]), {"name": "x", "query": "q=1"}),
    ]
    for path, form in posts:
        response = client.post(path, {**form, "next": there, "back": there})
        assert response.status_code in {302, 204, 200}, path
        target = response.get("Location", "/")
        assert urlsplit(urljoin("http://testserver/", target)).netloc == "testserver", path


# --- What people wrote, shown again -----------------------------------------------------------


def poison(text: str) -> None:
    """Every name that somebody outside may choose."""
    for model in (Institution, Agency, User, StoredFile):
        for key in model.objects.values_list("pk", flat=True):
            changed = {"name": f"{text}{key}"}
            if model is Agency:
                changed["short_name"] = f"{text}{key}"
            model.objects.filter(pk=key).update(**changed)


@pytest.mark.parametrize("row", rows_with("GET"))
def test_names_are_text_on_every_page(world: World, row: str):  # noqa: F811  # the fixture
    client, path = world.client(may(row, "GET")), address(world, row)
    with undone():
        poison(INJECTED)
        response = client.get(path)
        body = consumed(response).decode(errors="replace")
    if response.get("Content-Type", "").startswith("text/html"):
        assert "<img src=x" not in body
        assert 'value=""><' not in body


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "＝1+1"]
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exports_hold_no_formula(
    client: Client, db: None, name: str, kind: str, settings: Any, tmp_path: Any
):
    settings.FILES_DIR = tmp_path / "files"
    post = PostFactory(agency=market_bureau(), roles=[Role.OFFICER])
    InstitutionFactory(name=name)
    client.force_login(post.user, backend=BACKEND)
    path = reverse("list_export", args=["institutions"])
    response = client.post(path, {"format": kind, "query": ""})
    assert response.status_code == 200, response.get("Location")
    content = consumed(response)
    if kind == "csv":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            table = archive.read("institutions.csv").decode("utf-8-sig")
        cells = [cell for line in csv.reader(io.StringIO(table)) for cell in line]
        assert [cell for cell in cells if name.strip() in cell]
        assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "＝"}]
    else:
        file = tmp_path / "export.xlsx"
        file.write_bytes(content)
        book = openpyxl.load_workbook(file)
        kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds


# --- What is written --------------------------------------------------------------------------


def test_the_log_and_the_sessions_hold_no_secret_and_no_forged_line(
    client: Client, officer: User, caplog: pytest.LogCaptureFixture
):
    officer.set_password(SECRET)
    officer.save()
    caplog.set_level(logging.DEBUG)
    forged = "Mozilla\r\n2026-11-21 ERROR portal forged line"
    head = {"HTTP_USER_AGENT": forged, "HTTP_X_REQUEST_ID": "a\r\nforged: 1"}
    login = {"username": officer.username, "password": SECRET}
    client.post("/accounts/login/", {**login, "password": SECRET + "no"}, **head)
    answer = client.post("/accounts/login/", login, **head)
    assert answer.status_code == 302
    assert "forged" not in answer["X-Request-Id"]
    client.get("/nowhere/%0d%0aforged/", **head)
    client.get("/api/v1/institutions/", HTTP_AUTHORIZATION=f"Token {SECRET}", **head)
    lines = [record.getMessage() for record in caplog.records]
    assert lines
    assert SECRET not in caplog.text
    assert not [line for line in lines if "\n" in line and "forged" in line]
    device = SignIn.objects.get(user=officer).device
    assert "\n" not in device
    assert "\r" not in device
    assert SECRET not in json.dumps(list(SignIn.objects.values_list("device", "address")))
