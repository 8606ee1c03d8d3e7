"""How accounts stand, for a list of them at once: tier, points to spend, what is owed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from members.models import Account, PointsLot
from programs import tiers
from programs.terms import Level, Terms, in_language
from programs.versions import Calendar


@dataclass(frozen=True, slots=True)
class Standing:
    """One account under the terms in force; `rank` counts from 1, and is 0 in a program without tiers."""

    account: Account
    terms: Terms
    spendable: int
    level: Level | None
    rank: int

    @property
    def unit(self) -> str:
        return in_language(self.terms.unit.many)


def standings(accounts: Collection[Account], *, now: datetime) -> list[Standing]:
    """Say how each account stands, in a fixed number of queries."""
    calendar = Calendar({account.program_id for account in accounts})
    spendable = spendable_of(accounts, now=now)
    return [
        standing(account, calendar.at(account.program_id, now).terms, spendable.get(account.pk, 0))
        for account in accounts
    ]


def standing(account: Account, terms: Terms, spendable: int) -> Standing:
    if terms.tiers is None:
        return Standing(account, terms, spendable, None, 0)
    level = tiers.level_of(terms.tiers, account.tier_code)
    return Standing(account, terms, spendable, level, tiers.rank(terms.tiers, level.code) + 1)


def spendable_of(accounts: Collection[Account], *, now: datetime) -> dict[int, int]:
    """The points that each account can spend at an instant; an account without any is left out."""
    lots = PointsLot.objects.filter(account__in=[account.pk for account in accounts]).spendable(now)
    return dict(lots.values_list("account").annotate(Sum("remaining")))
