"""What an account holds at an instant: spendable, pending, what expires next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from members.models import Account, PointsLot
from programs import calendar

SOON = timedelta(days=30)


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


@dataclass(frozen=True, slots=True)
class Share:
    """Some points of a balance, and the local day that is said about them (None: none to say)."""

    points: int
    on: date | None


@dataclass(frozen=True, slots=True)
class Split:
    """A balance in three: what expires within 30 days, the rest to spend, what is still to come."""

    soon: Share
    later: Share
    pending: Share


def split(held: Holding, zone: tzinfo) -> Split:
    """Cut a holding in three; of points that expire the day is their last one, of pending ones their first."""
    available = [lot for lot in held.lots if lot.available_at <= held.now]
    soon = [lot for lot in available if lot.expires_at and lot.expires_at <= held.now + SOON]
    later = [lot for lot in available if lot not in soon]
    coming = held.next_available
    return Split(
        Share(sum(lot.remaining for lot in soon), last_day(soon, zone)),
        Share(sum(lot.remaining for lot in later), last_day(later, zone)),
        Share(held.pending, calendar.local_day(coming[0], zone) if coming else None),
    )


def last_day(lots: list[PointsLot], zone: tzinfo) -> date | None:
    """The last local day on which the first of these lots can be spent."""
    ends = [lot.expires_at for lot in lots if lot.expires_at]
    return calendar.local_day(min(ends) - timedelta.resolution, zone) if ends else None
