"""A database or Redis that is away gives a 503 page that tries again by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from redis.exceptions import ConnectionError as RedisConnectionError

log = logging.getLogger(__name__)
AWAY = (OperationalError, InterfaceError, RedisConnectionError)


class UnavailableMiddleware:
    """Answers 503 with Retry-After; nothing the user sent was stored, and the page says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except AWAY as error:
            return self._answer(error)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return self._answer(error) if isinstance(error, AWAY) else None

    def _answer(self, error: Exception) -> HttpResponse:
        log.error("A server we depend on is away: %r", error)
        page = render_to_string("503.html")
        response = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
        response["Retry-After"] = "10"
        return response
