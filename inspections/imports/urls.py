"""Addresses of imports of superiors' draws."""

from django.urls import path

from inspections.imports import views

urlpatterns = [
    path("inspections/batches/<int:pk>/import/", views.drawimport_create, name="drawimport_create"),
    path(
        "inspections/batches/<int:pk>/import/template/",
        views.drawimport_template,
        name="drawimport_template",
    ),
    path("inspections/imports/<int:pk>/", views.drawimport_detail, name="drawimport_detail"),
    path("inspections/imports/<int:pk>/source/", views.drawimport_source, name="drawimport_source"),
    path(
        "inspections/imports/<int:pk>/workbook/",
        views.drawimport_workbook,
        name="drawimport_workbook",
    ),
    path("inspections/imports/<int:pk>/marked/", views.drawimport_marked, name="drawimport_marked"),
    path("inspections/imports/<int:pk>/submit/", views.drawimport_submit, name="drawimport_submit"),
    path("inspections/imports/<int:pk>/return/", views.drawimport_return, name="drawimport_return"),
    path(
        "inspections/imports/<int:pk>/confirm/", views.drawimport_confirm, name="drawimport_confirm"
    ),
    path(
        "inspections/imports/<int:pk>/discard/", views.drawimport_discard, name="drawimport_discard"
    ),
]
