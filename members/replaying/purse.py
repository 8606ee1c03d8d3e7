"""The points of a replay's accounts: lots that credits open, debits draw from, cancelled debits refill."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from members.movements import Draw, Held, Movement, OpenLot, Shortfall, Takes
from members.posting import Shelf, pay_debt, settle
from members.replaying.backing import taken_by
from members.replaying.facts import Fact
from members.replaying.span import Span
from members.replaying.starts import Start
from members.replaying.staying import Stay
from programs.terms import Terms


class Purse:
    """All lots, and what was drawn. `before` are the draws of debits from before the range, by their reference."""

    def __init__(
        self, span: Span, starts: Mapping[int, Start], before: Mapping[str, list[tuple[OpenLot, int]]]
    ) -> None:
        self.shelf = Shelf(lot for start in starts.values() for lot in start.open_lots())
        self.stay = Stay(self.shelf, span.zone, {pk: start.active for pk, start in starts.items() if start.active})
        self.before = before
        self.draws: dict[str, list[Draw]] = {}
        self.drawn_at: dict[str, datetime] = {}
        self.next_lot = span.through
        self.gone = 0

    def open_lot(self, account: Held, points: int, available_at: datetime, expires_at: datetime | None) -> int:
        """Put a credit on the shelf, after it paid what the account owes; the answer is the lot's number."""
        self.next_lot += 1
        if points > 0:
            left = points - pay_debt(account, points)
            account.balance += points
            self.shelf.put(OpenLot(self.next_lot, account.id, left, available_at, expires_at))
        return self.next_lot

    def draw(self, fact: Fact, account: Held, shortfall: Shortfall) -> bool:
        """Take points from what is spendable; say whether they were taken."""
        movement = Movement(
            account_id=account.id, kind=fact.kind, points=fact.points, reference=fact.reference, occurred_at=fact.at,
            takes=Takes.SPENDABLE, shortfall=shortfall,
        )  # fmt: skip
        reach = sum(lot.remaining for lot in self.shelf.candidates(movement, fact.known_at))
        if shortfall is Shortfall.REFUSE and reach < -fact.points:
            return False
        self.draws[fact.reference] = settle(movement, account, self.shelf, {}, now=fact.known_at).draws
        self.drawn_at[fact.reference] = fact.at
        return True

    def take_away(self, fact: Fact, account: Held) -> None:
        """Take points from all that has not ended; what is missing is owed."""
        movement = Movement(
            account_id=account.id, kind=fact.kind, points=fact.points, reference=fact.reference, occurred_at=fact.at,
            takes=Takes.UNEXPIRED, shortfall=Shortfall.OWE,
        )  # fmt: skip
        settle(movement, account, self.shelf, {}, now=fact.known_at)

    def put_back(self, fact: Fact, account: Held, terms: Terms) -> bool:
        """Put points back into the lots that a debit drew from."""
        reference = taken_by(fact.reference)
        draws = self.draws.pop(reference, None) or self.drawn_before(reference)
        if not draws:
            return False
        drawn_at = self.drawn_at.get(reference, fact.at)
        self.gone += self.stay.revive(draws, terms, fact, drawn_at=drawn_at)
        movement = Movement(
            account_id=account.id, kind=fact.kind, points=fact.points, reference=fact.reference, occurred_at=fact.at,
            restores=0,
        )  # fmt: skip
        settle(movement, account, self.shelf, {0: draws}, now=fact.known_at)
        return True

    def drawn_before(self, reference: str) -> list[Draw]:
        """What a debit from before the range drew; its lots come onto the shelf."""
        found = self.before.get(reference, [])
        for lot, _points in found:
            if lot.id not in self.shelf.lots:
                self.shelf.put(OpenLot(lot.id, lot.account_id, 0, lot.available_at, lot.expires_at))
        return [Draw(lot.id, points) for lot, points in found]
