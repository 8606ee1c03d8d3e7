"""The place of a person who may have cards at many shops."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from loyalty_site import clock
from loyalty_site.accounts import is_address_proven
from loyalty_site.web.guards import MerchantRequest, signed_in
from members.reading.cards import cards_of
from members.signing_in import connect_cards


@signed_in
@require_GET
def cards(request: MerchantRequest) -> HttpResponse:
    """Show a person's cards at all shops; a single one opens at once."""
    if is_address_proven(request):
        connect_cards(request.user)
    held = cards_of(request.user, now=clock.now())
    roles = request.user.staff_roles.filter(is_active=True).select_related("merchant").order_by("merchant__name")
    if len(held) == 1 and not roles:
        return redirect("portal-home", held[0].member.merchant.slug)
    return render(request, "members/me/cards.html", {"cards": held, "roles": roles})
