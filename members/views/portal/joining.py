"""Joining a shop's program: a new card, one that was handed out before, or one whose phone was proven."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loyalty_site import clock
from loyalty_site.accounts import is_address_proven, send_code
from loyalty_site.web.guards import MerchantRequest, public
from loyalty_site.web.held_back import at_most
from loyalty_site.web.htmx import render_panel
from members import claiming, devices, enrolling
from members.claiming import NotClaimable
from members.consenting import Where
from members.enrolling import NewMember
from members.forms.portal import JoinForm, JoiningForm
from members.guards import card_at
from members.languages import speak
from members.models import Door, Member
from members.reading.welcome import welcomes_of
from members.refusals import NotAllowed
from members.views.portal.recovery import proven_card
from programs.models import Merchant


@public
@require_http_methods(["GET", "POST"])
@at_most(10)
def join(request: MerchantRequest, merchant: str) -> HttpResponse:
    """Make somebody a member: first the address, proven by a code, then the name.

    In this order nobody can take a card in another person's name, or learn who is a member: whoever has a card is
    led to it after the code, like everybody else. `?at=` is the location of the poster, `?card=` a card in the hand.
    """
    shop = request.merchant = get_object_or_404(Merchant, slug=merchant)
    speak(request, shop)
    if not request.user.is_authenticated:
        return ask_address(request, shop)
    if card_at(request.user, shop.slug):
        return redirect("portal-home", shop.slug)
    form = new_card_form(request, shop)
    if form.is_valid():
        try:
            return take_card(request, shop, form)
        except NotClaimable as refusal:
            form.add_error(None, str(refusal.words))
        except NotAllowed:
            form.add_error(None, _("A card with your address or this phone number is here already. Ask at the shop."))
    return join_page(request, form)


def new_card_form(request: MerchantRequest, shop: Merchant) -> JoiningForm:
    proven = card_to_take_home(request)
    name = proven.name if proven else ""
    initial = {"name": name or request.user.name, "card": request.GET.get("card", "")}
    form = JoiningForm(request.POST or None, country=shop.country, initial=initial)
    if proven:
        del form.fields["card"], form.fields["phone"]
    form.ask_consents(shop, get_language() or "")
    return form


def card_to_take_home(request: MerchantRequest) -> Member | None:
    """The card whose phone was proven, if nobody signs in to it yet."""
    proven = proven_card(request)
    return proven if proven and proven.user_id is None else None


def ask_address(request: MerchantRequest, shop: Merchant) -> HttpResponse:
    form = JoinForm(request.POST or None)
    if form.is_valid():
        kept = request.GET.urlencode()
        return send_code(request, form, next_url=reverse("portal-join", args=[shop.slug]) + f"?{kept}" * bool(kept))
    return join_page(request, form)


def join_page(request: MerchantRequest, form: JoiningForm | JoinForm) -> HttpResponse:
    context = {"form": form, "welcomes": welcomes_of(request.merchant, now=clock.now())}
    return render_panel(request, "members/portal/join.html", context)


def take_card(request: MerchantRequest, shop: Merchant, form: JoiningForm) -> HttpResponse:
    now, device = clock.now(), devices.device_of(request)
    member = taken(request, shop, form)
    devices.remember(member, device, now=now)
    answer = redirect("portal-home", shop.slug)
    devices.mark(answer, device)
    return answer


def taken(request: MerchantRequest, shop: Merchant, form: JoiningForm) -> Member:
    """The card whose phone was proven, the one in the person's hand, or a new one."""
    new, now = newcomer(request, shop, form), clock.now()
    if proven := card_to_take_home(request):
        return claiming.take_home(proven, request.user, new, now=now)
    if number := form.cleaned_data["card"].strip():
        return claiming.claim(number, request.user, new, merchant=shop, now=now)
    return enrolling.join(request.user, new, merchant=shop, now=now)


def newcomer(request: MerchantRequest, shop: Merchant, form: JoiningForm) -> NewMember:
    location = shop.locations.filter(code=request.GET.get("at", "")[:40]).first()
    return NewMember(
        name=form.cleaned_data["name"],
        phone=form.cleaned_data.get("phone", ""),
        email=request.user.email if is_address_proven(request) else "",
        language=get_language() or "",
        location=location,
        answers=form.answers(),
        where=Where(door=Door.PORTAL, location=location),
    )
