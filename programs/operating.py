"""Who works at a till: whoever signed in there, or took it over with a PIN.

A PIN opens the till and nothing else. Once it was taken over, the session stays at the till until somebody signs out,
also for the person who had signed in: four digits are no way back to the rest.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

from programs.models import Staff
from programs.staffing import pins

KEPT = "operator"  # in the session: the address of the shop, and who took its till over
OPEN = {"account_logout", "theme-css", "logo-webp", "csp-report", "healthz"}


def take_over(request: HttpRequest, operator: Staff) -> None:
    """Let a person who has given their PIN work at this till from now on."""
    request.session[KEPT] = {"shop": operator.merchant.slug, "staff": operator.pk}


def is_taken_over(request: HttpRequest) -> bool:
    return KEPT in request.session


def operator_of(request: HttpRequest, signed_in: Staff) -> Staff | None:
    """The person at this till; None when whoever took it over has left the shop or has no PIN any more."""
    taken = request.session.get(KEPT)
    if taken is None:
        return signed_in
    return pins.operators(signed_in.merchant).filter(pk=taken["staff"]).first()


def at_the_till_only(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Keep a session whose till was taken over at that till; the way out is to sign out."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and is_taken_over(request) and not is_open(request):
            return redirect("till-operator-switch", request.session[KEPT]["shop"])
        return get_response(request)

    return middleware


def is_open(request: HttpRequest) -> bool:
    """Whether the address belongs to the till that was taken over, or to no person at all."""
    if request.path_info.startswith(reverse("till-home", args=[request.session[KEPT]["shop"]])):
        return True
    try:
        return resolve(request.path_info).url_name in OPEN
    except Resolver404:
        return False
