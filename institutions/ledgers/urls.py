"""Addresses of old ledgers."""

from django.urls import path

from institutions.ledgers import views

urlpatterns = [
    path("institutions/ledgers/", views.ledger_list, name="ledger_list"),
    path("institutions/ledgers/create/", views.ledger_create, name="ledger_create"),
    path("institutions/ledgers/<int:pk>/", views.ledger_detail, name="ledger_detail"),
    path("institutions/ledgers/<int:pk>/check/", views.ledger_check, name="ledger_check"),
    path("institutions/ledgers/<int:pk>/map/", views.ledger_map, name="ledger_map"),
]
