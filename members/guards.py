"""The guard of the portal: whose card this is."""

from functools import wraps
from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import reverse

from loyalty_site.accounts import is_address_proven
from loyalty_site.models import User
from loyalty_site.web.guards import View, guarded, sign_in_first
from members.languages import speak
from members.models import Member
from members.signing_in import connect_cards
from programs.guards import MerchantRequest


class MemberRequest(MerchantRequest):
    """A request of a member of `merchant`."""

    member: Member


def member_required(view: View) -> View:
    """Let in members of the shop, setting `request.merchant` and `request.member`; a stranger gets 404.

    They are answered in their own language.
    """

    @wraps(view)
    def guard(request: MemberRequest, *args: Any, merchant: str, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return sign_in_first(request, by=reverse("portal-sign-in", args=[merchant]))
        request.member = member_or_404(request, merchant)
        request.merchant = request.member.merchant
        speak(request, request.merchant, request.member)
        return view(request, *args, **kwargs)

    return guarded(guard, "member")


def member_or_404(request: MemberRequest, slug: str) -> Member:
    """Find the signed-in person's card at the shop; raises Http404 for everybody else."""
    card = card_at(request.user, slug)
    if card is None and is_address_proven(request) and connect_cards(request.user):
        card = card_at(request.user, slug)  # the shop wrote the address down after the person signed in
    if card is None:
        raise Http404
    return card


def card_at(user: User, slug: str) -> Member | None:
    """The person's card at a shop, the one it became where it was merged; None without one."""
    cards = Member.objects.select_related("merchant", "merged_into__merchant")
    card = cards.filter(user_id=user.pk, merchant__slug=slug).order_by("id").first()
    return card.merged_into if card and card.merged_into else card
