"""All addresses. The apps' are named as strings: the kernel imports none of them."""

from django.urls import URLPattern, URLResolver, include, path

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.desk.urls")),
    path("", include("portal.files.urls")),
    path("", include("portal.lists.urls")),
    path("", include("agencies.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
