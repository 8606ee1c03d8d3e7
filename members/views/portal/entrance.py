"""The way into the portal of one shop for whoever has a card."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from loyalty_site.accounts import RequestCodeForm, send_code
from loyalty_site.short_messages import reach_people
from loyalty_site.web.guards import MerchantRequest, public
from loyalty_site.web.htmx import render_panel
from members.guards import card_at
from members.languages import speak
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
    return render_panel(request, "members/portal/sign_in.html", {"form": form, "reaches_phones": reach_people()})


def wanted_page(request: HttpRequest, shop: Merchant) -> str:
    """The page of the shop that the person was sent away from, else its home."""
    home = reverse("portal-home", args=[shop.slug])
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, None) and wanted.startswith(home)
    return wanted if is_ours else home
