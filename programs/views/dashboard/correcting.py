"""What staff may do to points by hand: the owner's reasons and limits."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.toasts import toast
from programs import correcting
from programs.forms.correcting import LimitsForm, ReasonForm
from programs.guards import StaffRequest, staff_required
from programs.models import Role


@staff_required(Role.OWNER)
@require_http_methods(["GET", "POST"])
def reasons(request: StaffRequest) -> HttpResponse:
    """List the reasons for adjusting points; a POST adds one."""
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = correcting.add(request.merchant, form.cleaned_data["words"], by=request.staff, now=clock.now())
        toast(request, _("Staff can choose “%(reason)s” now.") % {"reason": reason})
        return redirect("dashboard-reasons", request.merchant.slug)
    context = {"form": form, "reasons": correcting.kept_or_usual(request.merchant)}
    return render_panel(request, "programs/dashboard/reasons.html", context)


@staff_required(Role.OWNER)
@require_POST
def reason_offer(request: StaffRequest) -> HttpResponse:
    """Offer a reason again, or with `off` no more."""
    correcting.written_down(request.merchant)
    reason = get_object_or_404(request.merchant.reasons, words=request.POST.get("words", "").replace("\0", ""))
    is_active = "off" not in request.POST
    try:
        correcting.offer(reason, is_active=is_active, by=request.staff, now=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal.words))
    else:
        words = _("Staff can choose “%(reason)s” now.") if is_active else _("“%(reason)s” is not offered any more.")
        toast(request, words % {"reason": reason})
    return redirect("dashboard-reasons", request.merchant.slug)


@staff_required(Role.OWNER)
@require_http_methods(["GET", "POST"])
def limits(request: StaffRequest) -> HttpResponse:
    """Show and set how many points each role, and each person, may move alone."""
    people = request.merchant.staff.filter(is_active=True).select_related("user", "merchant").order_by("-role", "pk")
    form = LimitsForm(request.POST or None, of_roles=correcting.limits_of(request.merchant), people=list(people))
    if form.is_valid():
        keep(request, form)
        toast(request, _("Saved."), effect=_("The limits hold from the next adjustment."))
        return redirect("dashboard-limits", request.merchant.slug)
    return render_panel(request, "programs/dashboard/limits.html", {"form": form})


@transaction.atomic
def keep(request: StaffRequest, form: LimitsForm) -> None:
    now = clock.now()
    wished = {role: form.both(f"role_{role}") for role in form.roles}
    sure = {role: (each, day) for role, (each, day) in wished.items() if each is not None and day is not None}
    correcting.limit_roles(request.merchant, sure, by=request.staff, now=now)
    for person in form.people:
        correcting.limit_person(person, *form.both(f"staff_{person.pk}"), by=request.staff, now=now)
