"""Addresses of what becomes a case."""

from django.urls import path

from penalties.origins import views

urlpatterns = [
    path("penalties/findings/<int:pk>/case/", views.case_from_finding, name="case_from_finding"),
]
