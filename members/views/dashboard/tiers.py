"""How many members stand on each tier of a program; the tiers of the program studio load it as a panel."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from loyalty_site import clock
from loyalty_site.templatetags.regulars import points
from loyalty_site.web.htmx import render_panel
from programs import drafts
from programs.guards import StaffRequest, staff_required
from programs.models import Program, Role
from programs.stairs import Step, stairs_of
from programs.terms import Tiers
from programs.tiers import level_of


@staff_required(Role.MANAGER)
@require_safe
def tier_counts(request: StaffRequest, code: str) -> HttpResponse:
    """Draw the stairs, as the draft has them if there is one, with the number of members on each step."""
    program = get_object_or_404(request.merchant.programs, code=code)
    working = drafts.working(program, now=clock.now())
    context = {"program": program, **stairs_of(working, request.merchant.currency)}
    context["steps"] = peopled(program, working.terms.tiers, context["steps"]) if working.terms.tiers else []
    return render_panel(request, "members/dashboard/tier_counts.html", context)


def peopled(program: Program, levels: Tiers, steps: list[Step]) -> list[Step]:
    """The steps with their members counted; a tier that the terms no longer know counts as the lowest."""
    counts: dict[str, int] = {}
    for code, count in program.accounts.present().values_list("tier_code").annotate(Count("pk")):
        known = level_of(levels, code).code
        counts[known] = counts.get(known, 0) + count
    return [step.with_people(in_words(counts.get(step.code, 0))) for step in steps]


def in_words(count: int) -> str:
    return ngettext("%(count)s member", "%(count)s members", count) % {"count": points(count)}
