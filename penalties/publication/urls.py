"""Addresses of publication."""

from django.urls import path

from penalties.publication import views
from penalties.publication.tables import PUBLICATIONS
from portal.lists import list_api

urlpatterns = [
    path("penalties/publications/", views.publication_list, name="publication_list"),
    path("penalties/publications/<int:pk>/", views.publication_detail, name="publication_detail"),
    path("penalties/publications/<int:pk>/edit/", views.publication_edit, name="publication_edit"),
    path(
        "penalties/publications/<int:pk>/submit/",
        views.publication_submit,
        name="publication_submit",
    ),
    path(
        "penalties/publications/<int:pk>/approve/",
        views.publication_approve,
        name="publication_approve",
    ),
    path(
        "penalties/publications/<int:pk>/publish/",
        views.publication_publish,
        name="publication_publish",
    ),
    path(
        "penalties/publications/<int:pk>/redraft/",
        views.publication_redraft,
        name="publication_redraft",
    ),
    *(
        path(
            f"penalties/publications/<int:pk>/{name}/",
            views.publication_move,
            {"name": name},
            name=f"publication_{name}",
        )
        for name in views.WITH_REASON
    ),
    path("public/penalties/", views.public_penalties, name="public_penalties"),
    path("public/penalties/<int:pk>/", views.public_penalty, name="public_penalty"),
]

api_urlpatterns = [
    path("publications/", list_api(PUBLICATIONS).as_view(), name="api_publications"),
]
