"""What an account holds at an instant: spendable, pending, what expires next."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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
        dated = [lot for lot in self.lots if lot.ends_at and lot.available_at <= self.now]
        if not dated:
            return None
        first = min(lot.ends_at for lot in dated if lot.ends_at)
        return first, sum(lot.remaining for lot in dated if lot.ends_at == first)

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
    return holdings([account], now=now)[account.pk]


def holdings(accounts: Collection[Account], *, now: datetime) -> dict[int, Holding]:
    """Read what each of some accounts holds now, in one query."""
    by_account: dict[int, list[PointsLot]] = {account.pk: [] for account in accounts}
    for lot in PointsLot.objects.filter(account__in=list(by_account)).open().select_related("program").spend_order():
        by_account[lot.account_id].append(lot)
    return {account.pk: held(account, by_account[account.pk], now=now) for account in accounts}


def held(account: Account, lots: Iterable[PointsLot], *, now: datetime) -> Holding:
    live = tuple(lot for lot in lots if lot.ends_at is None or lot.ends_at > now)
    spendable = sum(lot.remaining for lot in live if lot.available_at <= now)
    pending = sum(lot.remaining for lot in live if lot.available_at > now)
    return Holding(spendable, pending, account.debt, live, now)


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


def split(holding: Holding, zone: tzinfo) -> Split:
    """Cut a holding in three; of points that expire the day is their last one, of pending ones their first."""
    available = [lot for lot in holding.lots if lot.available_at <= holding.now]
    soon = [lot for lot in available if lot.ends_at and lot.ends_at <= holding.now + SOON]
    later = [lot for lot in available if lot not in soon]
    coming = holding.next_available
    return Split(
        Share(sum(lot.remaining for lot in soon), last_day(soon, zone)),
        Share(sum(lot.remaining for lot in later), last_day(later, zone)),
        Share(holding.pending, calendar.local_day(coming[0], zone) if coming else None),
    )


def last_day(lots: list[PointsLot], zone: tzinfo) -> date | None:
    """The last local day on which the first of these lots can be spent."""
    ends = [lot.ends_at for lot in lots if lot.ends_at]
    return calendar.day_ending(min(ends), zone) if ends else None
