"""Addresses on site."""

from django.urls import path

from inspections.findings import views

VISIT = "inspections/visits/<int:pk>"
FINDING = "inspections/findings/<int:pk>"

urlpatterns = [
    path(f"{VISIT}/open/", views.visit_open, name="visit_open"),
    path(f"{VISIT}/check/", views.visit_check, name="visit_check"),
    path(f"{VISIT}/check/<int:point>/", views.visit_check_item, name="visit_check_item"),
    path(f"{VISIT}/findings/new/", views.finding_create, name="finding_create"),
    path(f"{VISIT}/evidence/new/", views.evidence_add, name="evidence_add"),
    path(f"{FINDING}/", views.finding_detail, name="finding_detail"),
    path(f"{FINDING}/edit/", views.finding_edit, name="finding_edit"),
    path(f"{FINDING}/drop/", views.finding_drop, name="finding_drop"),
    path(f"{FINDING}/link/", views.finding_link, name="finding_link"),
]
