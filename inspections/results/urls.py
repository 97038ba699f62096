"""Addresses of results."""

from django.urls import path

from inspections.results import views

VISIT = "inspections/visits/<int:pk>"

urlpatterns = [
    path(f"{VISIT}/results/new/", views.result_add, name="result_add"),
    path(f"{VISIT}/submit-results/", views.visit_submit_results, name="visit_submit_results"),
    path(f"{VISIT}/review/", views.visit_review, name="visit_review"),
    path(f"{VISIT}/return-results/", views.visit_return_results, name="visit_return_results"),
    path(f"{VISIT}/close/", views.visit_close, name="visit_close"),
    path("inspections/results/<int:pk>/remove/", views.result_remove, name="result_remove"),
    path("inspections/results/<int:pk>/step/", views.result_step, name="result_step"),
]
