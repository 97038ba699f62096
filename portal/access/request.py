"""The request as our views see it."""

from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from portal.access.actor import Actor


class Request(HttpRequest):
    """A request with its actor; ``user`` stays what Django's login put there."""

    actor: Actor
    request_id: str
    htmx: HtmxDetails
    user: Any
