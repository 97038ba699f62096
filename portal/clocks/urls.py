"""Addresses of clocks and of the engine."""

from django.urls import path

from portal.clocks import views

urlpatterns = [
    path("clocks/<int:pk>/", views.clock_detail, name="clock_detail"),
    path("system/jobs/", views.jobs, name="jobs"),
    path("system/jobs/effects/<int:pk>/retry/", views.effect_retry, name="effect_retry"),
    path("system/jobs/deliveries/<int:pk>/retry/", views.delivery_retry, name="delivery_retry"),
    path("system/jobs/trust/", views.engine_trust, name="engine_trust"),
]
