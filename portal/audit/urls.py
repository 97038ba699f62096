"""Addresses of the audit."""

from django.urls import path

from portal.audit import views

urlpatterns = [
    path("public/audit/", views.audit_heads, name="audit_heads"),
    path("public/audit/heads.json", views.audit_heads_json, name="audit_heads_json"),
    path("public/audit/check_audit.py", views.audit_checker, name="audit_checker"),
    path("system/audit/", views.audit_list, name="audit_list"),
    path("system/audit/export/", views.audit_export, name="audit_export"),
    path("system/audit/<int:pk>/", views.audit_detail, name="audit_detail"),
]
