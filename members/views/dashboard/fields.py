"""The fields that a shop keeps of its members beside those that everybody knows: a page of its settings."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import move_on, render_panel
from loyalty_site.web.toasts import toast
from members import keeping_fields, own_fields
from members.forms.fields import FieldForm
from members.models import MemberField
from programs.guards import StaffRequest, staff_required
from programs.models import Role

GET_POST = ["GET", "HEAD", "POST"]


@staff_required(Role.MANAGER)
@require_safe
def fields(request: StaffRequest) -> HttpResponse:
    """List the shop's own fields, in the order in which they are shown."""
    return render(request, "members/dashboard/fields.html", {"rows": own_fields.kept_by(request.merchant)})


@staff_required(Role.MANAGER)
@require_http_methods(GET_POST)
def field_add(request: StaffRequest) -> HttpResponseBase:
    """Keep one more field of each member."""
    form = FieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            field = keeping_fields.add(request.merchant, **form.cleaned_data, by=request.staff, now=clock.now())
        except Refused as refusal:
            form.add_error("name", str(refusal.words))
        else:
            toast(request, _("%(field)s: kept for every member from now on.") % {"field": field})
            return back(request)
    return render_panel(request, "members/dashboard/field_add.html", {"form": form}, partial="drawer")


@staff_required(Role.MANAGER)
@require_http_methods(GET_POST)
def field_edit(request: StaffRequest, field_id: int) -> HttpResponseBase:
    """Rename a field, or alter its choices and where it is shown."""
    field = field_of(request, field_id)
    form = FieldForm(request.POST or None, field=field)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("name", "choices", "is_at_till")}
        try:
            field = keeping_fields.change(field, **given, by=request.staff, now=clock.now())
        except Refused as refusal:
            form.add_error("name", str(refusal.words))
        else:
            toast(request, _("Saved."))
            return back(request)
    context = {"form": form, "field": field}
    return render_panel(request, "members/dashboard/field_edit.html", context, partial="drawer")


@staff_required(Role.MANAGER)
@require_POST
def field_raise(request: StaffRequest, field_id: int) -> HttpResponseBase:
    """Show a field before the one above it."""
    keeping_fields.raise_up(field_of(request, field_id), by=request.staff, now=clock.now())
    return back(request)


@staff_required(Role.MANAGER)
@require_http_methods(GET_POST)
def field_remove(request: StaffRequest, field_id: int) -> HttpResponseBase:
    """Ask, and keep a field no longer: what members have in it is forgotten."""
    field = field_of(request, field_id)
    if request.method == "POST":
        keeping_fields.remove(field, by=request.staff, now=clock.now())
        toast(request, _("%(field)s is not kept any more.") % {"field": field})
        return back(request)
    return render_panel(request, "members/dashboard/field_remove.html", {"field": field}, partial="drawer")


def field_of(request: StaffRequest, field_id: int) -> MemberField:
    """The shop's field; raises Http404 for another shop's, and for one that was removed."""
    return get_object_or_404(MemberField.objects.kept(), merchant=request.merchant, pk=field_id)


def back(request: StaffRequest) -> HttpResponseBase:
    return move_on(request, reverse("dashboard-fields", args=[request.merchant.slug]))
