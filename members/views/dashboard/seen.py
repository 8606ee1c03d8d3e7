"""The words that a rule's form offers, out of the shop's own orders and members."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loyalty_site import clock
from members.reading.seen import words_seen
from programs.guards import StaffRequest, staff_required
from programs.models import Role
from programs.views.dashboard.studio import program_of


@staff_required(Role.MANAGER)
@require_safe
def program_seen(request: StaffRequest, code: str) -> HttpResponse:
    """Offer categories, products, channels and segments as lists that inputs complete from."""
    program_of(request, code)
    seen = words_seen(request.merchant, now=clock.now())
    return render(request, "members/dashboard/program_seen.html", {"seen": seen})
