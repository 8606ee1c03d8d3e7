"""Members worth looking at when terms change: the nearest to a tier, one of each, who loses points soon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from members import finding, numbers
from members.models import Member, PointsLot
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


class Holder(NamedTuple):
    """What is looked at of an account and, from `number` on, of its member."""

    id: int
    tier_code: str
    qualifying: Decimal
    balance: int
    last_order_at: datetime | None
    number: str
    name: str
    joined_at: datetime

    @property
    def called(self) -> str:
        return self.name or numbers.spaced(self.number)


MEMBERS = ("number", "name", "joined_at")
COLUMNS = (*Holder._fields[:5], *(f"member__{name}" for name in MEMBERS))


def people(program: Program, levels: Tiers | None, *, text: str, number: str, now: datetime) -> list[Example]:
    """Whom to choose from: those found by a text, else telling examples and the one with this card.

    The one to begin with comes first. Raises Member.DoesNotExist for a card that is nobody's at this shop.
    """
    merchant = program.merchant
    if text:
        return [Example(member.number, str(member)) for member in finding.best(merchant, text, MOST_FOUND)]
    known = examples(program, levels, now=now)
    if not number or any(example.number == number for example in known):
        return known
    return [Example(number, str(merchant.members.get(number=number))), *known]


def examples(program: Program, levels: Tiers | None, *, now: datetime) -> list[Example]:
    """A handful of telling members, each once."""
    rows = program.accounts.present().filter(member__is_blocked=False).order_by("-pk").values_list(*COLUMNS)
    chosen: dict[str, Example] = {}
    for holder, why in telling([Holder(*row) for row in rows[:LOOKED_AT]], levels, now=now):
        chosen.setdefault(holder.number, Example(holder.number, holder.called, why))
    return list(chosen.values()) or [Example(member.number, str(member)) for member in newest(program.merchant)]


def telling(holders: Sequence[Holder], levels: Tiers | None, *, now: datetime) -> Iterator[tuple[Holder, str]]:
    if levels:
        yield from nearest(holders, levels)
        yield from one_of_each(holders, levels)
    yield from expiring(holders, now=now)
    if holders:
        yield max(holders, key=lambda holder: holder.joined_at), _("newest member")
        yield max(holders, key=lambda holder: holder.balance), _("most points")


def one_of_each(holders: Iterable[Holder], levels: Tiers) -> Iterator[tuple[Holder, str]]:
    """Somebody on each tier, highest first: whoever was there last."""
    by_code: dict[str, Holder] = {}
    for holder in sorted(holders, key=lambda holder: holder.last_order_at or holder.joined_at):
        by_code[tiers.level_of(levels, holder.tier_code).code] = holder
    for level in reversed(levels.levels):
        if level.code in by_code:
            yield by_code[level.code], level.name


def nearest(holders: Iterable[Holder], levels: Tiers) -> Iterator[tuple[Holder, str]]:
    """Who misses least to the next tier, in proportion to where it begins."""
    ways = []
    for holder in holders:
        above = tiers.next_level(levels, holder.tier_code)
        if above and 0 < holder.qualifying < above.at:
            ways.append((holder.qualifying / above.at, holder.id, holder, above))
    if ways:
        _share, _id, holder, above = max(ways)
        yield holder, _("nearly %(tier)s") % {"tier": above.name}


def expiring(holders: Sequence[Holder], *, now: datetime) -> Iterator[tuple[Holder, str]]:
    by_id = {holder.id: holder for holder in holders}
    ahead = PointsLot.objects.open().filter(account__in=list(by_id), expires_at__gt=now).order_by("expires_at").first()
    if ahead:
        yield by_id[ahead.account_id], _("points expire soon")


def newest(merchant: Merchant) -> list[Member]:
    return list(merchant.members.order_by("-joined_at")[:MOST_FOUND])
