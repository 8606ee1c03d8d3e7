"""All cards of one person, at all shops, with what is on them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum

from loyalty_site.models import User
from members.models import Account, Member, PointsLot
from programs.versions import Schedule
from programs.wording import speech


@dataclass(frozen=True, slots=True)
class CardInList:
    """One card, and what can be spent in each of its programs that give points, in words: 318 points."""

    member: Member
    balances: list[str]


def cards_of(user: User, *, now: datetime) -> list[CardInList]:
    """A person's cards by the names of the shops, in a fixed number of queries."""
    own = Q(user=user, merged_into=None) | Q(pk__in=user.memberships.exclude(merged_into=None).values("merged_into"))
    members = list(Member.objects.filter(own).select_related("merchant").order_by("merchant__name", "pk"))
    running = Account.objects.filter(member__in=members, program__is_active=True)
    accounts = list(running.select_related("program__merchant").order_by("program_id"))
    versions = Schedule({account.program_id for account in accounts})
    lots = PointsLot.objects.filter(account__in=accounts).spendable(now)
    spendable = dict(lots.values_list("account").annotate(Sum("remaining")))
    words: dict[int, list[str]] = defaultdict(list)
    for account in accounts:
        terms = versions.at(account.program_id, now).terms
        if terms.gives_points:
            spoken = speech(account.program.merchant.currency, terms.unit)
            words[account.member_id].append(spoken.points(spendable.get(account.pk, 0)))
    return [CardInList(member, words[member.pk]) for member in members]
