"""Addresses of credit repair."""

from django.urls import path

from penalties.repairs import views

urlpatterns = [
    path("penalties/publications/<int:pk>/repairs/new/", views.repair_create, name="repair_create"),
    path("penalties/repairs/<int:pk>/", views.repair_detail, name="repair_detail"),
    path(
        "penalties/repairs/<int:pk>/grant/",
        views.repair_decide,
        {"name": "grant"},
        name="repair_grant",
    ),
    path(
        "penalties/repairs/<int:pk>/refuse/",
        views.repair_decide,
        {"name": "refuse"},
        name="repair_refuse",
    ),
]
