"""Addresses of the probes and of robots.txt."""

from django.urls import path

from portal.ui import health, robots

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", robots.robots, name="robots"),
]
