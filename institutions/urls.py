"""Addresses of this app; the portal puts ``api_urlpatterns`` below ``/api/v1/``."""

from django.urls import URLPattern, URLResolver, include, path

from institutions.registry.api import InstitutionView
from institutions.registry.tables import INSTITUTIONS
from portal.lists import list_api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("institutions.ledgers.urls")),
    path("", include("institutions.qualifications.urls")),
    path("", include("institutions.registry.urls")),
]

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("institutions/", list_api(INSTITUTIONS).as_view(), name="api_institutions"),
    path("institutions/<str:uscc>/", InstitutionView.as_view(), name="api_institution"),
]
