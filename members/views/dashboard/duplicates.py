"""Members who may be one person: the list of pairs, and saying that two are not the same."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loyalty_site import clock
from loyalty_site.web.paging import page_of
from loyalty_site.web.toasts import toast
from members import looking
from members.merging import duplicates as looking_alike
from members.models import Duplicate
from programs.guards import StaffRequest, staff_required
from programs.models import Role


@staff_required(Role.MANAGER)
@require_safe
def duplicates(request: StaffRequest) -> HttpResponse:
    """List the pairs of members that last night found alike."""
    pairs = Duplicate.objects.open().filter(merchant=request.merchant).select_related("first", "second")
    page = page_of(pairs.order_by("-id"), request)
    looking.saw_list("duplicates", len(page), by=request.staff, at=clock.now())
    return render(request, "members/dashboard/duplicates.html", {"page": page})


@staff_required(Role.MANAGER)
@require_POST
def duplicate_dismiss(request: StaffRequest, pair_id: int) -> HttpResponse:
    """Remember that two members are not the same person."""
    pair = get_object_or_404(Duplicate, merchant=request.merchant, pk=pair_id)
    looking_alike.dismiss(pair, by=request.staff, now=clock.now())
    toast(request, _("%(one)s and %(other)s stay two members.") % {"one": pair.first, "other": pair.second})
    return redirect("dashboard-duplicates", request.merchant.slug)
