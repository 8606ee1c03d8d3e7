"""How people sign in: staff by password, customers by a code sent to their address. Owners sign up at `/start/`.

The ground knows no members: `settings.KNOW_CUSTOMER` may make a user for a customer's address, and
`settings.CONNECT_CARDS` hands the cards with a proven address to their user.
"""

import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm, RequestLoginCodeForm, ResetPasswordForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError, transaction
from django.forms import Field
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from loyalty_site import clock, sessions
from loyalty_site.models import User


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth brings no types
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This address and this password do not belong together. Check both."),
        "incorrect_code": _("This is not the code of the last mail. Look again, or have a new one sent."),
        "too_many_login_attempts": _("Too many attempts. Wait some minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """allauth's own page for it is closed: members join at a shop, owners sign up where they open one."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of somebody who has signed in, or confirmed who they are, in the last minutes."""
        records = get_authentication_records(self.request, self.request.user)
        latest = max((record["at"] for record in records), default=0)
        return bool(time.time() - latest >= app_settings.REAUTHENTICATION_TIMEOUT)

    def add_message(self, request: HttpRequest, level: int, *args: Any, message: str = "", **kwargs: Any) -> None:
        """Say only what no page says already: allauth's own sentences are not in our voice."""
        if message:
            super().add_message(request, level, message=message)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Hand over the cards of an address that a code has just proven, and follow when the session is used."""
        if is_address_proven(request, user):
            import_string(settings.CONNECT_CARDS)(user)
        request.session[sessions.SEEN] = int(clock.now().timestamp())
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response


def is_address_proven(request: HttpRequest, user: User | None = None) -> bool:
    """Whether the person signed in by a code sent to their address; a password proves nothing about it."""
    return any(record["method"] == "code" for record in get_authentication_records(request, user or request.user))


class PlainLabels:
    """Calls an address an e-mail, as every page does, and repeats no label inside its field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Field] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in {"login", "email"}:
                field.label = _("E-mail")


class SignInForm(PlainLabels, LoginForm):  # type: ignore[misc]
    """Asks staff for their address and password."""


class ForgottenForm(PlainLabels, ResetPasswordForm):  # type: ignore[misc]
    """Asks for the address to which a code for a new password goes."""


class RequestCodeForm(PlainLabels, RequestLoginCodeForm):  # type: ignore[misc]
    """Asks for the address; a customer whom a shop knows has a user by the time it is looked up."""

    _user: User | None

    def clean_email(self) -> str:
        import_string(settings.KNOW_CUSTOMER)(self.cleaned_data["email"])
        email: str = super().clean_email()
        return email


def newcomer(email: str) -> User:
    """The user who signs in by this address, made on the spot for a new one; nothing belongs to anybody by that."""
    with suppress(IntegrityError), transaction.atomic():  # made a moment ago, by the same press
        return User.objects.filter(email__iexact=email).first() or User.objects.create_user(email)
    return User.objects.get(email__iexact=email)


def send_code(request: HttpRequest, form: RequestCodeForm, *, next_url: str) -> HttpResponse:
    """Send a code to the address of a valid form (nobody's address gets none), and go on to where it is typed in."""
    LoginCodeVerificationProcess.initiate(request=request, user=form._user, email=form.cleaned_data["email"])
    return redirect(f"{reverse('account_confirm_login_code')}?{urlencode({'next': next_url})}")


def forget(user: User) -> None:
    """Take away who a person was, and every way to sign in; the row stays for what they did."""
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    user.email, user.name, user.is_active = f"erased-{user.pk}@erased.invalid", "", False
    user.set_unusable_password()
    user.save()
