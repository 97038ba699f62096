"""Addresses of this app; the portal puts ``api_urlpatterns`` below ``/api/v1/``."""

from django.urls import URLPattern, URLResolver, include, path

from inspections.draws import urls as draws
from inspections.plans.tables import BATCHES, CHECK_ITEMS, PLANS
from inspections.rectifications.tables import ORDERS
from inspections.visits.tables import VISITS
from portal.lists import list_api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("inspections.ceremonies.urls")),
    path("", include("inspections.draws.urls")),
    path("", include("inspections.imports.urls")),
    path("", include("inspections.replacements.urls")),
    path("", include("inspections.plans.urls")),
    path("", include("inspections.recusals.urls")),
    path("", include("inspections.visits.urls")),
    path("", include("inspections.assignments.urls")),
    path("", include("inspections.findings.urls")),
    path("", include("inspections.signing.urls")),
    path("", include("inspections.rectifications.urls")),
    path("", include("inspections.results.urls")),
    path("", include("inspections.publications.urls")),
]

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("batches/", list_api(BATCHES).as_view(), name="api_batches"),
    path("check-items/", list_api(CHECK_ITEMS).as_view(), name="api_check_items"),
    *draws.api_urlpatterns,
    path("orders/", list_api(ORDERS).as_view(), name="api_orders"),
    path("plans/", list_api(PLANS).as_view(), name="api_plans"),
    path("visits/", list_api(VISITS).as_view(), name="api_visits"),
]
