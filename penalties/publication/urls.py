"""Addresses of publication."""

from django.urls import path

from penalties.publication import views
from penalties.publication.tables import PUBLICATIONS
from portal.lists import list_api

urlpatterns = [
    path(
        "penalties/publications/", views.penalty_publication_list, name="penalty_publication_list"
    ),
    path(
        "penalties/publications/<int:pk>/",
        views.penalty_publication_detail,
        name="penalty_publication_detail",
    ),
    path(
        "penalties/publications/<int:pk>/edit/",
        views.penalty_publication_edit,
        name="penalty_publication_edit",
    ),
    path(
        "penalties/publications/<int:pk>/submit/",
        views.penalty_publication_submit,
        name="penalty_publication_submit",
    ),
    path(
        "penalties/publications/<int:pk>/approve/",
        views.penalty_publication_approve,
        name="penalty_publication_approve",
    ),
    path(
        "penalties/publications/<int:pk>/publish/",
        views.penalty_publication_publish,
        name="penalty_publication_publish",
    ),
    path(
        "penalties/publications/<int:pk>/redraft/",
        views.penalty_publication_redraft,
        name="penalty_publication_redraft",
    ),
    *(
        path(
            f"penalties/publications/<int:pk>/{name}/",
            views.penalty_publication_move,
            {"name": name},
            name=f"penalty_publication_{name}",
        )
        for name in views.WITH_REASON
    ),
    path("public/penalties/", views.public_penalties, name="public_penalties"),
    path("public/penalties/<int:pk>/", views.public_penalty, name="public_penalty"),
]

api_urlpatterns = [
    path(
        "penalty-publications/", list_api(PUBLICATIONS).as_view(), name="api_penalty_publications"
    ),
]
