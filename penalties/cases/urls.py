"""Addresses of the list and the register of cases."""

from django.urls import path

from penalties.cases import views
from penalties.cases.tables import CASES
from portal.lists import list_api

urlpatterns = [
    path("", views.case_list, name="case_list"),
    path("new/", views.case_create, name="case_create"),
]

api_urlpatterns = [
    path("cases/", list_api(CASES).as_view(), name="api_cases"),
]
