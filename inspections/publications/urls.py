"""Addresses of publication."""

from django.urls import path

from inspections.publications import views

ONE = "inspections/publications/<int:pk>"

urlpatterns = [
    path(
        "inspections/visits/<int:pk>/publication/",
        views.publication_draft,
        name="publication_draft",
    ),
    path(f"{ONE}/", views.publication_detail, name="publication_detail"),
    path(f"{ONE}/edit/", views.publication_edit, name="publication_edit"),
    path(f"{ONE}/publish/", views.resultpublication_publish, name="resultpublication_publish"),
    path(f"{ONE}/withdraw/", views.resultpublication_withdraw, name="resultpublication_withdraw"),
    path(f"{ONE}/correct/", views.publication_correct, name="publication_correct"),
    path("public/inspections/", views.public_results, name="public_results"),
    path("public/inspections/<int:pk>/", views.public_result, name="public_result"),
]
