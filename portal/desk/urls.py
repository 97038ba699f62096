"""Addresses of the start page, the desk, the search and the probes."""

from django.urls import path

from portal.desk import views

urlpatterns = [
    path("", views.start, name="start"),
    path("desk/", views.desk, name="desk"),
    path("desk/counts/", views.desk_counts, name="desk_counts"),
    path("search/", views.search, name="search"),
    path("search/suggest/", views.search_suggest, name="search_suggest"),
]
