"""The audit log: who changed what, what it was before and after; to be read, filtered and taken along."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from loyalty_site import auditing, clock
from loyalty_site.web.htmx import render_panel
from members.audit_log import reading
from members.exporting.cells import lines_of
from members.forms.audit_log import AuditLogForm
from programs import calendar
from programs.guards import StaffRequest, staff_required
from programs.models import Role

MOST = 100_000  # events in one file; a narrower filter brings the rest


@staff_required(Role.MANAGER)
@require_safe
def audit_log(request: StaffRequest) -> HttpResponse:
    """List what was written down, `?before=` older events, narrowed down by the form."""
    form = AuditLogForm(request.GET, merchant=request.merchant)
    before = request.GET.get("before", "")
    number = int(before[:18]) if before.isdecimal() else None
    context = {"form": form, "sheet": reading.sheet(request.merchant, form.asked(), before=number), "most": MOST}
    return render_panel(request, "members/dashboard/audit_log.html", context, partial="log")


@staff_required(Role.MANAGER)
@require_safe
def audit_log_file(request: StaffRequest) -> HttpResponseBase:
    """Send what the list shows as a CSV file, and write down that somebody took it along."""
    form, now = AuditLogForm(request.GET, merchant=request.merchant), clock.now()
    rows = reading.in_file(request.merchant, form.asked(), most=MOST)
    auditing.record("audit-log-taken", merchant=request.merchant.pk, actor=request.user, at=now)
    answer = StreamingHttpResponse(lines_of(rows), content_type="text/csv; charset=utf-8")
    day = calendar.local_day(now, request.merchant.zone)
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-log-{request.merchant.slug}-{day}.csv"'
    return answer
