"""Addresses of assignment."""

from django.urls import path

from inspections.assignments import views

urlpatterns = [
    path("institutions/<int:pk>/visits/new/", views.visit_create, name="visit_create"),
    path("inspections/visits/<int:pk>/edit/", views.visit_edit, name="visit_edit"),
    path("inspections/visits/<int:pk>/members/new/", views.member_add, name="member_add"),
    path("inspections/members/<int:pk>/recuse/", views.member_recuse, name="member_recuse"),
    path("inspections/members/<int:pk>/replace/", views.member_replace, name="member_replace"),
]
