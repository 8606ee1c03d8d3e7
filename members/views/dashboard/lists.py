"""Keeping views of the list of members, and forgetting them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import move_on, render_panel
from loyalty_site.web.toasts import toast
from members.forms.listing import KeepForm
from members.listing import saving
from members.models import SavedList
from programs.guards import StaffRequest, staff_required
from programs.models import Role


@staff_required(Role.CASHIER)
@require_http_methods(["GET", "POST"])
def list_add(request: StaffRequest) -> HttpResponseBase:
    """Keep the view that stands in the address under a name; an own one of that name is replaced."""
    may_share = request.staff.role >= Role.MANAGER
    form = KeepForm(request.POST or None, may_share=may_share, initial={"query": request.GET.urlencode()})
    if request.method == "POST" and form.is_valid():
        try:
            saved = saving.keep(by=request.staff, now=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            toast(request, _("“%(name)s” is kept.") % {"name": saved})
            return move_on(request, f"{reverse('dashboard-members', args=[request.merchant.slug])}?{saved.query}")
    return render_panel(request, "members/dashboard/list_add.html", {"form": form}, partial="drawer")


@staff_required(Role.CASHIER)
@require_POST
def list_remove(request: StaffRequest, list_id: int) -> HttpResponseBase:
    """Forget a view: one's own, or, as the owner, a shared one."""
    saved = get_object_or_404(SavedList.objects.seen_by(request.staff).select_related("author__user"), pk=list_id)
    try:
        saving.remove(saved, by=request.staff)
    except Refused as refusal:
        messages.error(request, str(refusal.words))
    else:
        toast(request, _("“%(name)s” is removed.") % {"name": saved})
    return redirect("dashboard-members", request.merchant.slug)
