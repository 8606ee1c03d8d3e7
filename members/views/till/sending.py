"""Purchases that the browser kept while the till was offline, sent one by one when the line is back."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.toasts import only_toasts
from members import adjusting, finding, kept_purchases
from members.forms.till import KeptPurchaseForm
from members.models import Member
from members.new_orders import NewOrder
from members.orders import RecordedOrder
from members.refusals import Conflict, OwnCard
from members.views.till import screen
from members.views.till.purchases import announce, conflict_words
from programs.guards import StaffRequest, till_required


@till_required
@require_POST
def purchase_send(request: StaffRequest) -> HttpResponse:
    """Record a purchase that was kept; the same one again changes nothing.

    The answer is the toast of what was recorded, or 422 and one sentence that says why it was not.
    """
    form = KeptPurchaseForm(request.POST, merchant=request.merchant)
    if not form.is_valid():
        return said(" ".join(screen.faults(form)))
    try:
        member, recorded = send(request, form)
    except Conflict:
        return said(conflict_words(request, form))
    except Refused as refusal:
        return said(str(refusal.words))
    if recorded.is_new or not len(messages.get_messages(request)):  # else the toast of the lost answer still waits
        announce(request, member, recorded, form)
    return only_toasts(request, otherwise=reverse("till-home", args=[request.merchant.slug]))


def send(request: StaffRequest, form: KeptPurchaseForm) -> tuple[Member, RecordedOrder]:
    """Record it in the name of the person who was at the till. Raises UnknownMember, OwnCard, Conflict and the like."""
    now, by = clock.now(), form.cleaned_data["by"]
    member = Member.objects.get(pk=finding.known(request.merchant, form.cleaned_data["customer"]))
    if adjusting.is_own_card(member, by):
        raise OwnCard
    order = NewOrder(
        reference=form.cleaned_data["reference"],
        member_id=member.pk,
        amount=form.cleaned_data["amount"],
        placed_at=now - form.waited,
        location=screen.place_of(by),
        recorded_by=by,
    )
    return member, kept_purchases.record(order, merchant=request.merchant, now=now)


def said(words: str) -> HttpResponse:
    return HttpResponse(words, status=HTTPStatus.UNPROCESSABLE_ENTITY, content_type="text/plain; charset=utf-8")
