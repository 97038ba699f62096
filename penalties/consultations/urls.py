"""Addresses of consultations."""

from django.urls import path

from penalties.consultations import views

urlpatterns = [
    path("<int:pk>/", views.consultation_detail, name="consultation_detail"),
    path("<int:pk>/answer/", views.consultation_answer, name="consultation_answer"),
    path("<int:pk>/put-up/", views.consultation_put_up, name="consultation_put_up"),
    path("<int:pk>/rule/", views.consultation_rule, name="consultation_rule"),
]
