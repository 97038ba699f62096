"""Gives every request a number and its actor, and keeps signed-in answers out of caches."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from portal.access.actor import Actor
from portal.errors import bad_request, too_large

Answer = Callable[[HttpRequest], HttpResponse]
NUL = "\x00"
FORM_AROUND = 2 * 1024 * 1024  # bytes of a form around its files, as deploy/nginx.conf allows
GIVEN_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


class RequestIdMiddleware:
    """Keeps a proxy's ``X-Request-Id`` when it is well formed, else makes one; answers with it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if GIVEN_ID.match(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]  # declared on access.Request
        response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response


class CleanRequestMiddleware:
    """Stops what no view of ours can use: a NUL in texts, and more bytes than an upload may have.

    PostgreSQL's text knows no NUL. It is dropped from queries and with its cookie, while an
    address that holds one is a bad request; forms refuse it by themselves.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {k: v for k, v in request.COOKIES.items() if NUL not in v}
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without_nul(request.GET)  # type: ignore[assignment]  # made immutable below
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """After the language is known, before anybody reads the body."""
        if NUL in request.path_info:
            return bad_request(request)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length[:18]) > settings.UPLOAD_MAX_BYTES + FORM_AROUND:
            return too_large(request)
        return None


def _without_nul(query: QueryDict) -> QueryDict:
    clean = QueryDict(mutable=True, encoding=query.encoding)
    for name, values in query.lists():
        clean.setlist(name.replace(NUL, ""), [value.replace(NUL, "") for value in values])
    clean._mutable = False
    return clean


class ActorMiddleware:
    """Sets ``request.actor``, loaded at first use by the function that settings name."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.load: Callable[[HttpRequest], Actor] = import_string(settings.ACTOR_FROM_REQUEST)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: self.load(request))  # type: ignore[attr-defined]  # declared on access.Request
        return self.get_response(request)


class NoStoreMiddleware:
    """What a signed-in person or a token was shown stays in no cache (ASVS 14.3.2)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Authorization" in request.headers or request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        return response
