"""A member's data in the office: what they agreed to, all that is known of them, and erasing it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import move_on, render_panel
from loyalty_site.web.toasts import toast
from members import consent_texts, consenting, erasing, looking
from members.forms.consents import ConsentForm
from members.forms.privacy import EraseForm
from members.models import Door
from members.reading import losses, person_data
from members.views.dashboard.profile import member_of
from programs.guards import StaffRequest, staff_required
from programs.models import Role


@staff_required(Role.CASHIER)
@require_http_methods(["GET", "HEAD", "POST"])
def member_consents(request: StaffRequest, number: str) -> HttpResponseBase:
    """Show what a member agreed to, and write down what they say now."""
    member, now = member_of(request, number), clock.now()
    form = ConsentForm(request.POST if request.method == "POST" else None)
    form.ask_consents(request.merchant, request.merchant.language, is_joining=False, held=member.consents)
    if request.method == "POST" and form.is_valid():
        staff = request.staff
        consenting.record(member, form.answers(), door=Door.DASHBOARD, location=staff.location, by=staff, now=now)
        toast(request, _("Consents kept for %(name)s.") % {"name": member})
        return redirect("dashboard-member-consents", request.merchant.slug, member.number)
    context = {"member": member, "form": form, "history": consent_texts.history_of(member)}
    return render_panel(request, "members/dashboard/member_consents.html", context)


@staff_required(Role.MANAGER)
@require_safe
def member_data(request: StaffRequest, number: str) -> HttpResponse:
    """Show all that the shop knows of a member; `?as=json` and `?as=html` are files to hand over."""
    member, now = member_of(request, number), clock.now()
    if kind := request.GET.get("as"):
        answer = person_data.file_of(member, kind=kind, now=now)
        looking.took(member, by=request.staff, at=now, kind=kind)
        return answer
    looking.saw(member, by=request.staff, at=now, what="data")
    context = {"member": member, "parts": person_data.parts_of(member)}
    return render_panel(request, "members/dashboard/member_data.html", context)


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def member_erase(request: StaffRequest, number: str) -> HttpResponseBase:
    """Say what erasing takes away, and erase."""
    member, now = member_of(request, number), clock.now()
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            gone = erasing.erase(member, by=request.staff, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            toast(request, _("Erased. What was bought stands under %(number)s.") % {"number": gone})
            return move_on(request, reverse("dashboard-members", args=[request.merchant.slug]))
    context = {"member": member, "form": form, "lost": losses.lost_by(member, now=now)}
    return render_panel(request, "members/dashboard/member_erase.html", context)
