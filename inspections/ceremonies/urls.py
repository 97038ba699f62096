"""Addresses of the ceremony."""

from django.urls import path

from inspections.ceremonies import views

urlpatterns = [
    path("inspections/draws/<int:pk>/live/", views.draw_live, name="draw_live"),
    path("inspections/draws/<int:pk>/screen/", views.draw_screen, name="draw_screen"),
    path("inspections/draws/<int:pk>/commit/", views.draw_commit, name="draw_commit"),
    path("inspections/draws/<int:pk>/reveal/", views.draw_reveal, name="draw_reveal"),
    path("inspections/draws/<int:pk>/sitting/", views.draw_sitting, name="draw_sitting"),
    path(
        "inspections/draws/<int:pk>/sitting/commit/",
        views.draw_sitting_commit,
        name="draw_sitting_commit",
    ),
    path(
        "inspections/draws/<int:pk>/sitting/finish/",
        views.draw_sitting_finish,
        name="draw_sitting_finish",
    ),
    path("inspections/draws/<int:pk>/void/", views.draw_void, name="draw_void"),
    path("inspections/draws/<int:pk>/execute/", views.draw_execute, name="draw_execute"),
    path("inspections/draws/<int:pk>/publish/", views.draw_publish, name="draw_publish"),
]
