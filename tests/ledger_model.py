"""The simplest account there is: lots in a list, whole days, no database. The ledger is held to it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

PENDING, DAYS = 3, 30
LEVELS = [("bronze", 0, 1), ("silver", 300, 2), ("gold", 900, 3)]  # code, reached at, multiplier
GIFTS = {"silver": 25, "gold": 40}
BIRTHDAY, BIRTHDAY_GIFT = 10, 15
HALF = 0.5  # pending points come at the start of a local day, everything else happens at its noon


@dataclass(eq=False)
class Lot:
    points: int
    available: float
    ends_after: float
    remaining: int
    expired: int = 0

    def is_live(self, day: int) -> bool:
        return day <= self.ends_after

    def is_spendable(self, day: int) -> bool:
        return self.available <= day and self.is_live(day)


@dataclass(frozen=True)
class Version:
    """Terms in force from a day on."""

    day: int
    rate: int = 1
    pending: int = PENDING
    days: int = DAYS

    def available(self, day: int) -> float:
        return day + self.pending - HALF if self.pending else day

    def ends_after(self, available: float) -> float:
        return math.ceil(available) + self.days


@dataclass(eq=False)
class Purchase:
    """An order: what it earned, what it counts, and the money left of it."""

    reference: str
    day: int
    amount: int
    rate: int
    multiplier: int
    lot: Lot | None = None
    left: int = 0
    taken: int = 0

    @property
    def points(self) -> int:
        return self.amount * self.rate * self.multiplier

    @property
    def expired(self) -> int:
        return self.lot.expired if self.lot else 0


Draws = list[tuple[Lot, int]]


@dataclass
class Model:
    """One member's account."""

    lots: list[Lot] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    versions: list[Version] = field(default_factory=lambda: [Version(-(10**6))])
    debt: int = 0
    rank: int = 0
    rank_since: int = -(10**6)
    gifts: set[str] = field(default_factory=set)

    @property
    def balance(self) -> int:
        return sum(lot.remaining for lot in self.lots) - self.debt

    @property
    def tier(self) -> str:
        return LEVELS[self.rank][0]

    @property
    def qualifying(self) -> int:
        return sum(purchase.left * purchase.rate for purchase in self.purchases)

    @property
    def order_count(self) -> int:
        return sum(purchase.left > 0 or purchase.amount == 0 for purchase in self.purchases)

    def version_at(self, day: int) -> Version:
        return [version for version in self.versions if version.day <= day][-1]

    def spendable(self, day: int) -> int:
        return sum(lot.remaining for lot in self.lots if lot.is_spendable(day))

    def pending(self, day: int) -> int:
        return sum(lot.remaining for lot in self.lots if lot.available > day)

    def credit(self, points: int, available: float, ends_after: float) -> Lot | None:
        if not points:
            return None
        paid = min(points, self.debt)
        self.debt -= paid
        self.lots.append(Lot(points, available, ends_after, points - paid))
        return self.lots[-1]

    def give(self, points: int, day: int) -> Lot | None:
        """A credit that is spendable at once and ends as the terms of its day say."""
        return self.credit(points, day, self.version_at(day).ends_after(day))

    def buy(self, reference: str, amount: int, *, day: int, today: int) -> Purchase:
        version = self.version_at(day)
        purchase = Purchase(reference, day, amount, version.rate, LEVELS[self.rank_at(day, today)][2], left=amount)
        available = version.available(day)
        self.purchases.append(purchase)
        purchase.lot = self.credit(purchase.points, available, version.ends_after(available))
        self.climb(day, today, version)
        if purchase.lot and not purchase.lot.is_live(today):
            self.expire(today)
        return purchase

    def rank_at(self, day: int, today: int) -> int:
        """The tier an order earns at: today's if it was held already, of an earlier day also one reached by then."""
        if day == today and day >= self.rank_since:
            return self.rank
        reached = natural(sum(bought.left * bought.rate for bought in self.purchases if bought.day <= day))
        return max(reached, self.rank) if day >= self.rank_since else reached

    def climb(self, day: int, today: int, version: Version) -> None:
        """Go up at once where the count has reached a tier, with each tier's gift once."""
        reached = natural(self.qualifying)
        for code, _at, _multiplier in LEVELS[self.rank + 1 : reached + 1]:
            if code not in self.gifts:
                self.gifts.add(code)
                self.credit(GIFTS[code], today, version.ends_after(today))
        if reached > self.rank:
            self.rank, self.rank_since = reached, max(day, self.rank_since)

    def pin(self, rank: int, day: int) -> None:
        self.rank_since = day if rank != self.rank else self.rank_since
        self.rank = rank

    def refund(self, purchase: Purchase, part: int, *, day: int) -> int:
        lot = purchase.lot
        lapsed = lot.remaining if lot and not lot.is_live(day) else 0
        gone = purchase.expired + lapsed
        due = min(part * purchase.rate * purchase.multiplier, purchase.points - purchase.taken - gone)
        live = [one for one in self.in_spend_order() if one.is_live(day)]
        self.take(sorted(live, key=lambda one: (one.available <= day, one is not lot)), max(due, 0))
        purchase.left -= part
        purchase.taken += max(due, 0)
        return max(due, 0)

    def in_spend_order(self) -> list[Lot]:
        return sorted(self.lots, key=lambda lot: (lot.ends_after, lot.available, self.lots.index(lot)))

    def spend(self, points: int, *, day: int) -> Draws:
        return self.take([lot for lot in self.in_spend_order() if lot.is_spendable(day)], points)

    def take(self, lots: Iterable[Lot], points: int) -> Draws:
        draws = []
        for lot in lots:
            taken = min(lot.remaining, points)
            lot.remaining -= taken
            points -= taken
            draws.append((lot, taken))
        self.debt += points
        return draws

    def restore(self, draws: Draws, *, day: int) -> None:
        """Points go back into their lots, and pay what is owed from there."""
        for lot, points in draws:
            lot.remaining += points
        back = sum(points for _lot, points in draws)
        owed, self.debt = self.debt, 0
        paid = min(owed, back, self.spendable(day))
        self.spend(paid, day=day)
        self.debt = owed - paid

    def expire(self, day: int) -> None:
        for lot in self.lots:
            if not lot.is_live(day):
                lot.expired += lot.remaining
                lot.remaining = 0


def natural(counted: int) -> int:
    """The highest tier that a count reaches, by its rank."""
    return max(rank for rank, (_code, at, _multiplier) in enumerate(LEVELS) if at <= counted)
