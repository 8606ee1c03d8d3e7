"""What a batch of movements does to accounts and lots: arithmetic only, no database.

`members/ledger.py` reads what this module needs, and writes what it answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from members.refusals import InsufficientPoints


class Takes(StrEnum):
    """Which lots a debit draws from."""

    SPENDABLE = "spendable"
    UNEXPIRED = "unexpired"  # pending ones first, then the award's own, then the rest
    PENDING = "pending"
    EXPIRED = "expired"


class Shortfall(StrEnum):
    """What a debit does when its lots hold too little."""

    REFUSE = "refuse"
    OWE = "owe"
    TRIM = "trim"


class Counted(NamedTuple):
    """What counts for tiers: the sum over the entries dated `since` or later, in the basis of a version's terms."""

    amount: Decimal
    since: datetime
    version_id: int


@dataclass(slots=True)
class Held:
    """An account as its lock found it; posting moves it on. Points are whole, `balance` = open lots - `debt`."""

    id: int
    member_id: int
    program_id: int
    balance: int
    debt: int
    tier_code: str
    qualifying: Decimal
    carry: Decimal
    order_count: int
    tier_since: datetime | None = None
    pinned_until: date | None = None
    qualifying_since: datetime | None = None
    qualifying_version_id: int | None = None
    last_activity_at: datetime | None = None

    @property
    def counted(self) -> Counted | None:
        """What counts for tiers, and how; None where nobody has counted yet."""
        if self.qualifying_since is None or self.qualifying_version_id is None:
            return None
        return Counted(self.qualifying, self.qualifying_since, self.qualifying_version_id)


@dataclass(slots=True)
class OpenLot:
    """A lot with points left (or, for a restore, one that a debit once drew from)."""

    id: int
    account_id: int
    remaining: int
    available_at: datetime
    expires_at: datetime | None

    def is_spendable(self, now: datetime) -> bool:
        return self.available_at <= now and not self.is_expired(now)

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One wish to move points of one account.

    A credit (`points` > 0) opens a lot that becomes available at `available_at` and ends at `expires_at`, unless it
    gives back what the entry `restores` once drew. A debit draws from the lots that `takes` allows; `shortfall` says
    what happens when they hold too little. `qualifying` points count for tiers; `standing` is what counts in the tier
    window after this movement; None leaves that as it is.
    """

    account_id: int
    kind: str
    points: int
    reference: str
    occurred_at: datetime
    available_at: datetime | None = None
    expires_at: datetime | None = None
    restores: int | None = None
    takes: Takes = Takes.SPENDABLE
    shortfall: Shortfall = Shortfall.REFUSE
    own_lot: int | None = None
    qualifying: int = 0
    standing: Counted | None = None
    carry: Decimal | None = None
    order_count: int = 0
    order_total: Decimal = Decimal(0)
    version_id: int | None = None
    order_id: int | None = None
    actor_id: int | None = None
    reason: str = ""
    explain: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draw:
    lot_id: int
    points: int


@dataclass(slots=True)
class Outcome:
    """What one movement does: points moved, the balance after it, draws, what is left of the lot it opens."""

    movement: Movement
    points: int
    balance_after: int
    draws: list[Draw]
    lot_remaining: int | None
    entry_id: int = 0


class Shelf:
    """The open lots of the accounts of a batch, in spend order, with what is left of each."""

    def __init__(self, lots: Iterable[OpenLot]) -> None:
        self.lots: dict[int, OpenLot] = {lot.id: lot for lot in lots}
        self.of_account: dict[int, list[OpenLot]] = defaultdict(list)
        for lot in self.lots.values():
            self.of_account[lot.account_id].append(lot)
        for account_lots in self.of_account.values():
            account_lots.sort(key=spend_order)

    def take(self, movement: Movement, now: datetime) -> list[Draw]:
        """Draw a debit's points from lots, as far as they reach."""
        return self.draw(self.candidates(movement, now), -movement.points)

    def draw(self, lots: Iterable[OpenLot], wanted: int) -> list[Draw]:
        draws = []
        for lot in lots:
            points = min(lot.remaining, wanted)
            if points > 0:
                lot.remaining -= points
                wanted -= points
                draws.append(Draw(lot.id, points))
        return draws

    def candidates(self, movement: Movement, now: datetime) -> Sequence[OpenLot]:
        """The lots a debit may draw from, in the order it draws."""
        lots = self.of_account[movement.account_id]
        match movement.takes:
            case Takes.SPENDABLE:
                return [lot for lot in lots if lot.is_spendable(now)]
            case Takes.PENDING:
                return [lot for lot in lots if lot.available_at > now]
            case Takes.EXPIRED:
                return [lot for lot in lots if lot.is_expired(now)]
            case Takes.UNEXPIRED:
                live = [lot for lot in lots if not lot.is_expired(now)]
                return sorted(live, key=lambda lot: (lot.available_at <= now, lot.id != movement.own_lot))

    def pay_debt(self, account: Held, points: int, now: datetime) -> list[Draw]:
        """Points given back first pay what the account owes, as any credit does."""
        spendable = [lot for lot in self.of_account[account.id] if lot.is_spendable(now)]
        draws = self.draw(spendable, min(account.debt, points))
        account.debt -= sum(draw.points for draw in draws)
        return draws

    def give_back(self, draws: Iterable[Draw]) -> list[Draw]:
        """Undo draws: the same lots, with their old expiry, hold the points again."""
        for draw in draws:
            self.lots[draw.lot_id].remaining += draw.points
        return [Draw(draw.lot_id, -draw.points) for draw in draws]


