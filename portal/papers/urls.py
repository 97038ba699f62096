"""Addresses of papers."""

from django.urls import path

from portal.papers import setup_views, views

urlpatterns = [
    path("papers/seals/", views.seal_register, name="seal_register"),
    path("papers/settings/", setup_views.paper_settings, name="paper_settings"),
    path(
        "papers/settings/template/",
        setup_views.paper_template_default,
        name="paper_template_default",
    ),
    path(
        "papers/settings/<slug:kind>/numbers/",
        setup_views.paper_series_edit,
        name="paper_series_edit",
    ),
    path(
        "papers/settings/<slug:kind>/template/",
        setup_views.paper_template_upload,
        name="paper_template_upload",
    ),
    path(
        "papers/settings/<slug:kind>/template/end/",
        setup_views.paper_template_end,
        name="paper_template_end",
    ),
    path("papers/<int:pk>/", views.paper_detail, name="paper_detail"),
    path("papers/<int:pk>/pdf/", views.paper_pdf, name="paper_pdf"),
    path("papers/<int:pk>/docx/", views.paper_docx, name="paper_docx"),
    path("papers/<int:pk>/number/", views.paper_number, name="paper_number"),
    path("papers/<int:pk>/seal/", views.paper_seal, name="paper_seal"),
    path("papers/<int:pk>/scan/", views.paper_scan, name="paper_scan"),
]
