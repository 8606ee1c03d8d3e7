"""Pages of the portal as a member sees them, shown to somebody else: the real views, for reading only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from http import HTTPStatus
from inspect import unwrap

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix
from django.utils import translation

from members.guards import MemberRequest
from members.models import Member
from programs.guards import StaffRequest

FILES = {"theme-css", "logo-webp"}  # of the shop, the same for everybody


def nothing() -> HttpResponse:
    """An answer on which a browser stays where it is."""
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def portal_page(request: StaffRequest, member: Member, page: str, *, below: str, language: str) -> HttpResponseBase:
    """Show the page of the portal at an address as a member sees it, in a language; its links lead below `below`.

    Whatever is no page of this member's portal answers with nothing: a link that leads out of it does nothing.
    """
    try:
        match = resolve(f"/{page}")
    except Resolver404:
        return nothing()
    if match.url_name in FILES:
        file: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return file
    arguments = dict(match.kwargs)
    if getattr(match.func, "guard", "") != "member" or arguments.pop("merchant") != member.merchant.slug:
        return nothing()
    seen = seen_by(member, request, page)
    seen.resolver_match = match
    try:
        with links_below(below), translation.override(language):
            answer: HttpResponseBase = unwrap(match.func)(seen, *match.args, **arguments)
            return answer
    except Http404:
        return nothing()


def seen_by(member: Member, request: StaffRequest, page: str) -> MemberRequest:
    """The request as the member would have sent it; messages to the one who really asks stay unread."""
    seen: MemberRequest = copy(request)  # type: ignore[assignment]
    seen.path = seen.path_info = f"/{page}"
    seen.member, seen.merchant, seen.user = member, member.merchant, member.user  # type: ignore[assignment]
    seen._messages = []  # type: ignore[attr-defined]
    seen.is_framed = True  # type: ignore[attr-defined]
    return seen


@contextmanager
def links_below(prefix: str) -> Iterator[None]:
    """Let every address that is put together begin with a prefix."""
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)
