"""The rewards of a shop: what is on offer, how often it is taken, adding and changing one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loyalty_site import clock
from loyalty_site.templatetags.regulars import money_short
from loyalty_site.web.htmx import is_panel_request, render_panel
from loyalty_site.web.toasts import toast
from members import numbers
from members.models import Account
from programs import currencies
from programs.guards import StaffRequest, staff_required
from programs.models import Merchant, Role
from programs.terms import Terms
from programs.tiers import level_of
from programs.wording import speech
from rewards.forms.dashboard import RewardForm, terms_in_force
from rewards.keeping import keep
from rewards.models import Redemption, Reward

RECENT = timedelta(weeks=12)
LATEST, LINES = 5, 25  # redemptions of a member, on a panel and on a page


@dataclass(frozen=True, slots=True)
class RewardRow:
    """A reward in the list: its price and tier in words, how often it was redeemed ever and in the last 12 weeks."""

    reward: Reward
    price: str
    tier: str
    times: int
    times_lately: int


@staff_required(Role.MANAGER)
@require_safe
def rewards(request: StaffRequest) -> HttpResponse:
    """List the rewards, those on offer first, with how often each was redeemed."""
    now = clock.now()
    context = {
        "rows": described(listed(request.merchant), request.merchant, now=now),
        "has_program": request.merchant.programs.running().exists(),
    }
    return render(request, "rewards/dashboard/rewards.html", context)


def listed(merchant: Merchant) -> QuerySet[Reward]:
    return merchant.rewards.select_related("program").order_by("-is_active", "points_price", "pk")


def described(found: Iterable[Reward], merchant: Merchant, *, now: datetime) -> list[RewardRow]:
    """The rewards with their words and counts, in a fixed number of queries."""
    counts = times_redeemed(merchant, now=now)
    terms = terms_in_force(merchant, now=now)
    return [row_of(reward, terms[reward.program_id], merchant, counts.get(reward.pk, (0, 0))) for reward in found]


def row_of(reward: Reward, terms: Terms, merchant: Merchant, times: tuple[int, int]) -> RewardRow:
    price = speech(merchant.currency, terms.unit).points(reward.points_price)
    tier = level_of(terms.tiers, reward.min_tier).name if terms.tiers and reward.min_tier else ""
    return RewardRow(reward, price, tier, *times)


def times_redeemed(merchant: Merchant, *, now: datetime) -> dict[int, tuple[int, int]]:
    """How often each reward was redeemed and kept: ever, and in the last 12 weeks."""
    kept = Redemption.objects.counted().filter(merchant=merchant).values_list("reward")
    counts = kept.annotate(ever=Count("pk"), lately=Count("pk", filter=Q(redeemed_at__gte=now - RECENT)))
    return {pk: (ever, lately) for pk, ever, lately in counts}


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def reward_add(request: StaffRequest) -> HttpResponseBase:
    """Put a new reward on offer; without a program the list says what is missing."""
    if not request.merchant.programs.running().exists():
        return redirect("dashboard-rewards", request.merchant.slug)
    return edit(request, Reward(merchant=request.merchant))


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def reward_edit(request: StaffRequest, reward_id: int) -> HttpResponseBase:
    """Change a reward; what members redeemed before keeps its price."""
    return edit(request, get_object_or_404(request.merchant.rewards, pk=reward_id))


def edit(request: StaffRequest, reward: Reward) -> HttpResponseBase:
    if is_panel_request(request) and "money_value" in request.GET:
        return HttpResponse(about(request.GET["money_value"], request.merchant))
    terms = terms_in_force(request.merchant, now=clock.now())
    form = RewardForm(request.POST or None, instance=reward, merchant=request.merchant, terms=terms)
    if request.method == "POST" and form.is_valid():
        before = {name: form.initial.get(name) for name in form.changed_data}
        keep(form.save(commit=False), form.changed_data, before=before, by=request.user, now=clock.now())
        toast(
            request,
            _("%(reward)s is kept.") % {"reward": reward},
            effect="" if reward.is_active else _("Not on offer."),
        )
        return redirect("dashboard-rewards", request.merchant.slug)
    context = {"form": form, "reward": reward, "about": about(form["money_value"].value(), request.merchant)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "rewards/dashboard/reward_edit.html", context, status=status)


def about(worth: object, merchant: Merchant) -> str:
    """The unit beside the cost, with what it is worth in money where that is known: points, about 12 zł."""
    try:
        amount = Decimal(str(worth).replace(",", "."))
    except InvalidOperation:
        return _("points")
    if not currencies.is_sized(amount) or amount <= 0:
        return _("points")
    return _("points, about %(money)s") % {"money": money_short(amount, merchant.currency)}


@staff_required(Role.CASHIER)
@require_safe
def member_redemptions(request: StaffRequest, number: str) -> HttpResponse:
    """List a member's redemptions, the newest first, `?before=` older ones; for a panel the latest alone."""
    members = request.merchant.members.select_related("merchant")
    member = get_object_or_404(members, number=numbers.tidy(number))
    before = request.GET.get("before", "")
    accounts = list(Account.objects.filter(member__in=member.selves).values_list("pk", flat=True))
    found = Redemption.objects.filter(account__in=accounts).order_by("-pk")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    size = LATEST if request.headers.get("HX-Target") == "redemptions" else LINES
    rows = list(found.select_related("reward", "used_by__user", "used_location", "program")[: size + 1])
    context = {"member": member, "rows": rows[:size]}
    context["slice"] = {"older": rows[size - 1].pk if len(rows) > size else None}
    return render_panel(request, "rewards/dashboard/member_redemptions.html", context)
