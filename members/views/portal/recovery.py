"""Finding a lost card by its phone: the number, a code sent to it, the card."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from loyalty_site import auditing, clock, short_messages
from loyalty_site.tasks import send
from loyalty_site.web.guards import MerchantRequest, public
from loyalty_site.web.held_back import at_most
from loyalty_site.web.htmx import render_panel
from members import numbers, recovering, tasks
from members.forms.recovery import CodeForm, PhoneForm
from members.languages import speak
from members.models import Member
from programs.models import Merchant

TICKET, FOUND = "card-ticket", "card-found"  # in the session
SHOWN_FOR = timedelta(minutes=30)


@public
@require_http_methods(["GET", "POST"])
@at_most(10)
def card_find(request: MerchantRequest, merchant: str) -> HttpResponse:
    """Ask for the phone number of a lost card, and send a code to it; the answer is the same for every number."""
    shop = shop_of(request, merchant)
    form = PhoneForm(request.POST or None, country=shop.country)
    if form.is_valid():
        ticket = recovering.ask(shop, form.cleaned_data["phone"], now=clock.now())
        send(tasks.text_codes)
        request.session[TICKET] = str(ticket)
        return redirect("portal-card-code", shop.slug)
    return render_panel(request, "members/portal/card_find.html", {"form": form})


def shop_of(request: MerchantRequest, slug: str) -> Merchant:
    """The shop, spoken to in the visitor's language; raises Http404 where no message reaches a phone."""
    if not short_messages.reach_people():
        raise Http404
    shop = request.merchant = get_object_or_404(Merchant, slug=slug)
    speak(request, shop)
    return shop


@public
@require_http_methods(["GET", "POST"])
@at_most(10)
def card_code(request: MerchantRequest, merchant: str) -> HttpResponse:
    """Ask for the code that was sent to the phone, and show the card that it finds."""
    shop = shop_of(request, merchant)
    if TICKET not in request.session:
        return redirect("portal-card-find", shop.slug)
    form, now = CodeForm(request.POST or None), clock.now()
    if form.is_valid():
        try:
            member = recovering.prove(shop, request.session[TICKET], form.cleaned_data["code"], now=now)
        except recovering.WrongCode as refusal:
            form.add_error("code", str(refusal.words))
        else:
            remember(request, member)
            return redirect("portal-card-found", shop.slug)
    return render_panel(request, "members/portal/card_code.html", {"form": form})


def remember(request: MerchantRequest, member: Member) -> None:
    """Let this browser see the card for a while; what was found is written down."""
    now = clock.now()
    request.session.pop(TICKET)
    request.session.cycle_key()
    request.session[FOUND] = {"member": member.pk, "until": (now + SHOWN_FOR).timestamp()}
    auditing.record("card-found", merchant=member.merchant_id, actor=None, at=now, subject=member.number)


@public
@require_safe
def card_found(request: MerchantRequest, merchant: str) -> HttpResponse:
    """Show the number of the card whose phone this browser has proven, and how to keep it there."""
    shop = shop_of(request, merchant)
    member = proven_card(request)
    if member is None:
        return redirect("portal-card-find", shop.slug)
    context = {"member": member, "number": numbers.spaced(member.number), "address": auditing.masked(member.email)}
    return render_panel(request, "members/portal/card_found.html", context)


def proven_card(request: HttpRequest) -> Member | None:
    """The shop's card whose phone number this browser has proven a moment ago."""
    found = request.session.get(FOUND)
    if not found or found["until"] < clock.now().timestamp():
        return None
    shop: Merchant = request.merchant  # type: ignore[attr-defined]
    return shop.members.present().filter(pk=found["member"]).select_related("merchant", "user").first()
