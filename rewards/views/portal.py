"""A member's rewards and vouchers on their phone."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.forms import ReferencedForm
from loyalty_site.web.htmx import is_panel_request, render_panel
from members.guards import MemberRequest, member_required
from members.reading.purses import purse_of, purses
from rewards import offers, redeeming, tickets
from rewards.models import Redemption

NOTHING_NEW = 204


@member_required
@require_GET
def rewards(request: MemberRequest) -> HttpResponse:
    """List what the member can have and what is still to collect; the home page loads the list as a panel."""
    now = clock.now()
    offered = offers.offers_to(purses(request.member, now=now), now=now)
    live = Redemption.objects.of_member(request.member).live(now).select_related("reward").order_by("expires_at")
    context = {"offers": offered, "ladders": offers.ladders(offered), "vouchers": live}
    return render_panel(request, "rewards/portal/rewards.html", context)


@member_required
@require_http_methods(["GET", "POST"])
def reward_redeem(request: MemberRequest, reward_id: int) -> HttpResponse:
    """Say what redeeming does; a POST sets the points aside and hands out the voucher, once for each reference."""
    now = clock.now()
    reward = get_object_or_404(request.merchant.rewards.select_related("merchant"), pk=reward_id)
    account = get_object_or_404(request.member.accounts.select_related("program", "member"), program=reward.program_id)
    form = ReferencedForm(request.POST or None)
    if form.is_valid():
        try:
            voucher = redeeming.redeem(account=account, reward=reward, now=now, **form.cleaned_data)
            return redirect("portal-voucher-show", request.merchant.slug, voucher.code)
        except Refused as refusal:
            form.add_error(None, str(refusal.to_customer))
    (offer,) = offers.offers_of([reward], [purse_of(account, now=now)], now=now)
    return render_panel(request, "rewards/portal/reward_redeem.html", {"offer": offer, "form": form})


@member_required
@require_GET
def voucher_show(request: MemberRequest, code: str) -> HttpResponse:
    """Show a voucher; its page asks again with `?seen=<state>` and gets an answer only when that has changed."""
    ticket = tickets.ticket_of(own_voucher(request, code), now=clock.now())
    if is_panel_request(request) and request.GET.get("seen") == ticket.state:
        return HttpResponse(status=NOTHING_NEW)
    return render_panel(request, "rewards/portal/voucher_show.html", {"ticket": ticket}, partial="ticket")


@member_required
@require_POST
def voucher_cancel(request: MemberRequest, code: str) -> HttpResponse:
    """Give the points of an unused voucher back now; a voucher that is over stays as it is."""
    voucher = own_voucher(request, code)
    redeeming.give_up(voucher, now=clock.now())
    return redirect("portal-voucher-show", request.merchant.slug, voucher.code)


def own_voucher(request: MemberRequest, code: str) -> Redemption:
    own = Redemption.objects.of_member(request.member).select_related("reward", "merchant", "used_location", "program")
    return get_object_or_404(own, code=code.upper())
