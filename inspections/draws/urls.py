"""Addresses of draws."""

from django.urls import path

from inspections.draws import views
from inspections.draws.tables import PUBLIC_DRAWS
from portal.lists import list_api

urlpatterns = [
    path("inspections/draws/", views.draw_list, name="draw_list"),
    path("inspections/batches/<int:pk>/draw/", views.draw_create, name="draw_create"),
    path("inspections/draws/<int:pk>/", views.draw_detail, name="draw_detail"),
    path("inspections/draws/<int:pk>/exclude/", views.draw_exclude, name="draw_exclude"),
    path("inspections/draws/<int:pk>/freeze/", views.draw_freeze, name="draw_freeze"),
    path("inspections/draws/<int:pk>/strike/", views.draw_strike, name="draw_strike"),
    path("inspections/draws/<int:pk>/record/", views.draw_record, name="draw_record"),
    path("inspections/draws/<int:pk>/annex/", views.draw_annex, name="draw_annex"),
    path("inspections/draws/<int:pk>/verify/", views.draw_verify, name="draw_verify"),
    path("public/draws/", views.public_draws, name="public_draws"),
    path("public/draws/verify_draw.py", views.verify_draw_script, name="verify_draw_script"),
    path("public/draws/<int:pk>/", views.public_draw, name="public_draw"),
    path("public/draws/<int:pk>/record/", views.public_draw_record, name="public_draw_record"),
]

api_urlpatterns = [path("draws/", list_api(PUBLIC_DRAWS).as_view(), name="api_draws")]
