"""Walks every URL as everyone: the answer is the one that tests/access.yaml declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.models import AuditEvent
from tests.people import NOBODY, STAFF, WHO, World, consumed

MATRIX: dict[str, dict[str, Any]] = (
    yaml.safe_load(Path(__file__).with_name("access.yaml").read_text(encoding="utf-8")) or {}
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Tables that reading may touch: the log of what was read, the session, the count of sign-ins.
SHOWN_IN_OUR_PAGES = {"paper_pdf"}  # in a frame, on the page of the paper
MAY_CHANGE = ("audit_", "django_session", "axes_")


def url_names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """The name of every address; one without a name stands as its route, which no row can be."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from url_names(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name}" if pattern.name else f"unnamed {pattern.pattern}"


def expected(answers: Mapping[str, int], who: str) -> int | None:
    """The declared status: by name, else as `staff`, else as `all`."""
    if who in answers:
        return answers[who]
    if who in STAFF and "staff" in answers:
        return answers["staff"]
    return answers.get("all")


def asked(row: str, method: str) -> dict[str, int]:
    """Everyone whose answer is declared, with its status."""
    answers = {who: expected(MATRIX[row][method], who) for who in WHO if who not in NOBODY}
    return {who: status for who, status in answers.items() if status is not None}


def declared(method: str) -> list[str]:
    return [row for row, rules in MATRIX.items() if method in rules]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all cases; each case undoes what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World().build()
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(world: World, row: str, method: str, who: str, *, csrf: bool = False) -> HttpResponse:
    """One request, its data from the row; a fault in the view is a fault of the test."""
    rules = MATRIX[row]
    args = world.args(rules["args"]) if "args" in rules else []
    data = world.form(rules["data"]) if "data" in rules and method != "GET" else {}
    address = reverse(row.partition("@")[0], args=args)
    send = getattr(world.client(who, csrf=csrf), method.lower())
    kind = {} if method in {"GET", "POST"} else {"content_type": "application/json"}
    response: HttpResponse = send(address, data, **kind)
    consumed(response)
    return response


def first_with(row: str, method: str, status: int, candidates: tuple[str, ...]) -> str | None:
    answers = MATRIX[row].get(method, {})
    return next((who for who in candidates if expected(answers, who) == status), None)


def business_lines() -> int:
    """Audit lines, without the one that a denial itself may write."""
    return AuditEvent.objects.exclude(verb__startswith="access.").count()


def checksum() -> dict[str, Any]:
    """Number and hash of the rows of every table that reading must not touch."""
    with connection.cursor() as cursor:
        tables = [
            name
            for name in connection.introspection.table_names(cursor)
            if not name.startswith(MAY_CHANGE)
        ]
        parts = [
            f"SELECT '{name}', count(*), sum(hashtextextended(t::text, 0)) FROM \"{name}\" t"
            for name in tables
        ]
        cursor.execute(" UNION ALL ".join(parts))
        return {row[0]: row[1:] for row in cursor.fetchall()}


# --- The matrix is complete ------------------------------------------------------------------


def test_every_url_has_a_row_and_every_row_a_url():
    urls = set(url_names(get_resolver().url_patterns))
    rows = {row.partition("@")[0] for row in MATRIX}
    assert sorted(urls - rows) == [], "declare these in tests/access.yaml"
    assert sorted(rows - urls) == [], "these rows of tests/access.yaml have no URL"


@pytest.mark.parametrize("row", MATRIX)
def test_a_row_is_well_formed(row: str):
    rules = MATRIX[row]
    assert set(rules) <= {"args", "data", *METHODS}
    assert set(rules) & set(METHODS), "a row declares a method"
    for method in set(rules) & set(METHODS):
        assert set(rules[method]) <= {*WHO, "staff", "all"}


# --- The answers are those declared ----------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "method"), [(row, method) for method in METHODS for row in declared(method)]
)
def test_everyone_gets_the_declared_answer(world: World, row: str, method: str):
    wrong = []
    for who, status in asked(row, method).items():
        with undone():
            before = business_lines()
            answer = ask(world, row, method, who).status_code
            left = business_lines() - before
        if answer != status:
            wrong.append(f"{who}: {answer} instead of {status}")
        elif method != "GET" and (status >= 400 or who == "public") and left:
            wrong.append(f"{who}: a refused write left an audit line")
    assert wrong == []


@pytest.mark.parametrize("row", declared("GET"))
def test_the_public_is_sent_to_the_login_where_staff_may_enter(world: World, row: str):
    answers = MATRIX[row]["GET"]
    inside = 200 in {expected(answers, who) for who in STAFF}
    if inside and expected(answers, "public") == 302:
        response = ask(world, row, "GET", "public")
        assert response["Location"].startswith(f"{resolve_url(settings.LOGIN_URL)}?next=")


@pytest.mark.parametrize("row", declared("GET"))
def test_who_lost_account_or_post_gets_no_more_than_the_public(world: World, row: str):
    public = expected(MATRIX[row]["GET"], "public")
    for who in NOBODY:
        with undone():
            status = ask(world, row, "GET", who).status_code
        assert status in {public, 302, 401, 403, 404}, who


@pytest.mark.parametrize("row", MATRIX)
def test_what_is_not_declared_is_refused(world: World, row: str):
    who = first_with(row, "GET", 200, tuple(STAFF)) or "officer"
    for method in METHODS:
        if method not in MATRIX[row]:
            with undone():
                assert ask(world, row, method, who).status_code in {403, 404, 405}, method


# --- What holds of every URL -----------------------------------------------------------------


@pytest.mark.parametrize("who", ["public", "officer"])
@pytest.mark.parametrize("row", declared("GET"))
def test_every_answer_carries_the_security_headers(world: World, row: str, who: str):
    with undone():
        response = ask(world, row, "GET", who)
    headers, is_shown = response.headers, response.status_code == 200
    policy = headers["Content-Security-Policy"]
    script = next(part for part in policy.split(";") if part.strip().startswith("script-src "))
    assert "unsafe" not in script
    framed_by = "'self'" if is_shown and row.partition("@")[0] in SHOWN_IN_OUR_PAGES else "'none'"
    for needed in ("object-src 'none'", "base-uri 'none'", f"frame-ancestors {framed_by}"):
        assert needed in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Request-Id"]
    if who != "public":
        assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize("row", declared("POST"))
def test_a_post_without_the_csrf_token_is_refused(world: World, row: str):
    answers = MATRIX[row]["POST"]
    signed_in = [who for who in STAFF if expected(answers, who) in {200, 201, 302}]
    with undone():
        before = business_lines()
        response = ask(world, row, "POST", next(iter(signed_in), "officer"), csrf=True)
        assert response.status_code == 403
        assert business_lines() == before


@pytest.mark.parametrize("row", declared("GET"))
def test_reading_changes_no_row(world: World, row: str):
    who = first_with(row, "GET", 200, (*STAFF, "institution", "public")) or "officer"
    with undone():
        before = checksum()
        ask(world, row, "GET", who)
        assert checksum() == before
