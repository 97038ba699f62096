"""Addresses of the stored files."""

from django.urls import path

from portal.files import views

urlpatterns = [path("files/<int:pk>/", views.file_download, name="file_download")]
