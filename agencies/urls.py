"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from agencies.sessions import views as sessions

urlpatterns: list[URLPattern | URLResolver] = [
    # sessions
    path("accounts/login/", sessions.login, name="login"),
    path("accounts/login/demo/", sessions.demo_sign_in, name="demo_sign_in"),
    path("accounts/logout/", sessions.logout, name="logout"),
    path("accounts/second-step/", sessions.second_step, name="second_step"),
    path("accounts/totp/", sessions.totp_enrol, name="totp_enrol"),
    path("accounts/totp/codes/", sessions.recovery_codes, name="recovery_codes"),
    path("accounts/invitation/<str:key>/", sessions.invitation_accept, name="invitation_accept"),
    path("accounts/post/", sessions.post_switch, name="post_switch"),
    path("accounts/me/", sessions.account, name="account"),
    path("accounts/me/password/", sessions.password_change, name="password_change"),
    path("accounts/me/sessions/<int:pk>/end/", sessions.session_end, name="session_end"),
    path("accounts/me/tokens/<int:pk>/revoke/", sessions.token_revoke, name="token_revoke"),
]
