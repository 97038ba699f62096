"""Addresses of exports, saved views and column choice; the lists themselves belong to rooms."""

from django.urls import path

from portal.lists import views

urlpatterns = [
    path("lists/exports/", views.export_list, name="export_list"),
    path("lists/exports/<int:pk>/", views.export_detail, name="export_detail"),
    path("lists/exports/<int:pk>/file/", views.export_file, name="export_file"),
    path("lists/views/<int:pk>/delete/", views.list_view_delete, name="list_view_delete"),
    path("lists/<slug:name>/columns/", views.list_columns, name="list_columns"),
    path("lists/<slug:name>/export/", views.list_export, name="list_export"),
    path("lists/<slug:name>/views/", views.list_view_save, name="list_view_save"),
]
