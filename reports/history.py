"""The daily rows of a merchant, read once, and what they add up to over a period. Reads rows only, never orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from programs.models import Merchant
from reports.models import DailyKpi, WindowKpi
from reports.periods import Period


class Day(NamedTuple):
    """Money in the merchant's currency, points whole."""

    order_count: int = 0
    sales: Decimal = Decimal(0)
    refunds: Decimal = Decimal(0)
    points_earned: int = 0
    points_redeemed: int = 0


class People(NamedTuple):
    """Members with an order in the weeks that end on a day, in as many weeks before, and in both."""

    active: int = 0
    previous: int = 0
    returned: int = 0


@dataclass(frozen=True, slots=True)
class Sums:
    """What happened in some days, and who was there in the weeks that end with the last of them."""

    orders: int
    sales: Decimal
    refunds: Decimal
    earned: int
    redeemed: int
    people: People

    @property
    def net_sales(self) -> Decimal:
        return self.sales - self.refunds


@dataclass(frozen=True, slots=True)
class History:
    """Rows by day, as far as they were asked for and exist."""

    days: dict[date, Day]
    people: dict[date, People]

    def covers(self, period: Period) -> bool:
        return period.first in self.days and period.last in self.days

    def sums(self, period: Period) -> Sums | None:
        """Add up the days of a period that are there; None before the first day and after the last fill."""
        return self.added(period.days, period.last) if period.last in self.days else None

    def on(self, day: date) -> Sums | None:
        """The figures of a single day."""
        return self.added([day], day) if day in self.days else None

    def added(self, days: Iterable[date], last: date) -> Sums:
        found = [self.days[day] for day in days if day in self.days]
        columns = zip(*found, strict=True)
        orders, sales, refunds, earned, redeemed = (sum(column) for column in columns)
        return Sums(orders, Decimal(sales), Decimal(refunds), earned, redeemed, self.people.get(last, People()))


def read(merchant: Merchant, *, weeks: int, first: date, last: date) -> History:
    """Read the days from first to last, and the people of windows of `weeks`, in two queries."""
    days = DailyKpi.objects.filter(merchant=merchant, day__range=(first, last)).values_list("day", *Day._fields)
    windows = WindowKpi.objects.filter(merchant=merchant, weeks=weeks, day__range=(first, last)).values_list(
        "day", "active_count", "previous_count", "returned_count"
    )
    return History({day: Day(*columns) for day, *columns in days}, {day: People(*counts) for day, *counts in windows})
