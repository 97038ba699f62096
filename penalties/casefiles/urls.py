"""Addresses of one case: its page, and one for each act."""

from django.urls import path

from penalties.casefiles import views
from penalties.casefiles.forms import ACTS

urlpatterns = [
    path("<int:pk>/", views.case_detail, name="case_detail"),
    *(
        path(f"<int:pk>/{name.replace('_', '-')}/", views.case_act, {"name": name}, f"case_{name}")
        for name in ACTS
    ),
]
