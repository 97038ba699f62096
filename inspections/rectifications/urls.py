"""Addresses of orders to rectify."""

from django.urls import path

from inspections.rectifications import views

ORDER = "inspections/orders/<int:pk>"

urlpatterns = [
    path("inspections/orders/", views.order_list, name="order_list"),
    path("inspections/visits/<int:pk>/orders/new/", views.order_issue, name="order_issue"),
    path(f"{ORDER}/", views.order_detail, name="order_detail"),
    path(f"{ORDER}/submit/", views.order_submit, name="order_submit"),
    path(f"{ORDER}/return/", views.order_return, name="order_return"),
    path(f"{ORDER}/close/", views.order_close, name="order_close"),
    path(f"{ORDER}/reinspect/", views.order_reinspect, name="order_reinspect"),
    path(f"{ORDER}/revoke/", views.order_revoke, name="order_revoke"),
    path(f"{ORDER}/extension/", views.extension_ask, name="extension_ask"),
    path(f"{ORDER}/extension/decide/", views.extension_decide, name="extension_decide"),
]
