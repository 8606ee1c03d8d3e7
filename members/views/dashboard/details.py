"""What a shop knows of one member, as staff write it: details, tags, and whether the card is blocked."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.toasts import refuse, toast
from members import blocked_cards, blocking, correcting, own_fields, segments
from members.forms.profile import BlockForm, DetailsForm, TagsForm
from members.views.dashboard.profile import back_to, member_of, page_of
from programs.guards import StaffRequest, staff_required
from programs.models import Role

GET_POST = ["GET", "HEAD", "POST"]


@staff_required(Role.CASHIER)
@require_http_methods(GET_POST)
def member_edit(request: StaffRequest, number: str) -> HttpResponseBase:
    """Correct what the shop knows of a member."""
    member = member_of(request, number)
    form = DetailsForm(request.POST or None, member=member, own=own_fields.kept_by(request.merchant))
    if request.method == "POST" and form.is_valid():
        try:
            member = correcting.correct(member, form.changed_facts(), form.values, by=request.staff, now=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            toast(request, _("Saved."))
            return back_to(request, member)
    context = {"member": member, "form": form}
    return render_panel(request, "members/dashboard/member_edit.html", context, partial="drawer")


@staff_required(Role.MANAGER)
@require_http_methods(GET_POST)
def member_tags(request: StaffRequest, number: str) -> HttpResponseBase:
    """Tag a member; rules may ask for tags."""
    member, now = member_of(request, number), clock.now()
    form = TagsForm(
        request.POST or None,
        asked_for=segments.asked_for(request.merchant, now=now),
        initial={"tags": ", ".join(member.segments)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            segments.put_into(member, form.cleaned_data["tags"], by=request.staff, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            toast(request, _("Tags kept for %(name)s.") % {"name": member})
            return back_to(request, member)
    context = {"member": member, "form": form}
    return render_panel(request, "members/dashboard/member_tags.html", context, partial="drawer")


@staff_required(Role.MANAGER)
@require_http_methods(GET_POST)
def member_block(request: StaffRequest, number: str) -> HttpResponseBase:
    """Say what a block means, ask why, and block the card."""
    member = member_of(request, number)
    form = BlockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        blocking.block(member, form.cleaned_data["reason"], by=request.staff, now=clock.now())
        toast(request, _("The card of %(name)s is blocked.") % {"name": member})
        return back_to(request, member)
    context = {"member": member, "form": form, "may_not": blocked_cards.MAY_NOT, "still": blocked_cards.STILL}
    return render_panel(request, "members/dashboard/member_block.html", context, partial="drawer")


@staff_required(Role.MANAGER)
@require_POST
def member_unblock(request: StaffRequest, number: str) -> HttpResponseBase:
    """Let a blocked card be used again."""
    member = member_of(request, number)
    try:
        blocking.unblock(member, by=request.staff, now=clock.now())
    except Refused as refusal:
        return refuse(request, str(refusal.words), otherwise=page_of(request, member))
    toast(request, _("The card of %(name)s can be used again.") % {"name": member})
    return back_to(request, member)
