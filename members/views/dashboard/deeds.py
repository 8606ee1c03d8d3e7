"""What a member did that earns, as staff record it."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.templatetags.regulars import signed
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.toasts import toast
from members import events
from members.events import NewEvent, ReportedEvent
from members.forms.profile import EVENT_NAMES, EventForm
from members.views.dashboard.profile import back_to, member_of
from programs.guards import StaffRequest, staff_required
from programs.models import Role


@staff_required(Role.CASHIER)
@require_http_methods(["GET", "POST"])
def event_record(request: StaffRequest, number: str) -> HttpResponseBase:
    """Record an event that the running terms reward; the same form sent again changes nothing."""
    member, now = member_of(request, number), clock.now()
    form = EventForm(request.POST or None, member=member, choices=events.rewarded(request.merchant, now=now))
    if request.method == "POST" and form.is_valid():
        new = NewEvent(member=member, recorded_by=request.staff, **form.as_new())
        try:
            reported = events.report(new, merchant=request.merchant, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            say(request, new, reported)
            return back_to(request, member)
    context = {"member": member, "form": form}
    return render_panel(request, "members/dashboard/event_record.html", context, partial="drawer")


def say(request: StaffRequest, new: NewEvent, reported: ReportedEvent) -> None:
    """Tell what an event earned, and whom."""
    points = {entry.account.member_id: 0 for entry in reported.entries}
    for entry in reported.entries:
        points[entry.account.member_id] += entry.points
    earned = [f"{member}: {signed(points.get(member.pk, 0))}" for _event, member in new.sides.values()]
    toast(request, _("%(event)s: recorded.") % {"event": EVENT_NAMES[new.event]}, effect=", ".join(earned))
