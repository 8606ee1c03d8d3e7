"""The ways into the portal of one shop: signing in, and joining."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loyalty_site import clock
from loyalty_site.accounts import RequestCodeForm, is_address_proven, send_code
from loyalty_site.web.guards import MerchantRequest, public
from loyalty_site.web.htmx import render_panel
from members import devices, enrolling
from members.consenting import Where
from members.enrolling import NewMember
from members.forms.portal import JoinForm, NewCardForm
from members.guards import card_at
from members.languages import speak
from members.models import Door
from members.reading.welcome import welcomes_of
from members.refusals import NotAllowed
from programs.models import Merchant


@public
@require_http_methods(["GET", "POST"])
def sign_in(request: MerchantRequest, merchant: str) -> HttpResponse:
    """Send a code to an address that the shop knows; the answer is the same for every address."""
    shop = request.merchant = get_object_or_404(Merchant, slug=merchant)
    speak(request, shop)
    if request.user.is_authenticated:
        return redirect("portal-home" if card_at(request.user, shop.slug) else "portal-join", shop.slug)
    form = RequestCodeForm(request.POST or None)
    if form.is_valid():
        return send_code(request, form, next_url=wanted_page(request, shop))
    return render_panel(request, "members/portal/sign_in.html", {"form": form})


def wanted_page(request: HttpRequest, shop: Merchant) -> str:
    """The page of the shop that the person was sent away from, else its home."""
    home = reverse("portal-home", args=[shop.slug])
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, None) and wanted.startswith(home)
    return wanted if is_ours else home


@public
@require_http_methods(["GET", "POST"])
def join(request: MerchantRequest, merchant: str) -> HttpResponse:
    """Make somebody a member: first the address, proven by a code, then the name.

    In this order nobody can take a card in another person's name, or learn who is a member: whoever has a card is
    led to it after the code, like everybody else.
    """
    shop = request.merchant = get_object_or_404(Merchant, slug=merchant)
    speak(request, shop)
    if not request.user.is_authenticated:
        return ask_address(request, shop)
    if card_at(request.user, shop.slug):
        return redirect("portal-home", shop.slug)
    form = NewCardForm(request.POST or None, country=shop.country, initial={"name": request.user.name})
    form.ask_consents(shop, get_language() or "")
    if form.is_valid():
        try:
            return take_card(request, shop, form)
        except NotAllowed:
            form.add_error(None, _("A card with your address or this phone number is here already. Ask at the shop."))
    return join_page(request, form)


def ask_address(request: MerchantRequest, shop: Merchant) -> HttpResponse:
    form = JoinForm(request.POST or None)
    if form.is_valid():
        return send_code(request, form, next_url=reverse("portal-join", args=[shop.slug]))
    return join_page(request, form)


def join_page(request: MerchantRequest, form: NewCardForm | JoinForm) -> HttpResponse:
    context = {"form": form, "welcomes": welcomes_of(request.merchant, now=clock.now())}
    return render_panel(request, "members/portal/join.html", context)


def take_card(request: MerchantRequest, shop: Merchant, form: NewCardForm) -> HttpResponse:
    email = request.user.email if is_address_proven(request) else ""
    new = NewMember(
        name=form.cleaned_data["name"],
        phone=form.cleaned_data["phone"],
        email=email,
        language=get_language() or "",
        answers=form.answers(),
        where=Where(door=Door.PORTAL),
    )
    now, device = clock.now(), devices.device_of(request)
    member = enrolling.join(request.user, new, merchant=shop, now=now)
    devices.remember(member, device, now=now)
    answer = redirect("portal-home", shop.slug)
    devices.mark(answer, device)
    return answer
