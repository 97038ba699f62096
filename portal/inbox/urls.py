"""Addresses of the inbox."""

from django.urls import path

from portal.inbox import views

urlpatterns = [
    path("inbox/", views.message_list, name="message_list"),
    path("inbox/read/", views.message_read_all, name="message_read_all"),
    path("inbox/<int:pk>/", views.message_detail, name="message_detail"),
    path("inbox/<int:pk>/read/", views.message_read, name="message_read"),
    path("inbox/<int:pk>/acknowledge/", views.message_acknowledge, name="message_acknowledge"),
]
