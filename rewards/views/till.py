"""Rewards at the till: what the person can have, handing it over, and using a voucher from their phone."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.format import MINUS
from loyalty_site.web.htmx import is_panel_request, render_panel
from loyalty_site.web.toasts import only_toasts, refuse, toast
from members import numbers, undoing
from members.models import Account, Member
from members.reading.purses import purses
from programs.guards import StaffRequest, till_required
from rewards import redeeming
from rewards.models import Redemption, Reward
from rewards.offers import offers_to

REWARDS = "rewards/till/rewards.html"
VOUCHER = "rewards/till/voucher_use.html"
LONGEST_REFERENCE = 80


@till_required
@require_safe
def rewards(request: StaffRequest, number: str) -> HttpResponse:
    """Show what a member can have now, and what is still to go."""
    member = get_object_or_404(request.merchant.members, number=number)
    return shelf(request, member)


def shelf(request: StaffRequest, member: Member, *, fault: str = "") -> HttpResponse:
    """The member's rewards; with a fault, what was refused."""
    found = offers_to(purses(member, now=clock.now()), now=clock.now())
    context = {
        "member": member,
        "first_name": member.first_name,
        "offers": found,
        "open_count": sum(offer.can_have for offer in found),
        "reference": uuid4(),
        "faults": [fault] if fault else [],
    }
    return render_panel(request, REWARDS, context, status=422 if fault else 200)


@till_required
@require_POST
def reward_redeem(request: StaffRequest, number: str, reward_id: int) -> HttpResponse:
    """Hand a reward over for points; the same reference sent again hands over nothing more."""
    member = get_object_or_404(request.merchant.members, number=number)
    reward = get_object_or_404(Reward, merchant=request.merchant, pk=reward_id)
    account = get_object_or_404(Account, member=member, program=reward.program_id)
    reference = request.POST.get("reference", "").replace("\0", "")[:LONGEST_REFERENCE]
    if not reference:
        return refused(request, member, _("This form has lost its number. Open the card again and press once more."))
    try:
        redemption = redeeming.redeem_and_use(
            account=account, reward=reward, reference=reference, by=request.staff, now=clock.now()
        )
    except Refused as refusal:
        return refused(request, member, str(refusal.words))
    hand_over(request, redemption, member)
    return only_toasts(request, otherwise=reverse("till-member-show", args=[request.merchant.slug, number]))


def refused(request: StaffRequest, member: Member, words: str) -> HttpResponse:
    """Say what was refused: on a toast beside the page, or on the rewards' own page."""
    if is_panel_request(request):
        return refuse(request, words, otherwise=reverse("till-rewards", args=[request.merchant.slug, member.number]))
    return shelf(request, member, fault=words)


def hand_over(request: StaffRequest, redemption: Redemption, member: Member) -> None:
    """Say what was handed over, and offer to undo it."""
    words = _("%(reward)s for %(name)s") % {"reward": redemption.reward.name, "name": member}
    undo_url = reverse("till-redemption-undo", args=[request.merchant.slug, redemption.pk])
    toast(request, words, effect=price_words(redemption), undo_url=undo_url)


def price_words(redemption: Redemption) -> str:
    """−150 points, in the unit of the member's program."""
    held = purses(redemption.account.member, now=clock.now())
    own = next(purse for purse in held if purse.account.pk == redemption.account_id)
    return MINUS + own.speech.points(redemption.points)


@till_required
@require_POST
def redemption_undo(request: StaffRequest, redemption_id: int) -> HttpResponse:
    """Give back the points of what this person handed over within the last minute; a second undo changes nothing."""
    handed = request.merchant.redemptions.select_related("reward", "account__member")
    redemption = get_object_or_404(handed, pk=redemption_id)
    now, home = clock.now(), reverse("till-home", args=[request.merchant.slug])
    done_at = redemption.used_at or redemption.redeemed_at
    try:
        undoing.check(author_id=redemption.used_by_id, done_at=done_at, by=request.staff, now=now)
        redeeming.cancel(redemption, now=now, by=request.staff)
    except Refused as refusal:
        return refuse(request, str(refusal.words), otherwise=home)
    names = {"reward": redemption.reward.name, "name": redemption.account.member}
    toast(request, _("%(reward)s for %(name)s undone") % names)
    return only_toasts(request, otherwise=home)


@till_required
@require_http_methods(["GET", "HEAD", "POST"])
def voucher_use(request: StaffRequest) -> HttpResponse:
    """Show the voucher that `code` names, and use it when asked to."""
    sent = request.POST if request.method == "POST" else request.GET
    code = numbers.tidy(sent.get("code", ""))
    handed = request.merchant.redemptions.select_related("reward", "account__member", "merchant")
    redemption = handed.filter(code=code).first() if code else None
    if redemption is None:
        return no_voucher(request, code)
    is_asked = request.method == "POST"
    try:
        if is_asked:
            redeeming.use(redemption, by=request.staff, now=clock.now())
        else:
            redeeming.refuse_unless_open(redemption, now=clock.now())
    except Refused as refusal:
        return voucher(request, code, redemption, fault=str(refusal.words), status=422 if is_asked else 200)
    return used(request, redemption) if is_asked else voucher(request, code, redemption)


def used(request: StaffRequest, redemption: Redemption) -> HttpResponse:
    hand_over(request, redemption, redemption.account.member)
    return redirect("till-member-show", request.merchant.slug, redemption.account.member.number)


def no_voucher(request: StaffRequest, code: str) -> HttpResponse:
    """A search that asks along the way gets nothing; a page says that there is no such voucher."""
    if is_panel_request(request):
        return HttpResponse()
    fault = _("There is no voucher with this code. Check it on the customer's phone.")
    return voucher(request, code, None, fault=fault, status=404)


def voucher(
    request: StaffRequest, code: str, redemption: Redemption | None, *, fault: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "code": code,
        "redemption": redemption,
        "faults": [fault] if fault else [],
    }
    return render_panel(request, VOUCHER, context, status=status)
