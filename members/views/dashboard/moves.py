"""What publishing the draft would do to members: who changes tier, how many would be told."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from loyalty_site import clock
from loyalty_site.web.htmx import render_panel
from members import announcing, moves
from members.reading import moving
from programs import calendar, drafts, wording
from programs.guards import StaffRequest, staff_required
from programs.models import Program, Role
from programs.wording import Change


@staff_required(Role.MANAGER)
@require_safe
def program_moves(request: StaffRequest, code: str) -> HttpResponse:
    """Count who would change tier if the draft held now, from where to where, with some of them."""
    program, now = program_of(request, code), clock.now()
    working = drafts.working(program, now=now)
    found = moves.moves(program, working.terms, now=now)
    live = working.live.terms if working.live else None
    context: dict[str, Any] = {"program": program, "working": working, "found": found, "live": live}
    if found:
        context |= {
            "ways": moving.ways(found, live, working.terms),
            "summary": moving.summary(found),
            "consequences": moving.consequences(found, working.terms, request.merchant),
        }
    return render_panel(request, "members/dashboard/program_moves.html", context)


@staff_required(Role.MANAGER)
@require_safe
def program_notice(request: StaffRequest, code: str) -> HttpResponse:
    """Say how many members an announcement would reach, and what it would tell them."""
    program = program_of(request, code)
    now = clock.now()
    working, merchant = drafts.working(program, now=now), request.merchant
    mailed, shown = announcing.told_by(program)
    changes: list[Change] = []
    if working.base:
        today = calendar.local_day(now, merchant.zone)
        terms = working.base.terms, working.terms
        changes = wording.changes_for_customers(*terms, merchant.currency, on=today, places=merchant.place_names)
    context = {"program": program, "mailed": mailed, "shown": shown, "changes": changes}
    return render_panel(request, "members/dashboard/program_notice.html", context)


def program_of(request: StaffRequest, code: str) -> Program:
    return get_object_or_404(request.merchant.programs.select_related("merchant"), code=code)
