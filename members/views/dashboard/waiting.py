"""What waits for a second person: adjustments above somebody's limits, and changes to many members."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from loyalty_site.web.htmx import render_panel
from loyalty_site.web.paging import page_of
from members.models import Adjustment, Bulk
from members.reading import bulk as reading
from members.views.dashboard.adjusting import adjustments
from programs.guards import StaffRequest, staff_required
from programs.models import Role

LATELY = 10


@staff_required(Role.MANAGER)
@require_safe
def waiting(request: StaffRequest) -> HttpResponse:
    """List what waits, the oldest first, and what was decided lately."""
    rows = adjustments(request.merchant)
    page = page_of(rows.filter(state=Adjustment.State.WAITING).order_by("created_at", "pk"), request)
    bulks = request.merchant.bulks.filter(state=Bulk.State.WAITING).select_related("author__user", "program")
    single = rows.exclude(decided_at=None).exclude(reference__startswith="bulk:")
    context = {
        "page": page,
        "waiting": list(page),
        "bulks": [(one, reading.title_of(one)) for one in bulks.order_by("pk")],
        "decided": single.select_related("decided_by__user").order_by("-decided_at", "-pk")[:LATELY],
        "can_decide": True,
    }
    return render_panel(request, "members/dashboard/waiting.html", context)
