"""Opening and renaming the places of a shop."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loyalty_site import clock
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.toasts import toast
from programs.forms.staff import PlaceForm
from programs.guards import StaffRequest, staff_required
from programs.models import Role
from programs.staffing import places

GET_POST = ["GET", "HEAD", "POST"]
TEMPLATE = "programs/dashboard/location_edit.html"


@staff_required(Role.OWNER)
@require_http_methods(GET_POST)
def location_add(request: StaffRequest) -> HttpResponseBase:
    """Open a place."""
    form = PlaceForm(request.POST or None, merchant=request.merchant)
    if form.is_valid():
        made = places.add(**form.cleaned_data, by=request.staff, now=clock.now())
        toast(request, _("%(place)s is open") % {"place": made.name}, effect=_("staff can work there"))
        return redirect("dashboard-staff", request.merchant.slug)
    return render_panel(request, TEMPLATE, {"form": form})


@staff_required(Role.OWNER)
@require_http_methods(GET_POST)
def location_edit(request: StaffRequest, location_code: str) -> HttpResponseBase:
    """Give a place another name."""
    place = get_object_or_404(request.merchant.locations, code=location_code)
    form = PlaceForm(request.POST or None, merchant=request.merchant, place=place)
    if form.is_valid():
        places.change(place, **form.cleaned_data, by=request.staff, now=clock.now())
        toast(request, _("Saved."))
        return redirect("dashboard-staff", request.merchant.slug)
    return render_panel(request, TEMPLATE, {"form": form, "place": place})
