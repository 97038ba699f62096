"""Addresses of bulletins."""

from django.urls import path

from sharing.bulletins import views

urlpatterns = [
    path("", views.bulletin_list, name="bulletin_list"),
    path("<int:pk>/", views.bulletin_detail, name="bulletin_detail"),
    path("<int:pk>/edit/", views.bulletin_edit, name="bulletin_edit"),
    path("<int:pk>/issue/", views.bulletin_issue, name="bulletin_issue"),
    path("<int:pk>/acknowledge/", views.bulletin_acknowledge, name="bulletin_acknowledge"),
]
