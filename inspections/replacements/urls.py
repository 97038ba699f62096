"""Addresses of replacements."""

from django.urls import path

from inspections.replacements import views

urlpatterns = [
    path("inspections/draws/<int:pk>/replace/", views.draw_replace, name="draw_replace"),
    path(
        "inspections/draws/<int:pk>/record-replacement/",
        views.draw_record_replacement,
        name="draw_record_replacement",
    ),
]
