"""What comes before every page: the limits of a session, its unfinished steps, the first set-up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.module_loading import import_string

# Open to a session whose sign-in is unfinished, besides the very step that it owes.
OPEN = frozenset({"logout", "set_language"})


class EntranceMiddleware:
    """Asks the functions that settings name; the API is refused by its actor instead."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admit: Callable[[HttpRequest], tuple[str, str]] = import_string(settings.ADMIT_SESSION)
        self.setup_is_due: Callable[[], bool] = import_string(settings.SETUP_IS_DUE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        match = request.resolver_match
        name = match.url_name if match is not None else ""
        if name == "start" and self.setup_is_due():
            return redirect("setup")
        step, sentence = self.admit(request)
        if sentence:
            messages.info(request, sentence)
        if step and name not in OPEN | {step} and not request.path.startswith("/api/"):
            return redirect(step)
        return None