def spend_order(lot: OpenLot) -> tuple[bool, float, float, int]:
    """Soonest expiry first, never-expiring last, then earned first."""
    ends = lot.expires_at.timestamp() if lot.expires_at else 0.0
    return lot.expires_at is None, ends, lot.available_at.timestamp(), lot.id


def rounds(movements: Sequence[Movement]) -> Iterator[list[Movement]]:
    """Cut a batch so that no debit must draw from a lot that the same round opens."""
    batch: list[Movement] = []
    opened: set[int] = set()
    for movement in movements:
        if movement.points < 0 and movement.account_id in opened:
            yield batch
            batch, opened = [], set()
        batch.append(movement)
        if movement.points > 0 and movement.restores is None:
            opened.add(movement.account_id)
    if batch:
        yield batch


def plan(
    movements: Sequence[Movement],
    held: dict[int, Held],
    shelf: Shelf,
    drawn: dict[int, list[Draw]],
    *,
    now: datetime,
) -> list[Outcome]:
    """Work out a round; `drawn` holds the draws of every entry that a movement restores.

    Raises InsufficientPoints when a debit that may not owe finds too little; the caller's transaction rolls back.
    """
    return [settle(movement, held[movement.account_id], shelf, drawn, now=now) for movement in movements]


def settle(movement: Movement, account: Held, shelf: Shelf, drawn: dict[int, list[Draw]], *, now: datetime) -> Outcome:
    points, draws, lot_remaining = movement.points, [], None
    if movement.restores is not None:
        draws = shelf.give_back(drawn[movement.restores])
        draws += shelf.pay_debt(account, points, now)
    elif points > 0:
        lot_remaining = points - pay_debt(account, points)
    elif points < 0:
        draws = shelf.take(movement, now)
        points = -sum(draw.points for draw in draws) - short(account, movement, draws)
    account.balance += points
    apply(movement, account)
    return Outcome(movement, points, account.balance, draws, lot_remaining)


def pay_debt(account: Held, points: int) -> int:
    """A credit first pays what the account owes; the answer is how much that took."""
    paid = min(account.debt, points)
    account.debt -= paid
    return paid


def short(account: Held, movement: Movement, draws: list[Draw]) -> int:
    """The points a debit moves beyond its draws: they become debt, or none are moved, or the debit is refused."""
    missing = -movement.points - sum(draw.points for draw in draws)
    if missing and movement.shortfall is Shortfall.REFUSE:
        raise InsufficientPoints(missing=missing)
    if movement.shortfall is Shortfall.TRIM:
        return 0
    account.debt += missing
    return missing


def apply(movement: Movement, account: Held) -> None:
    if movement.standing is not None:
        account.qualifying, account.qualifying_since, account.qualifying_version_id = movement.standing
    account.order_count += movement.order_count
    if movement.carry is not None:
        account.carry = movement.carry
