"""Addresses of visits."""

from django.urls import path

from inspections.visits import views

urlpatterns = [
    path("inspections/visits/", views.visit_list, name="visit_list"),
    path("inspections/visits/<int:pk>/", views.visit_detail, name="visit_detail"),
    path("inspections/visits/<int:pk>/submit/", views.visit_submit, name="visit_submit"),
    path("inspections/visits/<int:pk>/approve/", views.visit_approve, name="visit_approve"),
    path("inspections/visits/<int:pk>/return/", views.visit_return, name="visit_return"),
    path("inspections/visits/<int:pk>/notify/", views.visit_notify, name="visit_notify"),
    path(
        "inspections/visits/<int:pk>/waive-notice/",
        views.visit_waive_notice,
        name="visit_waive_notice",
    ),
    path("inspections/visits/<int:pk>/cancel/", views.visit_cancel, name="visit_cancel"),
]
