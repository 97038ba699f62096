"""Addresses of notices and restrictions."""

from django.urls import path

from portal.lists import list_api
from sharing.restrictions import views
from sharing.restrictions.tables import NOTICES, RESTRICTIONS

urlpatterns = [
    path("notices/", views.notice_list, name="notice_list"),
    path("notices/<int:pk>/", views.notice_detail, name="notice_detail"),
    path("notices/<int:pk>/acknowledge/", views.notice_acknowledge, name="notice_acknowledge"),
    path("restrictions/", views.restriction_list, name="restriction_list"),
    path("restrictions/<int:pk>/", views.restriction_detail, name="restriction_detail"),
]

api_urlpatterns = [
    path("notices/", list_api(NOTICES).as_view(), name="api_notices"),
    path("restrictions/", list_api(RESTRICTIONS).as_view(), name="api_restrictions"),
]
