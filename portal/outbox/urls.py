"""Addresses of the outbox."""

from django.urls import path

from portal.outbox import batch_views, views

urlpatterns = [
    path("system/outbox/", views.outbox_list, name="outbox_list"),
    path("system/outbox/<int:pk>/", views.outbox_detail, name="outbox_detail"),
    path("system/outbox/<int:pk>/retry/", views.outbox_retry, name="outbox_retry"),
    path("system/outbox/<int:pk>/abandon/", views.outbox_abandon, name="outbox_abandon"),
    path("system/outbox/batches/", batch_views.outbox_batch_list, name="outbox_batch_list"),
    path(
        "system/outbox/batches/make/<slug:code>/",
        batch_views.outbox_batch_make,
        name="outbox_batch_make",
    ),
    path(
        "system/outbox/batches/<int:pk>/",
        batch_views.outbox_batch_detail,
        name="outbox_batch_detail",
    ),
    path(
        "system/outbox/batches/<int:pk>/file/<slug:kind>/",
        batch_views.outbox_batch_file,
        name="outbox_batch_file",
    ),
    path(
        "system/outbox/batches/<int:pk>/receipt/",
        batch_views.outbox_receipt,
        name="outbox_receipt",
    ),
    path(
        "system/outbox/batches/<int:pk>/receipt/template/",
        batch_views.outbox_receipt_template,
        name="outbox_receipt_template",
    ),
]
