"""How often a member comes: what was bought in twelve months, the usual gap between visits, the rhythm of weeks.

A visit is an order that was not given back in whole; two orders on one local day count as one day.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F, Q

from members.models import Member, Order
from programs import calendar

MONTHS = 12
WEEKS = 26
UNUSUAL = 2  # gaps without a visit, from which on staying away is unusual


@dataclass(frozen=True, slots=True)
class Habits:
    """Twelve months of a member's visits; money in the merchant's currency, after refunds. `today` is a local day."""

    spent: Decimal
    count: int
    days: tuple[date, ...]
    weeks: tuple[bool | None, ...]
    today: date

    @property
    def average(self) -> Decimal | None:
        """Spent / visits; None without a visit."""
        return self.spent / self.count if self.count else None

    @property
    def gap(self) -> float | None:
        """Days between visits: (last day − first day) / (days of visit − 1); None with fewer than two days."""
        return (self.days[-1] - self.days[0]).days / (len(self.days) - 1) if len(self.days) > 1 else None

    @property
    def unusual_on(self) -> date | None:
        """From when on no visit would be unusual: twice the usual gap after the last one, a week at least."""
        return self.days[-1] + timedelta(days=max(round(UNUSUAL * self.gap), 7)) if self.gap is not None else None

    @property
    def is_on_rhythm(self) -> bool:
        return self.unusual_on is not None and self.today < self.unusual_on

    @property
    def away_days(self) -> int:
        """Days since the last visit; 0 without one."""
        return (self.today - self.days[-1]).days if self.days else 0

    @property
    def weeks_visited(self) -> int:
        return sum(bool(week) for week in self.weeks)


def habits(member: Member, *, now: datetime) -> Habits:
    """Read a member's last twelve months, in one query."""
    zone = member.merchant.zone
    today = calendar.local_day(now, zone)
    since = calendar.start_of_day(calendar.add_months(today, -MONTHS), zone)
    kept = ~Q(refunded=F("amount")) | Q(amount=0)
    bought = Order.objects.filter(kept, member=member, placed_at__gte=since, placed_at__lte=now)
    visits = list(bought.order_by("placed_at").values_list("placed_at", F("amount") - F("refunded")))
    days = sorted({calendar.local_day(at, zone) for at, _spent in visits})
    spent = sum((spent for _at, spent in visits), Decimal(0))
    return Habits(spent, len(visits), tuple(days), weeks_of(days, today), today)


def weeks_of(days: Collection[date], today: date) -> tuple[bool | None, ...]:
    """26 weeks from Monday, oldest first: visited or not; this week is None until the member comes."""
    mondays = {monday_of(day) for day in days}
    this_week = monday_of(today)
    weeks: list[bool | None] = [this_week - timedelta(weeks=back) in mondays for back in range(WEEKS - 1, -1, -1)]
    weeks[-1] = weeks[-1] or None
    return tuple(weeks)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
