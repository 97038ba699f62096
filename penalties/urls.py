"""Addresses of this app; the portal puts ``api_urlpatterns`` below ``/api/v1/``."""

from django.urls import URLPattern, URLResolver, include, path

from penalties.cases import urls as cases
from penalties.discretion import urls as discretion
from penalties.publication import urls as publication

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("penalties.origins.urls")),
    path("penalties/bounds/", include("penalties.discretion.urls")),
    path("penalties/cases/", include("penalties.cases.urls")),
    path("penalties/cases/", include("penalties.casefiles.urls")),
    path("penalties/consultations/", include("penalties.consultations.urls")),
    path("", include("penalties.publication.urls")),
    path("", include("penalties.repairs.urls")),
]

api_urlpatterns: list[URLPattern | URLResolver] = [
    *cases.api_urlpatterns,
    *discretion.api_urlpatterns,
    *publication.api_urlpatterns,
]
