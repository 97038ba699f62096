"""Addresses of recusals."""

from django.urls import path

from inspections.recusals import views

urlpatterns = [
    path("inspections/recusals/", views.recusal_list, name="recusal_list"),
    path("inspections/recusals/new/", views.recusal_create, name="recusal_create"),
    path("inspections/recusals/<int:pk>/end/", views.recusal_end, name="recusal_end"),
]
