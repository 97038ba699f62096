"""Addresses of the law's data."""

from django.urls import path

from portal.law import calendar_views, views

urlpatterns = [
    path("public/law/", views.basis_list, name="basis_list"),
    path("system/law/rules/", views.rule_list, name="rule_list"),
    path("system/law/rules/<int:pk>/", views.rule_detail, name="rule_detail"),
    path("system/law/rules/<int:pk>/propose/", views.rule_propose, name="rule_propose"),
    path("system/law/rules/<int:pk>/approve/", views.rule_approve, name="rule_approve"),
    path("system/law/rules/<int:pk>/withdraw/", views.rule_withdraw, name="rule_withdraw"),
    path("system/law/parameters/", views.parameter_list, name="parameter_list"),
    path("system/law/parameters/<int:pk>/", views.parameter_detail, name="parameter_detail"),
    path(
        "system/law/parameters/<int:pk>/propose/", views.parameter_propose, name="parameter_propose"
    ),
    path(
        "system/law/parameters/<int:pk>/approve/", views.parameter_approve, name="parameter_approve"
    ),
    path(
        "system/law/parameters/<int:pk>/withdraw/",
        views.parameter_withdraw,
        name="parameter_withdraw",
    ),
    path("system/law/calendar/", calendar_views.calendar_list, name="calendar_list"),
    path("system/law/calendar/<int:pk>/", calendar_views.calendar_detail, name="calendar_detail"),
    path("system/law/calendar/import/", calendar_views.calendar_import, name="calendar_import"),
    path(
        "system/law/calendar/template/", calendar_views.calendar_template, name="calendar_template"
    ),
    path(
        "system/law/calendar/<int:pk>/approve/",
        calendar_views.calendar_approve,
        name="calendar_approve",
    ),
    path(
        "system/law/calendar/<int:pk>/withdraw/",
        calendar_views.calendar_withdraw,
        name="calendar_withdraw",
    ),
]
