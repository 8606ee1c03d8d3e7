"""The numbers of a member's cards: replacing the card, stopping another one."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import render_failed, render_panel
from loyalty_site.web.toasts import toast
from members import numbers, reissuing
from members.forms.cards import ReissueForm
from members.models import CardNumber, Member
from members.views.dashboard.profile import member_of
from programs.guards import StaffRequest, staff_required
from programs.models import Role

PAGE = "members/dashboard/member_cards.html"


@staff_required(Role.CASHIER)
@require_http_methods(["GET", "POST"])
def member_cards(request: StaffRequest, number: str) -> HttpResponseBase:
    """List the numbers of a member's cards; a POST replaces the card by one with another number."""
    member = member_of(request, number)
    form = ReissueForm(request.POST or None, initial={"replaces": member.number})
    if request.method == "POST" and form.is_valid():
        try:
            fresh = reissuing.reissue(member, by=request.staff, now=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            return replaced(request, fresh, form.cleaned_data["replaces"])
    return page(request, member, form)


def page(request: StaffRequest, member: Member, form: ReissueForm) -> HttpResponse:
    others = list(member.other_numbers.select_related("by__user").order_by("-since", "-pk"))
    context = {"member": member, "form": form, "card": numbers.spaced(member.number), "others": others}
    return render_failed(request, PAGE, context) if form.errors else render_panel(request, PAGE, context)


def replaced(request: StaffRequest, member: Member, before: str) -> HttpResponse:
    words = _("The card of %(name)s is %(number)s now.") % {"name": member, "number": numbers.spaced(member.number)}
    toast(request, words, effect=_("%(number)s works no more.") % {"number": numbers.spaced(before)})
    return redirect("dashboard-member-cards", request.merchant.slug, member.number)


@staff_required(Role.CASHIER)
@require_POST
def card_stop(request: StaffRequest, number: str, card_id: int) -> HttpResponse:
    """Let another number of a member work no more; the one on their own card is replaced instead."""
    member = member_of(request, number)
    card = get_object_or_404(member.other_numbers, pk=card_id)
    reissuing.stop(card, reason=CardNumber.Reason.LOST, by=request.staff, now=clock.now())
    toast(request, _("%(number)s works no more.") % {"number": numbers.spaced(card.number)})
    return redirect("dashboard-member-cards", request.merchant.slug, member.number)
