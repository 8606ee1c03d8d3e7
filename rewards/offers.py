"""What a member may have: every reward on offer, and what stands in the way of it now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from loyalty_site.refusals import Refused
from members import families
from members.reading.purses import Purse
from programs import calendar
from programs.phases import Phase
from rewards.models import Redemption, Reward
from rewards.redeeming import Asking, refuse_unless_free

MOST_HOLES = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """A reward as one member meets it: points still to go, or the refusal that points do not clear."""

    reward: Reward
    purse: Purse
    refusal: Refused | None

    @property
    def missing(self) -> int:
        """The points still to collect."""
        return max(self.reward.points_price - self.purse.holding.spendable, 0)

    @property
    def can_have(self) -> bool:
        return not self.missing and not self.refusal

    @property
    def is_far(self) -> bool:
        return not self.can_have

    @property
    def price(self) -> str:
        """The price in the program's own unit: 150 points, 1.50 zł."""
        return self.purse.speech.points(self.reward.points_price)

    @property
    def to_go(self) -> str:
        """What is missing, the unit left out where it is not money."""
        return self.purse.figure(self.missing)

    @property
    def left(self) -> str:
        """What stays to spend after redeeming, in the program's own unit."""
        return self.purse.speech.points(self.purse.holding.spendable - self.reward.points_price)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The prices in one program, and the nearest offer that its points do not reach (None when all are reached)."""

    purse: Purse
    prices: tuple[int, ...]
    next: Offer | None

    @property
    def labels(self) -> dict[int, str]:
        """The prices in words, where points are shown as money."""
        if not self.purse.terms.unit.as_money:
            return {}
        places = self.purse.account.program.merchant.money_decimals
        return {price: self.purse.speech.price(Decimal(price).scaleb(-places)) for price in self.prices}

    @property
    def said(self) -> str:
        """The ladder for those who do not see it."""
        points = self.purse.speech.points(self.purse.holding.spendable)
        return _("%(points)s on the way up the rewards") % {"points": points}

    @property
    def holes(self) -> list[bool | None]:
        """A punch row up to the next reward, where it fits into one: punched, and those still waited for."""
        if self.next is None or self.next.reward.points_price > MOST_HOLES:
            return []
        return [True] * self.purse.holding.spendable + [None] * self.next.missing


def offers_to(purses: Sequence[Purse], *, now: datetime) -> list[Offer]:
    """Every reward on offer in these programs: what can be had now first, dearest first, then the nearest.

    Two queries, however many rewards.
    """
    programs = [purse.account.program_id for purse in purses]
    rewards = Reward.objects.filter(program__in=programs, is_active=True).select_related("merchant")
    return sorted(offers_of(rewards, purses, now=now), key=order)


def offers_of(rewards: Iterable[Reward], purses: Sequence[Purse], *, now: datetime) -> list[Offer]:
    """Ask of each reward what redeeming would ask; rewards of programs without a purse are left out."""
    by_program = {purse.account.program_id: purse for purse in purses}
    known = [reward for reward in rewards if reward.program_id in by_program]
    used = times_had(known, purses, now=now)
    return [offer_of(reward, by_program[reward.program_id], used=used[reward.pk]) for reward in known]


def offer_of(reward: Reward, purse: Purse, *, used: int) -> Offer:
    account = purse.account
    is_over = purse.phase is Phase.OVER
    asking = Asking(account.program_id, account.tier_code, purse.terms.tiers, account.member.is_blocked, is_over)
    try:
        refuse_unless_free(reward, asking, used=used)
    except Refused as refusal:
        return Offer(reward, purse, refusal)
    return Offer(reward, purse, None)


def order(offer: Offer) -> tuple[bool, bool, int, int]:
    price = offer.reward.points_price
    return (not offer.can_have, bool(offer.refusal), offer.missing, -price if offer.can_have else price)


def times_had(rewards: Sequence[Reward], purses: Sequence[Purse], *, now: datetime) -> Counter[int]:
    """How often each limited reward was had in its own current day, week, month or ever."""
    limited = [reward for reward in rewards if reward.limit_times]
    if not limited:
        return Counter()
    zone, within = limited[0].merchant.zone, Q()
    for period in {reward.limit_per for reward in limited}:
        within |= Q(reward__limit_per=period, redeemed_at__gte=calendar.period_start(period, now, zone))
    accounts = list(families.with_absorbed([purse.account.pk for purse in purses]))
    had = Redemption.objects.counted().filter(within, reward__in=limited, account__in=accounts)
    return Counter(dict(had.order_by().values_list("reward").annotate(Count("pk"))))


def ladders(offers: Iterable[Offer]) -> list[Ladder]:
    """One ladder for each program, of the rewards that points alone can buy."""
    rungs: dict[int, list[Offer]] = {}
    for offer in offers:
        if not offer.refusal:
            rungs.setdefault(offer.purse.account.pk, []).append(offer)
    return [ladder(own) for own in rungs.values()]


def ladder(offers: Sequence[Offer]) -> Ladder:
    prices = tuple(sorted({offer.reward.points_price for offer in offers}))
    ahead = min((offer for offer in offers if offer.missing), key=lambda offer: offer.missing, default=None)
    return Ladder(offers[0].purse, prices, ahead)
