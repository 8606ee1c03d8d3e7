"""Signing in and out: those of allauth's pages that have a face of ours, and no others."""

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import path

from loyalty_site.second_factor import adding, proven, removing
from loyalty_site.web.guards import public, signed_in

urlpatterns = [
    path("login/", public(views.login), name="account_login"),
    path("login/code/", public(views.request_login_code), name="account_request_login_code"),
    path("login/code/confirm/", public(views.confirm_login_code), name="account_confirm_login_code"),
    path("login/passkey/", public(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("login/second/", public(mfa.authenticate), name="mfa_authenticate"),
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
    path("confirm/", signed_in(views.reauthenticate), name="account_reauthenticate"),
    path("confirm/code/", signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("confirm/passkey/", signed_in(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("second/", signed_in(mfa.index), name="mfa_index"),
    path("second/app/add/", signed_in(proven(adding(app.activate_totp))), name="mfa_activate_totp"),
    path("second/app/remove/", signed_in(proven(removing(app.deactivate_totp))), name="mfa_deactivate_totp"),
    path("second/codes/", signed_in(proven(recovery.view_recovery_codes)), name="mfa_view_recovery_codes"),
    path("second/codes/new/", signed_in(proven(recovery.generate_recovery_codes)), name="mfa_generate_recovery_codes"),
    path(
        "second/codes/download/",
        signed_in(proven(recovery.download_recovery_codes)),
        name="mfa_download_recovery_codes",
    ),
    path("second/passkeys/", signed_in(mfa.index), name="mfa_list_webauthn"),
    path("second/passkeys/add/", signed_in(proven(adding(passkeys.add_webauthn))), name="mfa_add_webauthn"),
    path(
        "second/passkeys/<int:pk>/remove/",
        signed_in(proven(removing(passkeys.remove_webauthn))),
        name="mfa_remove_webauthn",
    ),
]
