"""How long points last, what a refund takes back, what limits a member."""

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
def program_limits(request: StaffRequest, code: str) -> HttpResponse:
    """Show expiry, refunds and caps."""
    context = studio(request, code, "limits")
    context |= {"parts": in_parts(context["working"].terms, request.merchant.currency)}
    return render(request, "programs/dashboard/program_limits.html", context)
