"""Addresses of the start page and the desk."""

from django.urls import path

from portal.desk import views

urlpatterns = [
    path("", views.start, name="start"),
    path("desk/", views.desk, name="desk"),
]
