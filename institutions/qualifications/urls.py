"""Addresses of certificates."""

from django.urls import path

from institutions.qualifications import views

urlpatterns = [
    path(
        "institutions/<int:pk>/certificates/create/",
        views.certificate_create,
        name="certificate_create",
    ),
    path(
        "institutions/certificates/<int:pk>/edit/", views.certificate_edit, name="certificate_edit"
    ),
]
