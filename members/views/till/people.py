"""Finding the person at the counter, or adding them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseLocation

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import is_panel_request, render_failed, render_panel
from loyalty_site.web.toasts import toast
from members import cards, enrolling, finding, looking, numbers, typed
from members.forms.till import NewcomerForm
from members.models import Member, Order
from members.reading import glance
from members.refusals import CardReplaced, Conflict
from members.views.held_lookups import found_nobody
from members.views.till import awards, screen
from members.views.till.today import today, totals
from programs.guards import StaffRequest, till_required

MOST_FOUND = 8
VOUCHER_LETTERS = 6


@till_required
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """Show the search and what this till did today."""
    now = clock.now()
    context = {"today": today(request, now=now), "totals": totals(request, now=now)}
    return render(request, "members/till/home.html", context)


@till_required
@require_safe
def member_find(request: StaffRequest) -> HttpResponse:
    """Open the one member that `?q=` names, or list those whom it fits.

    Enter (a scanner sends it too) opens the only one that fits; while somebody types, only what cannot be the
    beginning of something longer opens by itself: a whole card number or phone number.
    """
    text = request.GET.get("q", "").strip()
    is_typing = is_panel_request(request)
    exact = finding.exactly(request.merchant, text)
    if exact and (not is_typing or is_whole(exact, text)):
        return opened(request, exact, is_typing=is_typing)
    found = finding.best(request.merchant, text, MOST_FOUND + 1)
    faults = replaced(request, text)
    if len(found) == 1 and not is_typing and not is_code(text) and not faults:
        return opened(request, found[0], is_typing=False)
    if text and not found and not exact and not typed.is_too_short(text):
        found_nobody(request, text)
    looking.saw_list("till", len(found[:MOST_FOUND]), by=request.staff, at=clock.now())
    context = {
        "text": text,
        "found": glance.hits(found[:MOST_FOUND], now=clock.now()),
        "has_more": len(found) > MOST_FOUND,
        "is_short": typed.is_too_short(text),
        "faults": faults,
        "unused_card": "" if found else cards.unused(request.merchant, text),
        "voucher_code": text if len(numbers.tidy(text)) == VOUCHER_LETTERS else "",
    }
    return render_panel(request, "members/till/member_find.html", context)


def replaced(request: StaffRequest, text: str) -> list[str]:
    """What to say of a card that was replaced; nothing of any other text."""
    return [str(CardReplaced(text).words)] if cards.withdrawn(request.merchant, text) else []


def is_code(text: str) -> bool:
    """Whether this is more likely a voucher than a part of a name or number: six letters and digits, mixed."""
    tidy = numbers.tidy(text)
    return len(tidy) == VOUCHER_LETTERS and not tidy.isalpha() and not tidy.isdigit()


def is_whole(member: Member, text: str) -> bool:
    """Whether the text is the member's whole card or phone number, which nothing longer begins with."""
    is_phone = bool(member.phone) and finding.phone_or_none(text, member.merchant.country) == member.phone
    number = numbers.tidy(text)
    return is_phone or number == member.number or member.other_numbers.working().filter(number=number).exists()


def opened(request: HttpRequest, member: Member, *, is_typing: bool) -> HttpResponse:
    address = reverse("till-member-show", args=[member.merchant.slug, member.number])
    if is_typing:
        return HttpResponseLocation(address, target="#main", select="#main", swap="outerHTML")
    return redirect(address)


@till_required
@require_safe
def member_show(request: StaffRequest, number: str) -> HttpResponse:
    """Show a member with the purchase beside, the adjustment (`?tab=adjust`), or what `?order=` has earned."""
    member = get_object_or_404(request.merchant.members, number=number)
    now = clock.now()
    looking.saw(member, by=request.staff, at=now, what="till")
    context = screen.desk(request, member, now=now)
    return render(request, "members/till/member_show.html", context | recorded(request, member, context, now))


def recorded(request: StaffRequest, member: Member, context: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The purchase that `?order=` names, explained; nothing without one."""
    asked = request.GET.get("order", "")
    if not asked.isdecimal():
        return {}
    order = get_object_or_404(Order, merchant=request.merchant, member=member, pk=int(asked[:18]))
    return {
        "order": order,
        "is_undone": order.refunded == order.amount,
        "awards": awards.earned(order, context["purses"], member=member, now=now),
    }


@till_required
@require_http_methods(["GET", "HEAD", "POST"])
def member_add(request: StaffRequest) -> HttpResponse:
    """Enrol a person by phone or e-mail; `?contact=` carries over what was searched for."""
    form = NewcomerForm(request.POST or None, by=request.staff, initial=sought(request))
    if request.method == "POST" and form.is_valid():
        try:
            member = enrolling.enrol(form.newcomer, merchant=request.merchant, now=clock.now())
        except Conflict:
            form.add_error(None, _("This form added somebody already. Press Add member again to add this person too."))
            form.start_anew()
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            words = _("%(name)s is a member now") % {"name": member}
            toast(request, words, effect=_("card %(number)s") % {"number": numbers.spaced(member.number)})
            return redirect("till-member-show", request.merchant.slug, member.number)
    answer = render_failed if form.errors else render
    return answer(request, "members/till/member_add.html", {"form": form})


def sought(request: HttpRequest) -> dict[str, str]:
    """What was searched for, put where it belongs: digits and addresses to contact, the rest to the name."""
    text = request.GET.get("contact", "").strip()
    return {"contact" if "@" in text or any(letter.isdigit() for letter in text) else "name": text}
