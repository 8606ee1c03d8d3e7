"""The numbers of charts, made on the server: the picture and its table come from the same rows. No markup, no words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from reports.history import History, Sums
from reports.periods import Period

BAR_WEEKS = 12
DAILY_UNTIL = 13  # weeks; a line over a longer period has a point per week
A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class SalesPoint:
    """A day (or the week that begins with it) and the one as many weeks earlier; None where nothing is known."""

    day: date
    sales: Decimal | None
    previous_day: date
    previous_sales: Decimal | None


@dataclass(frozen=True, slots=True)
class PointsWeek:
    """Seven days from `day`, ending on the weekday the figures end on."""

    day: date
    earned: int
    spent: int


def sales_points(history: History, period: Period) -> list[SalesPoint]:
    """Sales of each day beside the same weekday of the period before."""
    step = 1 if period.weeks <= DAILY_UNTIL else 7
    back = timedelta(weeks=period.weeks)
    return [
        SalesPoint(day, sales_in(history, day, step), day - back, sales_in(history, day - back, step))
        for day in period.days[::step]
    ]


def sales_in(history: History, day: date, step: int) -> Decimal | None:
    if step == 1:
        return _net(history.on(day))
    return _net(history.sums(Period(1, day + A_WEEK - timedelta(days=1))))


def points_weeks(history: History, period: Period) -> list[PointsWeek]:
    """Points earned and spent in each of the last weeks: the period's, at least twelve, as far as there are rows."""
    weeks = [Period(1, period.last - number * A_WEEK) for number in reversed(range(max(period.weeks, BAR_WEEKS)))]
    found = [(week.first, history.sums(week)) for week in weeks]
    return [PointsWeek(first, sums.earned, sums.redeemed) for first, sums in found if sums]


def tick_positions(days: Sequence[date], *, step: int = 1, most: int = 7) -> list[int]:
    """Which points get a date below them: the same weekday all along, at most `most` of them."""
    if step == 1 and len(days) <= most:
        return list(range(len(days)))
    apart = 7 if step == 1 else 1
    while (len(days) + apart - 1) // apart > most:
        apart += 7 if step == 1 else 1
    return list(range(0, len(days), apart))


def _net(sums: Sums | None) -> Decimal | None:
    return sums.net_sales if sums else None
