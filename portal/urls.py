"""All addresses. Settings name the apps; the kernel imports none of them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

import portal.access.rest_schema  # noqa: F401  # registers how the API's description signs in

Address = URLPattern | URLResolver

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"


def rest_doors() -> Iterator[Address]:
    """The ``api_urlpatterns`` of every app's ``urls``, for below ``/api/v1/``."""
    for app in settings.PORTAL_APPS:
        yield from getattr(import_module(f"{app}.urls"), "api_urlpatterns", ())


urlpatterns: list[Address] = [
    path("", include("portal.desk.urls")),
    path("", include("portal.audit.urls")),
    path("", include("portal.clocks.urls")),
    path("", include("portal.files.urls")),
    path("", include("portal.inbox.urls")),
    path("", include("portal.law.urls")),
    path("", include("portal.outbox.urls")),
    path("", include("portal.papers.urls")),
    path("", include("portal.ui.urls")),
    path("", include("portal.lists.urls")),
    *(path("", include(f"{app}.urls")) for app in settings.PORTAL_APPS),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("api/v1/", include(list(rest_doors()))),
    path("i18n/", include("django.conf.urls.i18n")),
]
