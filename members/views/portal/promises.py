"""How it works: what the shop's programs promise, to members in their portal and to whoever thinks of joining."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from loyalty_site import clock
from loyalty_site.web.guards import MerchantRequest, public
from members.guards import MemberRequest, member_required
from members.languages import speak
from members.reading.promises import promises_of, promises_to
from programs.models import Merchant


@member_required
@require_GET
def how(request: MemberRequest) -> HttpResponse:
    """Say how the member's programs work."""
    context = {"promises": promises_to(request.member, now=clock.now())}
    return render(request, "members/portal/how.html", context)


@public
@require_GET
def terms(request: MerchantRequest, merchant: str) -> HttpResponse:
    """Say the same to whoever has no card yet."""
    shop = request.merchant = get_object_or_404(Merchant, slug=merchant)
    speak(request, shop)
    context = {"promises": promises_of(shop, now=clock.now())}
    return render(request, "members/portal/terms.html", context)
