"""How a program earns: the base rate and the rules, as sentences."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from programs.guards import StaffRequest, staff_required
from programs.models import Role
from programs.views.dashboard.studio import studio
from programs.wording import in_parts


@staff_required(Role.MANAGER)
@require_safe
def program_show(request: StaffRequest, code: str = "") -> HttpResponse:
    """Show what a program earns; without a code, the shop's first one."""
    first = code or request.merchant.programs.order_by("-is_active", "pk").values_list("code", flat=True).first()
    if not first:
        return render(request, "programs/dashboard/program_show_empty.html")
    context = studio(request, first, "show")
    context |= {"parts": in_parts(context["working"].terms, request.merchant.currency)}
    return render(request, "programs/dashboard/program_show.html", context)
