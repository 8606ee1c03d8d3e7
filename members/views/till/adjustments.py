"""Corrections at the till: with a reason, within one's limits, undone within a minute."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web import format as formats
from loyalty_site.web.htmx import render_failed
from loyalty_site.web.toasts import only_toasts, refuse, toast
from members import adjusting, undoing
from members.forms.till import AdjustForm
from members.models import Adjustment, Member
from members.reading.purses import purses
from members.refusals import Waiting
from members.views.till import screen
from programs.guards import StaffRequest, till_required
from programs.wording.speech import active_locale


@till_required
@require_POST
def points_adjust(request: StaffRequest, number: str) -> HttpResponse:
    """Add or take points with a reason; above the person's limits it waits, and the answer says so."""
    member = get_object_or_404(request.merchant.members, number=number)
    now = clock.now()
    form = AdjustForm(request.POST, held=purses(member, now=now), merchant=request.merchant)
    if form.is_valid():
        try:
            adjustment = adjusting.adjust(
                account=form.purse.account,
                points=form.points,
                reason=form.cleaned_data["reason"],
                by=request.staff,
                reference=form.cleaned_data["reference"],
                now=now,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            announce(request, adjustment, member)
            return redirect("till-member-show", request.merchant.slug, number)
    context = screen.desk(request, member, now=now, adjust=form)
    return render_failed(request, "members/till/member_show.html", context)


def announce(request: StaffRequest, adjustment: Adjustment, member: Member) -> None:
    """Say that points were changed, with Undo; or that nothing changes before a second person agrees."""
    figure = formats.signed(adjustment.points, locale=active_locale())
    if adjustment.state == Adjustment.State.WAITING:
        waiting = Waiting.for_approval(request.staff.points_per_adjustment)
        toast(
            request, _("%(points)s for %(name)s waits") % {"points": figure, "name": member}, effect=str(waiting.words)
        )
        return
    undo_url = reverse("till-adjustment-undo", args=[request.merchant.slug, adjustment.pk])
    words = _("%(points)s for %(name)s") % {"points": figure, "name": member}
    toast(request, words, effect=adjustment.reason, undo_url=undo_url)


@till_required
@require_POST
def adjustment_undo(request: StaffRequest, adjustment_id: int) -> HttpResponse:
    """Reverse an adjustment that this person made within the last minute; a second undo changes nothing."""
    made = Adjustment.objects.filter(merchant=request.merchant, undoes=None).select_related("account__member")
    adjustment = get_object_or_404(made, pk=adjustment_id)
    now = clock.now()
    home = reverse("till-home", args=[request.merchant.slug])
    try:
        undoing.check(author_id=adjustment.author_id, done_at=adjustment.created_at, by=request.staff, now=now)
        adjusting.undo(adjustment=adjustment, by=request.staff, now=now)
    except Refused as refusal:
        return refuse(request, str(refusal.words), otherwise=home)
    figure = formats.signed(adjustment.points, locale=active_locale())
    toast(
        request,
        _("%(points)s for %(name)s undone") % {"points": figure, "name": adjustment.account.member},
    )
    return only_toasts(request, otherwise=home)
