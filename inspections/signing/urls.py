"""Addresses of the record."""

from django.urls import path

from inspections.signing import views

VISIT = "inspections/visits/<int:pk>"

urlpatterns = [
    path(f"{VISIT}/record/", views.visit_record, name="visit_record"),
    path(f"{VISIT}/outcome/", views.visit_record_outcome, name="visit_record_outcome"),
    path(f"{VISIT}/reopen/", views.visit_reopen, name="visit_reopen"),
    path(f"{VISIT}/sign/", views.record_sign, name="record_sign"),
    path(
        f"{VISIT}/sign-institution/", views.record_sign_institution, name="record_sign_institution"
    ),
    path(f"{VISIT}/refusal/", views.record_refusal, name="record_refusal"),
]
