"""What the radar saw, the evidence of each alert, and from when on it speaks."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loyalty_site import auditing, clock
from loyalty_site.web.htmx import move_on, render_panel
from loyalty_site.web.paging import page_of
from loyalty_site.web.toasts import toast
from programs.guards import StaffRequest, staff_required
from programs.models import Role
from reports.forms import RadarLimitsForm, SettleForm
from reports.radar import alerts, telling
from reports.radar.job import limits_of
from reports.radar.looking import LIMITS


@staff_required(Role.MANAGER)
@require_safe
def radar(request: StaffRequest) -> HttpResponse:
    """List the alerts that are open, and below them what became of others."""
    settled = request.merchant.radar_alerts.exclude(settled_at=None)
    visible = alerts.visible_to(request.staff, settled).select_related("settled_by__user").order_by("-settled_at")
    page = page_of(visible, request)
    seen = [telling.told(alert) for alert in alerts.open_for(request.staff)]
    context = {"seen": seen, "page": page, "settled": [telling.told(alert) for alert in page]}
    return render(request, "reports/dashboard/radar.html", context)


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def radar_alert(request: StaffRequest, alert_id: int) -> HttpResponseBase:
    """Show an alert with the rows that say so; POST settles it with what was found."""
    alert = get_object_or_404(alerts.visible_to(request.staff, request.merchant.radar_alerts.all()), pk=alert_id)
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        settled = alerts.settle(alert, by=request.staff, now=clock.now(), **form.cleaned_data)
        toast(request, _("Settled.") if settled else _("Somebody settled this before you; that stays."))
        return move_on(request, reverse("dashboard-radar", args=[request.merchant.slug]))
    context = {"told": telling.told(alert), "rows": telling.rows_of(alert), "form": form}
    return render_panel(request, "reports/dashboard/radar_alert.html", context)


@staff_required(Role.OWNER)
@require_http_methods(["GET", "HEAD", "POST"])
def radar_limits(request: StaffRequest) -> HttpResponseBase:
    """Say from how many on the radar speaks."""
    limits = limits_of(request.merchant)
    before = {name: getattr(limits, name) for name in LIMITS}
    form = RadarLimitsForm(request.POST or None, instance=limits)
    if request.method == "POST" and form.is_valid():
        form.save()
        auditing.record(
            "radar-limits",
            merchant=request.merchant.pk,
            actor=request.user,
            at=clock.now(),
            before=before,
            after={name: form.cleaned_data[name] for name in LIMITS},
        )
        toast(request, _("The radar looks by these numbers from tonight."))
        return move_on(request, reverse("dashboard-radar", args=[request.merchant.slug]))
    return render_panel(request, "reports/dashboard/radar_limits.html", {"form": form}, partial="drawer")
