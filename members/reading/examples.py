"""Members worth looking at when terms change: the nearest to a tier, one of each, who loses points soon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from members import finding
from members.models import Account, Member, PointsLot
from programs import tiers
from programs.models import Merchant, Program
from programs.terms import Tiers

LOOKED_AT = 2_000  # the latest accounts of a program, so that a shop of any size answers at once
MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Example:
    """One member to be chosen, and why it is worth it."""

    number: str
    name: str
    why: str = ""

    @property
    def label(self) -> str:
        """Anna Kowalczyk, Gold."""
        return f"{self.name}, {self.why}" if self.why else self.name


def people(program: Program, levels: Tiers | None, *, text: str, number: str, now: datetime) -> list[Example]:
    """Whom to choose from: those found by a text, else telling examples and the one with this card.

    The one to begin with comes first. Raises Member.DoesNotExist for a card that is nobody's at this shop.
    """
    merchant = program.merchant
    if text:
        return [Example(member.number, str(member)) for member in finding.search(merchant, text)[:MOST_FOUND]]
    known = examples(program, levels, now=now)
    if not number or any(example.number == number for example in known):
        return known
    return [Example(number, str(merchant.members.get(number=number))), *known]


def examples(program: Program, levels: Tiers | None, *, now: datetime) -> list[Example]:
    """A handful of telling members, each once."""
    found = program.accounts.select_related("member").order_by("-pk")[:LOOKED_AT]
    accounts = [account for account in found if not account.member.is_blocked]
    chosen: dict[str, Example] = {}
    for account, why in telling(accounts, levels, now=now):
        number = account.member.number
        chosen.setdefault(number, Example(number, str(account.member), why))
    return list(chosen.values()) or [Example(member.number, str(member)) for member in newest(program.merchant)]


def telling(accounts: Sequence[Account], levels: Tiers | None, *, now: datetime) -> Iterator[tuple[Account, str]]:
    if levels:
        yield from nearest(accounts, levels)
        yield from one_of_each(accounts, levels)
    yield from expiring(accounts, now=now)
    for account in sorted(accounts, key=lambda account: account.member.joined_at)[-1:]:
        yield account, _("newest member")
    for account in sorted(accounts, key=lambda account: account.balance)[-1:]:
        yield account, _("most points")


def one_of_each(accounts: Iterable[Account], levels: Tiers) -> Iterator[tuple[Account, str]]:
    """Somebody on each tier, highest first: whoever was there last."""
    by_code: dict[str, Account] = {}
    for account in sorted(accounts, key=lambda account: account.last_order_at or account.member.joined_at):
        by_code[tiers.level_of(levels, account.tier_code).code] = account
    for level in reversed(levels.levels):
        if level.code in by_code:
            yield by_code[level.code], level.name


def nearest(accounts: Iterable[Account], levels: Tiers) -> Iterator[tuple[Account, str]]:
    """Who misses least to the next tier, in proportion to where it begins."""
    ways = []
    for account in accounts:
        above = tiers.next_level(levels, account.tier_code)
        if above and 0 < account.qualifying < above.at:
            ways.append((account.qualifying / above.at, account.pk, account, above))
    if ways:
        _share, _pk, account, above = max(ways)
        yield account, _("nearly %(tier)s") % {"tier": above.name}


def expiring(accounts: Sequence[Account], *, now: datetime) -> Iterator[tuple[Account, str]]:
    by_id = {account.pk: account for account in accounts}
    ahead = PointsLot.objects.open().filter(account__in=list(by_id), expires_at__gt=now).order_by("expires_at").first()
    if ahead:
        yield by_id[ahead.account_id], _("points expire soon")


def newest(merchant: Merchant) -> list[Member]:
    return list(merchant.members.order_by("-joined_at")[:MOST_FOUND])
