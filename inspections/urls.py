"""Addresses of this app; the portal puts ``api_urlpatterns`` below ``/api/v1/``."""

from django.urls import URLPattern, URLResolver, include, path

from inspections.plans.tables import BATCHES, CHECK_ITEMS, PLANS
from portal.lists import list_api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("inspections.plans.urls")),
]

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("batches/", list_api(BATCHES).as_view(), name="api_batches"),
    path("check-items/", list_api(CHECK_ITEMS).as_view(), name="api_check_items"),
    path("plans/", list_api(PLANS).as_view(), name="api_plans"),
]
