"""Addresses of the bounds."""

from django.urls import path

from penalties.discretion import views
from penalties.discretion.tables import BOUNDS
from portal.lists import list_api

urlpatterns = [
    path("", views.bound_list, name="bound_list"),
    path("<int:pk>/", views.bound_detail, name="bound_detail"),
    path("<int:pk>/propose/", views.bound_propose, name="bound_propose"),
    path("<int:pk>/approve/", views.bound_approve, name="bound_approve"),
    path("<int:pk>/withdraw/", views.bound_withdraw, name="bound_withdraw"),
]

api_urlpatterns = [path("penalty-bounds/", list_api(BOUNDS).as_view(), name="api_penalty_bounds")]
