"""Purchases at the till: shown before, recorded once, undone within a minute."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import render_failed
from loyalty_site.web.toasts import only_toasts, refuse, toast
from members import adjusting, orders, undoing
from members.forms.till import PurchaseForm
from members.models import Member, Order
from members.new_orders import NewOrder
from members.orders import RecordedOrder
from members.reading.purses import purses
from members.refusals import Conflict, OwnCard
from members.views.till import awards, screen
from programs import wording
from programs.guards import StaffRequest, till_required


@till_required
@require_safe
def purchase_preview(request: StaffRequest, number: str) -> HttpResponse:
    """Show what `?amount=` would earn; nothing is recorded."""
    member = get_object_or_404(request.merchant.members, number=number)
    typed = request.GET.get("amount", "").strip()
    context: dict[str, Any] = {"member": member, "first_name": member.first_name, "is_preview": True}
    form = PurchaseForm({"amount": typed, "reference": uuid4()}, merchant=request.merchant)
    if typed and form.is_valid():
        context |= {"amount": form.cleaned_data["amount"], "awards": expected(request, member, form)}
    elif typed:
        context["faults"] = screen.faults(form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if context.get("faults") else HTTPStatus.OK
    return render(request, "members/till/purchase_preview.html", context, status=status)


def expected(request: StaffRequest, member: Member, form: PurchaseForm) -> list[awards.Award]:
    now = clock.now()
    movements = orders.preview(new_order(request, member, form), merchant=request.merchant, now=now)
    return awards.expected(movements, purses(member, now=now), member=member, now=now)


def new_order(request: StaffRequest, member: Member, form: PurchaseForm) -> NewOrder:
    return NewOrder(
        reference=form.cleaned_data["reference"],
        member_id=member.pk,
        amount=form.cleaned_data["amount"],
        source=Order.Source.TILL,
        location=screen.place_of(request.staff),
        recorded_by=request.staff,
    )


@till_required
@require_POST
def purchase_record(request: StaffRequest, number: str) -> HttpResponse:
    """Record a purchase and show what it earned; the same form sent again shows the same purchase."""
    member = get_object_or_404(request.merchant.members, number=number)
    now = clock.now()
    form = PurchaseForm(request.POST, merchant=request.merchant)
    if form.is_valid():
        try:
            refuse_own_card(request, member)
            recorded = orders.record(new_order(request, member, form), merchant=request.merchant, now=now)
        except Conflict:
            form.add_error(None, conflict_words(request, form))
            form.start_anew()
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            announce(request, member, recorded, form)
            address = reverse("till-member-show", args=[request.merchant.slug, number])
            return redirect(f"{address}?order={recorded.order_id}")
    context = screen.desk(request, member, now=now, purchase=form)
    return render_failed(request, "members/till/member_show.html", context)


def refuse_own_card(request: StaffRequest, member: Member) -> None:
    """A purchase gives points as an adjustment does, so here too nobody serves themselves."""
    if adjusting.is_own_card(member, request.staff):
        raise OwnCard


def conflict_words(request: StaffRequest, form: PurchaseForm) -> str:
    """Say what the first try recorded, so that nothing is recorded twice unawares."""
    first = request.merchant.orders.get(source=Order.Source.TILL, reference=form.cleaned_data["reference"])
    amount = wording.speech(request.merchant.currency).money(first.amount)
    words = _("%(amount)s was recorded by the first press. Undo it under Today, or press Record to add this too.")
    return words % {"amount": amount}


def announce(request: StaffRequest, member: Member, recorded: RecordedOrder, form: PurchaseForm) -> None:
    """Say what was recorded, what it earned, and offer to undo it."""
    amount = wording.speech(request.merchant.currency).money(form.cleaned_data["amount"])
    words = _("%(amount)s recorded for %(name)s") % {"amount": amount, "name": member}
    effect = ", ".join(awards.gains(recorded, purses(member, now=clock.now())))
    undo_url = reverse("till-purchase-undo", args=[request.merchant.slug, recorded.order_id])
    toast(request, words, effect=effect, undo_url=undo_url)


@till_required
@require_POST
def purchase_undo(request: StaffRequest, order_id: int) -> HttpResponse:
    """Take back a purchase that this person recorded within the last minute; a second undo changes nothing."""
    recorded = request.merchant.orders.filter(source=Order.Source.TILL).select_related("member", "merchant")
    order = get_object_or_404(recorded, pk=order_id)
    now = clock.now()
    home = reverse("till-home", args=[request.merchant.slug])
    try:
        undoing.check(author_id=order.recorded_by_id, done_at=order.recorded_at, by=request.staff, now=now)
        undoing.undo_purchase(order, by=request.staff, now=now)
    except Refused as refusal:
        return refuse(request, str(refusal.words), otherwise=home)
    amount = wording.speech(request.merchant.currency).money(order.amount)
    toast(request, _("%(amount)s for %(name)s undone") % {"amount": amount, "name": order.member})
    return only_toasts(request, otherwise=home)
