"""What a batch of movements does to accounts and lots: arithmetic only, no database.

`members/ledger.py` reads what this module needs, and writes what it answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from members.movements import Draw, Held, Movement, OpenLot, Outcome, Shortfall, Takes
from members.refusals import InsufficientPoints, TooManyPoints

MOST_POINTS = 99_999_999_999  # in one account, and towards its tier; its columns hold no more


class Shelf:
    """The open lots of the accounts of a batch, in spend order, with what is left of each."""

    def __init__(self, lots: Iterable[OpenLot]) -> None:
        self.lots: dict[int, OpenLot] = {lot.id: lot for lot in lots}
        self.of_account: dict[int, list[OpenLot]] = defaultdict(list)
        for lot in self.lots.values():
            self.of_account[lot.account_id].append(lot)
        self.unsorted = set(self.of_account)

    def put(self, lot: OpenLot) -> None:
        """Add a lot that has just been opened."""
        self.lots[lot.id] = lot
        self.of_account[lot.account_id].append(lot)
        self.unsorted.add(lot.account_id)

    def in_order(self, account_id: int) -> list[OpenLot]:
        """The lots of an account in spend order."""
        lots = self.of_account[account_id]
        if account_id in self.unsorted:
            lots.sort(key=spend_order)
            self.unsorted.remove(account_id)
        return lots

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
        lots = self.in_order(movement.account_id)
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
        spendable = [lot for lot in self.in_order(account.id) if lot.is_spendable(now)]
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

    Raises InsufficientPoints when a debit that may not owe finds too little, and TooManyPoints where an account would
    hold more than any; the caller's transaction rolls back.
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
    if abs(account.balance) > MOST_POINTS or account.qualifying > MOST_POINTS:
        raise TooManyPoints(MOST_POINTS)
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
