"""What rules need to know of a shop's members and orders: words to offer, and how many members each can reach."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loyalty_site import clock
from members.reading.reach import reached
from members.reading.seen import words_seen
from programs import drafts
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


@staff_required(Role.MANAGER)
@require_safe
def program_reach(request: StaffRequest, code: str) -> HttpResponse:
    """Say of each rule of the draft how many members it can reach, into the rows of the page."""
    program = program_of(request, code)
    terms = drafts.working(program, now=clock.now()).terms
    return render(request, "members/dashboard/program_reach.html", {"reached": reached(program, terms)})
