"""REST: the same actors as the pages, by session or by a token bound to one post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string
from rest_framework.authentication import SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request as RestRequest

from portal.access.actor import Actor

if TYPE_CHECKING:
    from rest_framework.views import APIView


class ActorAuthentication(SessionAuthentication):
    """``Authorization: Token …`` first, then the browser's session (with its CSRF check)."""

    def authenticate(self, request: RestRequest) -> tuple[Any, Any] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"token":
            return super().authenticate(request)
        from_token = import_string(settings.ACTOR_FROM_TOKEN)
        key = words[1].decode("ascii", "replace") if len(words) == 2 else ""
        found = from_token(key, request._request)
        if found is None:
            raise AuthenticationFailed()
        user, actor = found
        request._request.actor = actor  # type: ignore[attr-defined]  # declared on access.Request
        return user, key

    def authenticate_header(self, request: RestRequest) -> str:
        return "Token"


class IsStaff(BasePermission):
    """Staff with an active post; public endpoints say so themselves."""

    def has_permission(self, request: RestRequest, view: APIView) -> bool:
        return actor_of(request).is_staff


def actor_of(request: RestRequest) -> Actor:
    """The actor of an API request, whichever way it signed in."""
    actor: Actor = request._request.actor  # type: ignore[attr-defined]  # declared on access.Request
    return actor
