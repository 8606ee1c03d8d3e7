"""Posters: a sign-up link for each location, as a QR code to print and to put into other designs."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.http import require_safe

from loyalty_site import clock
from members.reading.posters import Poster, posters_of
from programs.guards import StaffRequest, staff_required
from programs.models import Role


@staff_required(Role.CASHIER)
@require_safe
def posters(request: StaffRequest) -> HttpResponse:
    """List the sign-up links, one for each location and one for everywhere."""
    return render(request, "members/dashboard/posters.html", {"posters": posters_of(request.merchant)})


@staff_required(Role.CASHIER)
@require_safe
def poster_print(request: StaffRequest) -> HttpResponse:
    """Show the poster of a location, `?at=`, or the one for everywhere: a sheet of paper, in the shop's language."""
    poster = asked_for(request)
    with translation.override(request.merchant.language):
        context = {"poster": poster, "lines": poster.lines(now=clock.now()), "theme": "light"}
        return render(request, "members/dashboard/poster_print.html", context)


@staff_required(Role.CASHIER)
@require_safe
def poster_svg(request: StaffRequest) -> HttpResponse:
    """Answer the QR code of a location alone, as a file for a designer."""
    poster = asked_for(request)
    name = f"{request.merchant.slug}-{poster.code or 'join'}.svg"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(poster.svg, content_type="image/svg+xml", headers=headers)


def asked_for(request: StaffRequest) -> Poster:
    """The poster of the location that `?at=` names; raises Http404 for one that the shop does not have."""
    code = request.GET.get("at", "")
    location = get_object_or_404(request.merchant.locations, code=code) if code else None
    return Poster(request.merchant, location)
