"""Holding back whoever looks up too many members: every page of a member, and the searches of till and dashboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from loyalty_site import clock
from members import lookups, numbers
from members.lookups import Seeker
from programs.guards import StaffRequest
from programs.models import Staff

SEARCHES = {"till-member-find", "dashboard-members", "dashboard-member-merge"}  # by `?q=`


class LookupsHeldBack:
    """Middleware: count what staff look up by number, and answer 429 with Retry-After to more than is work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        number = number_in(request)
        if number and answer.status_code != 429 and hasattr(request, "staff"):
            lookups.count(seeker_of(request), number, now=clock.now())
        return answer

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        sought = number_in(request) or text_in(request)
        if not sought or not request.user.is_authenticated:
            return None
        wait = lookups.seconds_to_wait(seeker_of(request), sought, now=clock.now())
        return refused(request, wait) if wait else None


def number_in(request: HttpRequest) -> str:
    """The member's number in the address of a shop's page; "" in any other."""
    found = request.resolver_match.kwargs if request.resolver_match else {}
    number = found.get("number") if "merchant" in found else None
    return numbers.tidy(number) if isinstance(number, str) else ""


def text_in(request: HttpRequest) -> str:
    """What is searched for."""
    is_search = request.resolver_match is not None and request.resolver_match.url_name in SEARCHES
    return request.GET.get("q", "").strip() if is_search else ""


def seeker_of(request: HttpRequest) -> Seeker:
    return lookups.person(request.user.pk or 0, shop_in(request))


def shop_in(request: HttpRequest) -> str:
    return request.resolver_match.kwargs["merchant"] if request.resolver_match else ""


def found_nobody(request: StaffRequest, text: str) -> None:
    """Count a search that found nobody."""
    lookups.missed(seeker_of(request), text.strip(), now=clock.now())


def refused(request: HttpRequest, wait: int) -> HttpResponse:
    """Say how long to wait; a panel's request opens its address as a page, which says so."""
    for one in Staff.objects.filter(user=request.user.pk, merchant__slug=shop_in(request)).select_related("user"):
        lookups.note(seeker_of(request), merchant=one.merchant_id, actor=one.user, now=clock.now())
    refusal = render(request, "429.html", {"minutes": -(-wait // 60)}, status=429)
    refusal.headers["Retry-After"] = str(wait)
    if request.headers.get("HX-Request"):
        refusal.headers["HX-Redirect"] = request.get_full_path()
    return refusal
