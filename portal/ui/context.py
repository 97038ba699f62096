"""What every page's frame needs."""

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """The actor of the page; error pages may come before it is known."""
    return {"actor": getattr(request, "actor", None)}
