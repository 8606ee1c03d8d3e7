"""Why an entry of the ledger is as it is: opened in its row, or as a page of its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from loyalty_site import clock
from loyalty_site.web.htmx import render_panel
from members.models import LedgerEntry
from members.reading import statement
from members.reading.why import why_of
from programs.guards import StaffRequest, staff_required
from programs.models import Role, Staff
from programs.wording import Audience


@staff_required(Role.CASHIER)
@require_safe
def entry_why(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Open an entry, or with `?close` close its row again; `?names` keeps the member's name in the row."""
    entries = statement.readable(LedgerEntry.objects.filter(program__merchant=request.merchant))
    line = statement.lines_of([get_object_or_404(entries, pk=entry_id)], now=clock.now())[0]
    why = None if "close" in request.GET else why_of(line.entry, audience_of(request.staff))
    context = {"line": line, "why": why, "names": "names" in request.GET, "member": line.entry.account.member}
    return render_panel(request, "members/dashboard/entry_why.html", context, partial="row")


def audience_of(staff: Staff) -> Audience:
    """Managers read what the owner reads."""
    return "owner" if staff.role >= Role.MANAGER else "cashier"
