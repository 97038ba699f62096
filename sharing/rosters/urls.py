"""Addresses of the rosters."""

from django.urls import path

from sharing.rosters import api, views

urlpatterns = [
    path("", views.roster_home, name="roster_home"),
    path("periods/<slug:code>/", views.roster_board, name="roster_board"),
    path("all/", views.roster_list, name="roster_list"),
    path("rows/", views.roster_row_list, name="roster_row_list"),
    path("<int:pk>/", views.roster_detail, name="roster_detail"),
    path("<int:pk>/template/", views.roster_template, name="roster_template"),
    path("<int:pk>/sample/", views.roster_sample, name="roster_sample"),
    path("<int:pk>/upload/", views.roster_upload, name="roster_upload"),
    path("<int:pk>/nil/", views.roster_nil, name="roster_nil"),
    path("<int:pk>/urge/", views.roster_urge, name="roster_urge"),
    *(
        path(f"<int:pk>/{name}/", views.roster_move, {"name": name}, name=f"roster_{name}")
        for name in views.MOVES
    ),
    path("drafts/<int:pk>/", views.roster_draft, name="roster_draft"),
    path("drafts/<int:pk>/confirm/", views.roster_draft_confirm, name="roster_draft_confirm"),
    path("drafts/<int:pk>/marked/", views.roster_draft_marked, name="roster_draft_marked"),
    path("drafts/<int:pk>/submit/", views.roster_draft_submit, name="roster_draft_submit"),
    path("versions/<int:pk>/", views.roster_version, name="roster_version"),
]

api_urlpatterns = [
    path("rosters/", api.rosters, name="api_rosters"),
    path("rosters/template/", api.template, name="api_roster_template"),
]
