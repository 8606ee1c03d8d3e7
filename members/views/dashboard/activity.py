"""What happened lately in the whole shop, and what waits for somebody's decision."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from loyalty_site import clock
from loyalty_site.web.htmx import render_panel
from members.models import Adjustment
from members.reading import statement
from members.views.dashboard.adjusting import adjustments
from programs.guards import StaffRequest, staff_required
from programs.models import Role

LINES = 25


@staff_required(Role.CASHIER)
@require_safe
def activity(request: StaffRequest) -> HttpResponse:
    """List the latest entries, `?kind=` of one kind, `?before=` older ones; above them what waits for approval."""
    now = clock.now()
    kind = request.GET.get("kind", "")
    context = {
        "kind": kind,
        "choices": statement.choices("earned", "spent", "expired", "adjusted"),
        "sheet": statement.shop_sheet(
            request.merchant, kind=kind, before=request.GET.get("before", ""), size=LINES, now=now
        ),
        "waiting": list(adjustments(request.merchant).filter(state=Adjustment.State.WAITING).order_by("created_at")),
        "can_decide": request.staff.role >= Role.MANAGER,
    }
    return render_panel(request, "members/dashboard/activity.html", context, partial="ledger")
