"""Signing in and out: those of allauth's pages that have a face of ours, and no others."""

from allauth.account import views
from django.urls import path

from loyalty_site.web.guards import public

urlpatterns = [
    path("login/", public(views.login), name="account_login"),
    path("login/code/", public(views.request_login_code), name="account_request_login_code"),
    path("login/code/confirm/", public(views.confirm_login_code), name="account_confirm_login_code"),
    path("logout/", public(views.logout), name="account_logout"),
    path("inactive/", public(views.account_inactive), name="account_inactive"),
    path("password/reset/", public(views.password_reset), name="account_reset_password"),
    path(
        "password/reset/confirm/",
        public(views.confirm_password_reset_code),
        name="account_confirm_password_reset_code",
    ),
    path("password/reset/complete/", public(views.complete_password_reset), name="account_complete_password_reset"),
    path("password/reset/done/", public(views.password_reset_from_key_done), name="account_password_reset_completed"),
]
