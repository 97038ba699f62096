"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, include, path

from sharing.employments import urls as employments
from sharing.platforms import urls as platforms
from sharing.restrictions import urls as restrictions
from sharing.rosters import urls as rosters

urlpatterns: list[URLPattern | URLResolver] = [
    path("sharing/rosters/", include("sharing.rosters.urls")),
    path("sharing/employments/", include("sharing.employments.urls")),
    path("sharing/bulletins/", include("sharing.bulletins.urls")),
    path("sharing/", include("sharing.platforms.urls")),
    path("sharing/", include("sharing.restrictions.urls")),
]

api_urlpatterns: list[URLPattern | URLResolver] = [
    *rosters.api_urlpatterns,
    *employments.api_urlpatterns,
    *platforms.api_urlpatterns,
    *restrictions.api_urlpatterns,
]
