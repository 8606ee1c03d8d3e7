"""What an account holds at an instant: spendable, pending, what expires next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from members.models import Account, PointsLot


@dataclass(frozen=True, slots=True)
class Holding:
    """Points of one account at one instant; `lots` are open and unexpired, in spend order."""

    spendable: int
    pending: int
    debt: int
    lots: tuple[PointsLot, ...]
    now: datetime

    @property
    def expiring(self) -> tuple[datetime, int] | None:
        """When the next points expire, and how many at that instant; None if none ever do."""
        dated = [lot for lot in self.lots if lot.expires_at and lot.available_at <= self.now]
        if not dated:
            return None
        first = min(lot.expires_at for lot in dated if lot.expires_at)
        return first, sum(lot.remaining for lot in dated if lot.expires_at == first)

    @property
    def next_available(self) -> tuple[datetime, int] | None:
        """When the next pending points become available, and how many."""
        pending = sorted((lot.available_at, lot.remaining) for lot in self.lots if lot.available_at > self.now)
        if not pending:
            return None
        first = pending[0][0]
        return first, sum(points for at, points in pending if at == first)


def holding(account: Account, *, now: datetime) -> Holding:
    """Read what an account holds now, whether or not expiries have been posted."""
    open_lots = account.lots.open().spend_order()
    lots = tuple(lot for lot in open_lots if lot.expires_at is None or lot.expires_at > now)
    spendable = sum(lot.remaining for lot in lots if lot.available_at <= now)
    pending = sum(lot.remaining for lot in lots if lot.available_at > now)
    return Holding(spendable, pending, account.debt, lots, now)
