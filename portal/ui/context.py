"""What every page's frame needs. Nothing here asks the database until a template uses it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest

from portal.access import Actor
from portal.clocks import today
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
        return selectors.menu(self._actor)

    @cached_property
    def posts(self) -> list[Any]:
        """The person's posts of today, for switching; one query."""
        actor = self._actor
        if not actor.is_staff:
            return []
        held = apps.get_model(settings.POST_MODEL)._default_manager
        posts = held.filter(user_id=actor.user_id).active_on(today())
        return list(posts.select_related("agency"))

    @property
    def post(self) -> Any:
        """The active post, or None for institution users and the public."""
        return next((post for post in self.posts if post.pk == self._actor.post_id), None)

    @property
    def inbox_url_name(self) -> str:
        inbox = registry.inbox()
        return inbox.url_name if inbox else ""

    @property
    def _actor(self) -> Actor:
        return self._request.actor  # type: ignore[attr-defined, no-any-return]  # declared on access.Request


def frame(request: HttpRequest) -> dict[str, Any]:
    """The actor of the page; error pages may come before it is known."""
    return {"actor": getattr(request, "actor", None), "frame": Frame(request)}
