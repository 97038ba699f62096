"""Addresses of the register."""

from django.urls import path

from institutions.registry import views

urlpatterns = [
    path("institutions/", views.institution_list, name="institution_list"),
    path("institutions/create/", views.institution_create, name="institution_create"),
    path("institutions/<int:pk>/", views.institution_detail, name="institution_detail"),
    path("institutions/<int:pk>/edit/", views.institution_edit, name="institution_edit"),
    path("institutions/<int:pk>/merge/", views.institution_merge, name="institution_merge"),
    path("institutions/<int:pk>/rename/", views.institution_rename, name="institution_rename"),
    path("institutions/<int:pk>/status/", views.institution_status, name="institution_status"),
    path("institutions/<int:pk>/sites/create/", views.site_create, name="site_create"),
    path("institutions/sites/<int:pk>/end/", views.site_end, name="site_end"),
    path("public/institutions/", views.public_institutions, name="public_institutions"),
    path("public/institutions/<str:uscc>/", views.public_institution, name="public_institution"),
]
