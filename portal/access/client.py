"""The address of the machine that asks, as far as it can be believed."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The peer's address, or behind ``TRUSTED_PROXIES`` proxies what the outermost one saw.

    Only the last so many entries of X-Forwarded-For were written by our own proxies; whatever a
    client puts before them is never believed, so it cannot multiply sign-in attempts.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    trusted = settings.TRUSTED_PROXIES
    if not trusted:
        return _address(peer)
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    return _address(seen[-trusted] if len(seen) >= trusted else peer) or _address(peer)


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
