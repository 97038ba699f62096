"""Gives every request a number and its actor, and keeps signed-in answers out of caches."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from portal.access.actor import Actor

Answer = Callable[[HttpRequest], HttpResponse]
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
