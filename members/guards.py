"""The guard of the portal: whose card this is."""

from functools import wraps
from typing import Any

from django.http import Http404, HttpResponseBase

from loyalty_site.models import User
from loyalty_site.web.guards import View, guarded, sign_in_first
from members.models import Member
from programs.guards import MerchantRequest


class MemberRequest(MerchantRequest):
    """A request of a member of `merchant`."""

    member: Member


def member_required(view: View) -> View:
    """Let in members of the shop, setting `request.merchant` and `request.member`; a stranger gets 404."""

    @wraps(view)
    def guard(request: MemberRequest, *args: Any, merchant: str, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return sign_in_first(request, by="account_request_login_code")
        request.member = member_or_404(request.user, merchant)
        request.merchant = request.member.merchant
        return view(request, *args, **kwargs)

    return guarded(guard, "member")


def member_or_404(user: User, slug: str) -> Member:
    """Find the person's card at the shop; raises Http404 for everybody else."""
    cards = Member.objects.select_related("merchant").filter(user=user, merchant__slug=slug)
    member = cards.order_by("id").first()
    if member is None:
        raise Http404
    return member
