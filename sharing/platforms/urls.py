"""Addresses of the credit records."""

from django.urls import path

from portal.lists import list_api
from sharing.platforms import views
from sharing.platforms.tables import CREDIT_RECORDS

urlpatterns = [
    path("credit-records/", views.credit_record_list, name="credit_record_list"),
    path("credit-records/<int:pk>/", views.credit_record_detail, name="credit_record_detail"),
    path(
        "credit-records/<int:pk>/complete/",
        views.credit_record_complete,
        name="credit_record_complete",
    ),
]

api_urlpatterns = [
    path("credit-records/", list_api(CREDIT_RECORDS).as_view(), name="api_credit_records"),
]
