"""Tills and staff: who works at the shop and as what, where they are signed in, their leaving and coming back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loyalty_site import clock, sessions
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.toasts import refuse, toast
from programs.forms.staff import PinForm, RoleForm
from programs.guards import StaffRequest, staff_required
from programs.models import Role, Staff
from programs.staffing import pins, roles
from programs.staffing.people import described, former, of_shop, people

GET_POST = ["GET", "HEAD", "POST"]


@staff_required(Role.MANAGER)
@require_safe
def staff(request: StaffRequest) -> HttpResponse:
    """Show who works here, who is invited, and who has left."""
    context = {
        "people": people(request.merchant, reader=request.staff),
        "former": former(request.merchant, reader=request.staff),
        "invitations": request.merchant.invitations.open().select_related("location"),
        "roles": [(role.label, roles.WORDS[role]) for role in reversed(Role)],
        "places": request.merchant.locations.annotate(worker_count=Count("staff", filter=Q(staff__is_active=True))),
        "now": clock.now(),
    }
    return render(request, "programs/dashboard/staff.html", context)


@staff_required(Role.MANAGER)
@require_http_methods(GET_POST)
def staff_show(request: StaffRequest, staff_id: int) -> HttpResponseBase:
    """Show one person, and change their role and place."""
    person = get_object_or_404(of_shop(request.merchant), pk=staff_id)
    form = RoleForm(request.POST or None, by=request.staff, initial={"role": person.role, "location": person.location})
    if form.is_valid():
        try:
            roles.change(person, **form.cleaned_data, by=request.staff, now=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            toast(request, _("Saved."), effect=_("It counts from the next page they open."))
            return redirect("dashboard-staff", request.merchant.slug)
    return render_panel(request, "programs/dashboard/staff_show.html", {"form": form, **shown(request, person)})


def shown(request: StaffRequest, person: Staff) -> dict[str, Any]:
    (found,) = described([person], reader=request.staff)
    return {
        "person": found,
        "words": roles.WORDS[Role(person.role)],
        "sessions": sessions.of_user(person.user, request) if found.is_mine else [],
        "key_count": request.merchant.api_keys.in_use().filter(author=person).count(),
    }


def done(request: StaffRequest, staff_id: int, deed: Any, words: str, effect: str) -> HttpResponseBase:
    """Do one thing to somebody, and say so; or say who has to do it."""
    person = get_object_or_404(of_shop(request.merchant), pk=staff_id)
    try:
        deed(person, by=request.staff, now=clock.now())
    except Refused as refusal:
        return refuse(request, str(refusal.words), otherwise=request.path.rsplit("/", 2)[0] + "/")
    toast(request, words % {"name": person.user.get_full_name()}, effect=effect)
    return redirect("dashboard-staff", request.merchant.slug)


@staff_required(Role.MANAGER)
@require_POST
def staff_end(request: StaffRequest, staff_id: int) -> HttpResponseBase:
    words, effect = _("%(name)s does not work here any more"), _("signed out everywhere")
    return done(request, staff_id, roles.end, words, effect)


@staff_required(Role.MANAGER)
@require_POST
def staff_return(request: StaffRequest, staff_id: int) -> HttpResponseBase:
    return done(request, staff_id, roles.take_back, _("%(name)s works here again"), "")


@staff_required(Role.MANAGER)
@require_POST
def staff_sign_out(request: StaffRequest, staff_id: int) -> HttpResponseBase:
    return done(request, staff_id, roles.sign_out, _("%(name)s is signed out everywhere"), "")


@staff_required(Role.MANAGER)
@require_POST
def staff_pin_remove(request: StaffRequest, staff_id: int) -> HttpResponseBase:
    words = _("%(name)s has no PIN any more")
    return done(request, staff_id, remove_pin, words, _("they sign in and choose another"))


def remove_pin(person: Staff, *, by: Staff, now: datetime) -> None:
    if not roles.looks_after(by, person):
        raise roles.NotYours(_("Only an owner can do this."))
    pins.remove(person, by=by, now=now)


@staff_required(Role.CASHIER)
@require_http_methods(GET_POST)
def pin(request: StaffRequest) -> HttpResponseBase:
    """Choose one's own PIN for the till."""
    form = PinForm(request.POST or None)
    if form.is_valid():
        try:
            pins.choose(request.staff, form.cleaned_data["pin"], now=clock.now())
        except pins.WeakPin as refusal:
            form.add_error("pin", str(refusal.words))
        else:
            toast(request, _("Your PIN is set."), effect=_("take over any till of the shop with it"))
            return redirect("till-home", request.merchant.slug)
    has_pin = pins.operators(request.merchant).filter(pk=request.staff.pk).exists()
    return render_panel(request, "programs/dashboard/pin.html", {"form": form, "has_pin": has_pin})
