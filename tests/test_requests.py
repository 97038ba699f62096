"""Hostile requests: whatever is sent, the answer is a clean page or JSON, never a 500."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from portal.lists.definition import registered_lists
from tests.people import STAFF, World, consumed
from tests.test_access import MATRIX, expected

NUL = "\x00"
NUMBERS = ("0", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 400)
WORDS = ("%00", "%00abc", "x" * 10_000, "%FF%FE", "..%2F..%2Fetc%2Fpasswd", "a%0D%0Ab", "%E2%80%AE")
VALUES = (
    *(
        "%00",
        "%00x",
        "%FF%FE",
        "x" * 10_000,
        "-1",
        "9223372036854775808",
        "9" * 400,
        "1e999",
        "NaN",
    ),
    *("2026-02-30", "0000-00-00", "99999-01-01", "9999-12-31", "0001-01-01", "null", "[]", "{}"),
    *("%27%3B--", "%3Cscript%3E", "a%0D%0Ab", "%F0%A0%AE%B7", "%E2%80%8B", "%ED%A0%80", "last"),
)
ENDS = ("after", "before", "min", "max")
DOUBLED = ("-1", "%00", "null", "2026-02-30")
LOOSE = ("next", "reason", "seen", "base_version", "version", "back", "post", "columns", "language")
EVERYWHERE = ("q", "page", "sort", "columns", "limit", "tab", "period", "next", "code", "format")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield World().build()
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sent(client: Client, method: str, path: str, query: str = "", **extra: Any) -> int:
    """The status of one answer; 599 and the fault where the view let one through."""
    send = getattr(client, method)
    with undone():
        response = send(path, QUERY_STRING=query, **extra) if query else send(path, **extra)
        consumed(response)
        return int(response.status_code)


class Findings:
    """Collects what fell, so that one run shows all of it."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def try_(self, label: str, client: Client, method: str, path: str, **extra: Any) -> int:
        try:
            status = sent(client, method, path, **extra)
        except Exception as fault:  # noqa: BLE001  # collected, and the test fails with all of them
            self.found.append(f"{label}: {fault!r}"[:300])
            return 599
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.found.append(f"{label}: {status}")
        return status


def may(row: str, method: str) -> str:
    """Somebody whom the row lets in."""
    answers = MATRIX[row].get(method, {})
    people = (*STAFF, "institution", "public")
    good = (who for who in people if expected(answers, who) in {200, 201, 302} and who != "public")
    return next(good, "public")


def address(world: World, row: str) -> str:
    rules = MATRIX[row]
    args = world.args(rules["args"]) if "args" in rules else []
    return reverse(row.partition("@")[0], args=args)


def rows_with(method: str) -> list[str]:
    """Without the question whether Redis, which unit tests have not, is there."""
    return [
        row
        for row, rules in MATRIX.items()
        if method in rules and "@" not in row and row != "readyz"
    ]


# --- Addresses and query strings --------------------------------------------------------------


@pytest.mark.parametrize("row", [row for row in MATRIX if "args" in MATRIX[row]])
def test_malformed_ids_in_addresses(world: World, row: str):
    args = world.args(MATRIX[row]["args"])
    path, findings = address(world, row), Findings()
    for method in ("get", "post"):
        client = world.client(may(row, method.upper()))
        for arg in args:
            bad = (*NUMBERS, *WORDS[:3]) if isinstance(arg, int) else WORDS
            for value in bad:
                attacked = path.replace(f"/{arg}/", f"/{value}/", 1)
                findings.try_(f"{method} {row} {value[:40]}", client, method, attacked)
    assert findings.found == []


@pytest.mark.parametrize("row", rows_with("GET"))
def test_malformed_query_strings(world: World, row: str):
    client, path, findings = world.client(may(row, "GET")), address(world, row), Findings()
    for value in VALUES:
        query = "&".join(f"{name}={value}" for name in EVERYWHERE)
        findings.try_(f"{row} {value[:40]}", client, "get", path, query=query)
    for query in ("q=a&q=b&page=1&page=2&sort=x&sort=-x", "&&&===", "%", "?" * 50, "[]=1", "q[]=1"):
        findings.try_(f"{row} {query}", client, "get", path, query=query)
    assert findings.found == []


def filter_names() -> list[str]:
    """Every parameter of every registered list."""
    fields = {f for defn in registered_lists() if defn.filter for f in defn.filter.base_filters}
    return sorted(fields | {f"{field}_{end}" for field in fields for end in ENDS})


@pytest.mark.parametrize("row", [row for row in rows_with("GET") if "list" in row or "api_" in row])
def test_malformed_filters_of_every_list(world: World, row: str):
    """Each filter gets every bad value, once and twice; lists ignore what is not theirs."""
    client, path, findings = world.client(may(row, "GET")), address(world, row), Findings()
    for value in VALUES:
        once = "&".join(f"{name}={value[:400]}" for name in filter_names())
        query = f"{once}&{once}" if value in DOUBLED else once
        findings.try_(f"{row} {value[:40]}", client, "get", path, query=query)
    assert findings.found == []


# --- Forms ------------------------------------------------------------------------------------


def fields_of(world: World, row: str, client: Client, path: str) -> dict[str, Any]:
    """The row's valid form, and every control that its page shows."""
    rules = MATRIX[row]
    given = world.form(rules["data"]) if "data" in rules else {}
    if "GET" in rules:
        with undone():
            page = consumed(client.get(path)).decode(errors="replace")
        for name in re.findall(r'name="([^"]+)"', page):
            given.setdefault(name, "x")
    for name in LOOSE:
        given.setdefault(name, "x")
    given.pop("csrfmiddlewaretoken", None)
    return given


@pytest.mark.parametrize("row", rows_with("POST"))
def test_no_form_falls_over_a_bad_value(world: World, row: str):
    """NUL, overlong, invalid and absurd values in one field at a time and in all at once."""
    client, path, findings = world.client(may(row, "POST")), address(world, row), Findings()
    fields = fields_of(world, row, client, path)
    for name in fields:
        given = {**fields, name: f"a{NUL}b"}
        findings.try_(f"{row} {name} NUL", client, "post", path, data=given)
    kind = "application/x-www-form-urlencoded"
    for value in VALUES[::2]:
        body = "&".join(f"{quote(name)}={value}" for name in fields)
        extra = {"data": body, "content_type": kind}
        findings.try_(f"{row} all {value[:40]}", client, "post", path, **extra)
    given = {name: SimpleUploadedFile("a.txt", b"x") for name in fields}  # where words are meant
    findings.try_(f"{row} files", client, "post", path, data=given)
    assert findings.found == []
