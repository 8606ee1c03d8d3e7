"""What people type for their second factor, asked for in our words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class CodeField:
    """Calls the code a code, brings up the digits on a phone, and repeats no label inside the field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.label = _("Code")
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class CodeForm(CodeField, AuthenticateForm):  # type: ignore[misc]  # allauth brings no types
    """The app's code, or a recovery code, at sign-in."""


class ConfirmForm(CodeField, ReauthenticateForm):  # type: ignore[misc]
    """The same from somebody who has signed in already."""


class AppForm(CodeField, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app that was just set up."""


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey's name. Ours can always be signed in with by themselves."""

    passwordless = forms.BooleanField(initial=True, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].max_length = 60
        self.fields["name"].help_text = _("Such as “My phone”: by this you will know it again.")
