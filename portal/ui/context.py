"""What every page's frame needs. Nothing here asks the database until a template uses it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from portal.desk import registry, selectors


class Frame:
    """The top bar and the menu of one page."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO)

    @cached_property
    def menu(self) -> list[selectors.Part]:
        return selectors.menu(self._request.actor)  # type: ignore[attr-defined]  # declared on access.Request

    @cached_property
    def here(self) -> str:
        """The address of the menu's line that this page belongs to: the longest that fits."""
        path = self._request.path
        urls = [line.url for part in self.menu for line in part.lines]
        return max((url for url in urls if path.startswith(url)), key=len, default="")

    @cached_property
    def places(self) -> list[Any]:
        """The posts and delegations that this session may switch to."""
        return list(import_string(settings.PLACES_FROM_REQUEST)(self._request))

    @property
    def place(self) -> Any:
        """The active one, or None for institution users and the public."""
        return next((place for place in self.places if place.active), None)

    @property
    def inbox_url_name(self) -> str:
        inbox = registry.inbox()
        return inbox.url_name if inbox else ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """The actor of the page; error pages may come before it is known."""
    return {"actor": getattr(request, "actor", None), "frame": Frame(request)}
