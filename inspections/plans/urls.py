"""Addresses of plans, batches and the item list."""

from django.urls import path

from inspections.plans import views

urlpatterns = [
    path("inspections/plans/", views.plan_list, name="plan_list"),
    path("inspections/plans/new/", views.plan_create, name="plan_create"),
    path("inspections/plans/<int:pk>/", views.plan_detail, name="plan_detail"),
    path("inspections/plans/<int:pk>/edit/", views.plan_edit, name="plan_edit"),
    path("inspections/plans/<int:pk>/submit/", views.plan_submit, name="plan_submit"),
    path("inspections/plans/<int:pk>/recall/", views.plan_recall, name="plan_recall"),
    path("inspections/plans/<int:pk>/approve/", views.plan_approve, name="plan_approve"),
    path("inspections/plans/<int:pk>/return/", views.plan_return, name="plan_return"),
    path("inspections/plans/<int:pk>/publish/", views.plan_publish, name="plan_publish"),
    path(
        "inspections/plans/<int:pk>/replacement/", views.plan_replacement, name="plan_replacement"
    ),
    path("inspections/plans/<int:pk>/withdraw/", views.plan_withdraw, name="plan_withdraw"),
    path("inspections/plans/<int:pk>/discard/", views.plan_discard, name="plan_discard"),
    path("inspections/plans/<int:pk>/batches/new/", views.batch_create, name="batch_create"),
    path("inspections/batches/", views.batch_list, name="batch_list"),
    path("inspections/batches/<int:pk>/", views.batch_detail, name="batch_detail"),
    path("inspections/batches/<int:pk>/edit/", views.batch_edit, name="batch_edit"),
    path("inspections/batches/<int:pk>/remove/", views.batch_remove, name="batch_remove"),
    path("inspections/items/", views.checkitem_list, name="checkitem_list"),
    path("inspections/items/<int:pk>/", views.checkitem_detail, name="checkitem_detail"),
    path("public/plans/", views.public_plans, name="public_plans"),
    path("public/plans/<int:pk>/", views.public_plan, name="public_plan"),
]
