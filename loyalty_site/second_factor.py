"""The second factor: when it is owed, that a session has given it, and how its secrets are kept.

Whoever may change a program owes one where SECOND_FACTOR is `required`. It counts for the session that gave it; a
session from before, or one on another machine, is asked once. Losing it is mended by recovery codes, or by whoever
runs the site.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from functools import cache, wraps
from hashlib import sha256
from typing import Any, cast
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import (
    clear_authentication_records,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site import sessions
from loyalty_site.models import User
from loyalty_site.web.guards import View, sign_in_first

REQUIRED = "required"
KINDS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]  # recovery codes alone are none
AFTERWARDS = "after_second_factor"  # in the session: where a person was on the way to


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth brings no types
    """Keeps secrets unreadable without the site's key, and names passkeys."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "This is not the code. Look again: the app shows another one every half minute."
        ),
    }

    def encrypt(self, text: str) -> str:
        return locks().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read a secret; one that was locked by a key of the site that is gone opens nothing any more."""
        try:
            return locks().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return str(generate_totp_secret())  # which nobody knows; an empty one anybody could reckon with

    def generate_authenticator_name(self, user: User, kind: str) -> str:
        number = Authenticator.objects.filter(user=user, type=kind).count() + 1
        return _("Passkey %(number)s") % {"number": number}


@cache
def locks() -> MultiFernet:
    """What secrets are locked with: the site's key; those before it still open."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(f"second factor {key}".encode()).digest())) for key in keys])


def is_owed(request: HttpRequest) -> bool:
    """Whether this session must give a second factor before it may go on; asked of those whose role wants one."""
    return settings.SECOND_FACTOR == REQUIRED and not is_given(request)


def is_given(request: HttpRequest) -> bool:
    """Whether this session has given one, at sign-in or since."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def ask(request: HttpRequest) -> HttpResponseBase:
    """Send a person to give their second factor, or to choose one, and remember where they were going."""
    request.session[AFTERWARDS] = whereabouts(request)
    return sign_in_first(request, by="mfa_reauthenticate" if has_one(request.user) else "mfa_index")


def whereabouts(request: HttpRequest) -> str:
    """The page that somebody is on, or wants: what a part of a page was fetched from, and no form that was sent."""
    if request.headers.get("HX-Request"):
        return urlsplit(request.headers.get("HX-Current-URL", "/")).path
    return request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("landing")


def has_one(user: object) -> bool:
    return bool(is_mfa_enabled(user, KINDS))


def holders(users: Iterable[int]) -> set[int]:
    """Which of these people have a second factor."""
    return set(Authenticator.objects.filter(user__in=[*users], type__in=KINDS).values_list("user_id", flat=True))


def newest(user: object) -> int:
    """The number of the person's newest factor, 0 for none."""
    return Authenticator.objects.filter(user=user, type__in=KINDS).aggregate(newest=Max("pk"))["newest"] or 0


def proven(view: View) -> View:
    """Let nobody past a factor they have by its own pages: its codes are shown, and another is added, after it."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and has_one(request.user) and not is_given(request):
            return sign_in_first(request, by="mfa_reauthenticate")
        return view(request, *args, **kwargs)

    return shown


def adding(view: View) -> View:
    """Adding a factor proves it: the session that added one is not asked for it again."""

    @wraps(view)
    def added(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        before = newest(request.user)
        response = view(request, *args, **kwargs)
        if newest(request.user) > before:
            record_authentication(request, request.user, method="mfa", added=True)
        return response

    return added


def removing(view: View) -> View:
    """Whoever gives up their last factor has given none any more, neither here nor where else they are signed in."""

    @wraps(view)
    def removed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        had_one = has_one(request.user)
        response = view(request, *args, **kwargs)
        if had_one and not has_one(request.user):
            clear_authentication_records(request)
            sessions.end_others(request, cast(User, request.user))
        return response

    return removed


@transaction.atomic
def reset(user: User) -> int:
    """Take a person's factors and recovery codes away and sign them out everywhere; how many factors there were."""
    count: int = Authenticator.objects.filter(user=user, type__in=KINDS).count()
    Authenticator.objects.filter(user=user).delete()
    sessions.end_all(user)
    return count
