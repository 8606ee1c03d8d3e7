"""Adjusting points by hand, and deciding what waits for a second person."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.templatetags.regulars import signed
from loyalty_site.web.htmx import move_on, render_panel
from loyalty_site.web.toasts import toast
from members import adjusting, undoing
from members.forms.dashboard import AdjustForm
from members.models import Account, Adjustment
from members.views.dashboard.profile import member_of
from programs.guards import StaffRequest, staff_required
from programs.models import Merchant, Role

DECISIONS = {"approve": True, "decline": False}


@staff_required(Role.CASHIER)
@require_http_methods(["GET", "POST"])
def member_adjust(request: StaffRequest, number: str) -> HttpResponseBase:
    """Add or take points with a reason; above the person's limits it waits, and says so."""
    member = member_of(request, number)
    accounts = member.accounts.filter(program__is_active=True).select_related("program__merchant", "member")
    limit = request.staff.points_per_adjustment
    form = AdjustForm(
        request.POST or None, accounts=accounts.order_by("program"), merchant=request.merchant, limit=limit
    )
    if request.method == "POST" and form.is_valid():
        try:
            adjustment = adjusting.adjust(by=request.staff, now=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            say(request, adjustment)
            return move_on(request, reverse("dashboard-member-show", args=[request.merchant.slug, member.number]))
    context = {"member": member, "form": form}
    return render_panel(request, "members/dashboard/member_adjust.html", context, partial="drawer")


def say(request: StaffRequest, adjustment: Adjustment) -> None:
    """Tell whoever adjusted what came of it; what was posted can be undone."""
    about = {"points": signed(adjustment.points), "name": adjustment.account.member}
    if adjustment.state == Adjustment.State.WAITING:
        effect = _("A manager or the owner decides.")
        toast(request, _("%(points)s for %(name)s waits for a second person.") % about, effect=effect)
        return
    undo_url = reverse("dashboard-adjustment-undo", args=[request.merchant.slug, adjustment.pk])
    toast(request, _("%(points)s points for %(name)s.") % about, effect=adjustment.reason, undo_url=undo_url)


@staff_required(Role.CASHIER)
@require_POST
def adjustment_undo(request: StaffRequest, adjustment_id: int) -> HttpResponseBase:
    """Post the reversal of an adjustment: managers of any, a cashier of an own one within a minute."""
    made = adjustments(request.merchant).filter(undoes=None)
    adjustment = get_object_or_404(made, pk=adjustment_id)
    now, by = clock.now(), request.staff
    try:
        if by.role < Role.MANAGER:
            undoing.check(author_id=adjustment.author_id, done_at=adjustment.created_at, by=by, now=now)
        adjusting.undo(adjustment=adjustment, by=by, now=now)
    except Refused as refusal:
        messages.error(request, str(refusal.words))
    else:
        toast(request, _("Undone."), effect=adjustment.reason)
    return back(request, adjustment.account)


@staff_required(Role.MANAGER)
@require_POST
def adjustment_decide(request: StaffRequest, adjustment_id: int) -> HttpResponseBase:
    """Approve (`decision=approve`) or decline an adjustment that waits."""
    adjustment = get_object_or_404(adjustments(request.merchant), pk=adjustment_id)
    is_approved = decision_in(request)
    try:
        adjusting.decide(adjustment=adjustment, by=request.staff, is_approved=is_approved, now=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal.words))
    else:
        words = _("%(points)s points for %(name)s.") if is_approved else _("Declined: %(points)s points for %(name)s.")
        toast(request, words % {"points": signed(adjustment.points), "name": adjustment.account.member})
    return back(request, adjustment.account)


def decision_in(request: StaffRequest) -> bool:
    """Whether a second person approved, by the button; a form that says neither decides nothing."""
    said = request.POST.get("decision")
    if said not in DECISIONS:
        raise BadRequest("Nothing was decided.")
    return DECISIONS[said]


def adjustments(merchant: Merchant) -> QuerySet[Adjustment]:
    return merchant.adjustments.select_related("account__program__merchant", "account__member", "author__user")


def back(request: StaffRequest, account: Account) -> HttpResponseBase:
    """To the page of our own that `next` names, else to the member."""
    asked = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}):
        return move_on(request, asked)
    return move_on(request, reverse("dashboard-member-show", args=[request.merchant.slug, account.member.number]))
