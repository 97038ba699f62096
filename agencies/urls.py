"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from agencies.accounts import views as accounts
from agencies.accounts.tables import ACCOUNTS
from agencies.delegations import views as delegations
from agencies.directory import views as directory
from agencies.directory.tables import AGENCIES
from agencies.matters import views as matters
from agencies.matters.tables import MATTERS
from agencies.people import views as people
from agencies.people.tables import EXPERTS, INSPECTORS
from agencies.sessions import views as sessions
from agencies.setup.views import setup
from portal.lists import list_api

urlpatterns: list[URLPattern | URLResolver] = [
    path("setup/", setup, name="setup"),
    # directory
    path("agencies/", directory.agency_list, name="agency_list"),
    path("agencies/new/", directory.agency_create, name="agency_create"),
    path("agencies/<int:pk>/", directory.agency_detail, name="agency_detail"),
    path("agencies/<int:pk>/edit/", directory.agency_edit, name="agency_edit"),
    path("agencies/<int:pk>/end/", directory.agency_end, name="agency_end"),
    # accounts
    path("accounts/", accounts.account_list, name="account_list"),
    path("accounts/new/", accounts.account_create, name="account_create"),
    path("accounts/<int:pk>/", accounts.account_detail, name="account_detail"),
    path("accounts/<int:pk>/edit/", accounts.account_edit, name="account_edit"),
    path("accounts/<int:pk>/posts/new/", accounts.post_open, name="post_open"),
    path("accounts/<int:pk>/<slug:act>/", accounts.account_act, name="account_act"),
    path("accounts/posts/<int:pk>/roles/", accounts.post_roles, name="post_roles"),
    path("accounts/posts/<int:pk>/end/", delegations.post_end, name="post_end"),
    # delegations
    path("accounts/delegations/", delegations.delegation_list, name="delegation_list"),
    path("accounts/delegations/new/", delegations.delegation_create, name="delegation_create"),
    path(
        "accounts/delegations/<int:pk>/withdraw/",
        delegations.delegation_withdraw,
        name="delegation_withdraw",
    ),
    path("accounts/handovers/new/", delegations.handover_create, name="handover_create"),
    path("accounts/handovers/<int:pk>/", delegations.handover_detail, name="handover_detail"),
    path("accounts/handovers/<int:pk>/hand/", delegations.handover_hand, name="handover_hand"),
    path(
        "accounts/handovers/<int:pk>/receive/",
        delegations.handover_receive,
        name="handover_receive",
    ),
    path(
        "accounts/handovers/<int:pk>/cancel/", delegations.handover_cancel, name="handover_cancel"
    ),
    # people
    path("people/inspectors/", people.inspector_list, name="inspector_list"),
    path("people/inspectors/new/", people.inspector_create, name="inspector_create"),
    path("people/inspectors/import/", people.inspector_import, name="inspector_import"),
    path("people/inspectors/template/", people.inspector_template, name="inspector_template"),
    path(
        "people/inspectors/import/<int:pk>/",
        people.inspector_import_check,
        name="inspector_import_check",
    ),
    path("people/inspectors/<int:pk>/", people.inspector_detail, name="inspector_detail"),
    path("people/inspectors/<int:pk>/edit/", people.inspector_edit, name="inspector_edit"),
    path("people/experts/", people.expert_list, name="expert_list"),
    path("people/experts/new/", people.expert_create, name="expert_create"),
    path("people/experts/import/", people.expert_import, name="expert_import"),
    path("people/experts/template/", people.expert_template, name="expert_template"),
    path("people/experts/import/<int:pk>/", people.expert_import_check, name="expert_import_check"),
    path("people/experts/<int:pk>/", people.expert_detail, name="expert_detail"),
    path("people/experts/<int:pk>/edit/", people.expert_edit, name="expert_edit"),
    # matters
    path("matters/", matters.matter_list, name="matter_list"),
    path("matters/<int:pk>/", matters.matter_detail, name="matter_detail"),
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

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", list_api(ACCOUNTS).as_view(), name="api_accounts"),
    path("agencies/", list_api(AGENCIES).as_view(), name="api_agencies"),
    path("experts/", list_api(EXPERTS).as_view(), name="api_experts"),
    path("inspectors/", list_api(INSPECTORS).as_view(), name="api_inspectors"),
    path("matters/", list_api(MATTERS).as_view(), name="api_matters"),
]
