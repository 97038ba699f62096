"""A database or Redis that is away gives a 503 page that tries again by itself."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from portal.errors import AWAY, is_away, unavailable


class UnavailableMiddleware:
    """Answers 503 with Retry-After; nothing the user sent was stored, and the page says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (*AWAY, DatabaseError) as error:
            if not is_away(error):
                raise
            return self._answer(error)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return self._answer(error) if is_away(error) else None

    def _answer(self, error: Exception) -> HttpResponse:
        return unavailable(error)
