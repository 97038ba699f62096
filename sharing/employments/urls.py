"""Addresses of the merged list and the matching queue."""

from django.urls import path

from portal.lists import list_api
from sharing.employments import views
from sharing.employments.tables import EMPLOYMENTS

urlpatterns = [
    path("", views.employment_list, name="employment_list"),
    path("<int:pk>/", views.employment_detail, name="employment_detail"),
    path("matching/", views.match_list, name="match_list"),
    path("matching/<int:pk>/", views.match_row, name="match_row"),
]

api_urlpatterns = [
    path("employments/", list_api(EMPLOYMENTS).as_view(), name="api_employments"),
]
