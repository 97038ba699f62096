"""Pages that stop say what happened and what to do, and ask no database for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from portal import errors
from portal.errors import Conflict, ConflictMiddleware
from portal.ui.middleware import UnavailableMiddleware
from portal.urls import urlpatterns as every_address


def conflicting(request: HttpRequest) -> HttpResponse:
    raise Conflict("已提交", "李某", dt.datetime(2026, 3, 2, 6, 5, tzinfo=dt.UTC), "/rosters/7/")


urlpatterns = [*every_address, path("conflict/", conflicting)]


@pytest.fixture
def request_without_database(rf: RequestFactory) -> HttpRequest:
    def forbidden() -> Any:
        raise AssertionError("an error page asked who is there")

    request = rf.get("/somewhere/")
    request.actor = SimpleLazyObject(forbidden)
    request.user = SimpleLazyObject(forbidden)
    request.request_id = "a1b2c3d4"
    return request


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_error_pages_ask_no_database(request_without_database: HttpRequest, language: str):
    request = request_without_database
    with translation.override(language):
        answers = [
            errors.bad_request(request, ValueError()),
            errors.forbidden(request, PermissionDenied()),
            errors.not_found(request, Http404()),
            errors.server_error(request),
            errors.csrf_failure(request),
            ConflictMiddleware(lambda r: HttpResponse()).process_exception(request, Conflict("x")),
            UnavailableMiddleware(lambda r: HttpResponse())._answer(OSError()),
        ]
    statuses = [answer.status_code for answer in answers if answer is not None]
    assert statuses == [400, 403, 404, 500, 403, 409, 503]
    expected = "zh-CN" if language == "zh-hans" else "en"
    for answer in answers:
        assert answer is not None
        assert f'<html lang="{expected}">' in answer.content.decode()


def test_a_denial_says_why(request_without_database: HttpRequest):
    answer = errors.forbidden(request_without_database, PermissionDenied("只有经办人可以办结。"))
    assert "只有经办人可以办结。" in answer.content.decode()


@pytest.mark.urls(__name__)
def test_a_conflict_says_what_changed_by_whom_and_where_to_go_on(client: Client, db: None):
    answer = client.get("/conflict/", headers={"accept-language": "zh-hans"})
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("已提交", "李某", "2026年3月2日 14:05", 'href="/rosters/7/"'):
        assert words in page


def test_the_page_of_an_away_server_tries_again_by_itself_and_without_script():
    answer = UnavailableMiddleware(lambda r: HttpResponse())._answer(OSError())
    page = answer.content.decode()
    assert answer["Retry-After"] == "10"
    assert 'data-probe="/readyz"' in page
    assert "<noscript><meta http-equiv" in page


def test_an_unknown_address_gets_the_page(client: Client, db: None):
    answer = client.get("/no/such/page/", headers={"accept-language": "zh-hans"})
    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.content.decode()
