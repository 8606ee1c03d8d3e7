"""The guard of the API: whose key it is, what it may do, and how often it may ask."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from loyalty_site.web import rates
from loyalty_site.web.answers import Problem
from programs import keys
from programs.keys import Caller
from programs.models import Location, Scope, Staff


class ApiCall(HttpRequest):
    """A request that bears a key in use."""

    auth: Caller


class Key(HttpBearer):
    """Let in keys of one scope; another key of the shop gets 403, no key 401."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Caller | None:
        """Read the one header that matters; the library would read all of them."""
        kind, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        return self.authenticate(request, token) if kind.lower() == "bearer" else None

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        caller = keys.caller_of(token)
        if caller is None:
            return None
        request.auth = caller  # type: ignore[attr-defined]  # the log wants it also where the key is refused
        translation.activate(language_of(request, caller))
        hold_back(caller)
        if self.scope not in caller.scopes:
            raise Problem("missing-scope", _("This key may not %(do)s.") % {"do": self.scope.label})
        return caller


def hold_back(caller: Caller) -> None:
    """Refuse a key that asks more often than it may, saying when to come back."""
    wait = rates.seconds_to_wait(f"key-{caller.key_id}", per_minute=settings.API_REQUESTS_PER_MINUTE, now=time.time())
    if wait:
        raise Problem("too-many-requests", _("This key asks too often."), retry_after=wait)


def language_of(request: HttpRequest, caller: Caller) -> str:
    """The language that a caller asks for, else the shop's."""
    if "HTTP_ACCEPT_LANGUAGE" in request.META:
        return translation.get_language_from_request(request)
    return caller.merchant.language


def needs(scope: Scope) -> dict[str, Any]:
    """What an operation says of the keys it is open to."""
    return {"auth": Key(scope), "openapi_extra": {"x-scope": scope.value}}


def refuse_unknown_place(caller: Caller, code: str) -> None:
    """Refuse a location that the shop does not have: an order that got lost between shops helps nobody."""
    if code and code not in caller.locations:
        raise Problem(
            "malformed", _("The shop has no location with the code “%(code)s”.") % {"code": code}, field="location"
        )


def place_of(caller: Caller, code: str) -> Location | None:
    refuse_unknown_place(caller, code)
    return caller.merchant.locations.get(code=code) if code else None


def author_of(caller: Caller) -> Staff:
    """The person who made the key, in whose name and within whose limits it acts."""
    staff = Staff.objects.select_related("user", "merchant").get(pk=caller.author_id)
    if not staff.is_active:
        raise Problem("not-allowed", _("Who made this key does not work here any more. Make a new one."))
    return staff
