"""The merchant's calendar: local days as instants, periods, availability and expiry. Instants in and out; out is UTC.

A local day starts at its first existing instant: where clocks jump over midnight, that is the moment of the jump.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from programs.terms import After, Dates, Expiry, Inactivity, Never, Rolling, Terms, Window
from programs.terms.tiers import Lifetime

Zone = str | tzinfo
BEGINNING = datetime.min.replace(tzinfo=UTC)
A_DAY = timedelta(days=1)
ROUNDED_MONTHS = {"month": 1, "quarter": 3, "year": 12}
MOST_DAYS = 16_384  # remembered by each process; orders come by the thousand on the same day


def zone_of(zone: Zone) -> tzinfo:
    """Accept a zone or its name, such as Europe/Warsaw. Raises ZoneInfoNotFoundError for an unknown name."""
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def local_day(instant: datetime, zone: Zone) -> date:
    """Name the merchant's day in which an instant falls."""
    return instant.astimezone(zone_of(zone)).date()


def start_of_day(day: date, zone: Zone) -> datetime:
    """Find the first instant of a local day; a day that the zone skipped starts where the next one does."""
    return _start_of_day(day, zone_of(zone))


@lru_cache(MOST_DAYS)
def _start_of_day(day: date, zone: tzinfo) -> datetime:
    midnight = datetime.combine(day, time.min)
    instant = midnight.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == midnight:
        return instant
    return _jump_into(day, zone, before=instant - A_DAY, after=instant + A_DAY)


def _jump_into(day: date, zone: tzinfo, *, before: datetime, after: datetime) -> datetime:
    """Search the moment at which the clocks jumped over the midnight that begins `day`."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).date() < day:
            before = middle
        else:
            after = middle
    return after


def end_of_day(day: date, zone: Zone) -> datetime:
    """Find the end of a local day, exclusive: the first instant of the next."""
    return start_of_day(day + A_DAY, zone)


def day_ending(end: datetime, zone: Zone) -> date:
    """Name the local day that an exclusive end, such as an expiry, closes: the last one on which points are good."""
    return local_day(end - datetime.resolution, zone)


def add_months(day: date, n: int) -> date:
    """Move by calendar months, clipping to the last day: 31 Jan + 1 month = 28 Feb."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def available_at(terms: Terms, occurred_at: datetime, zone: Zone) -> datetime:
    """Say when points become spendable: at once, or at the start of the local day `pending_days` later."""
    pending = terms.earning.pending_days
    return start_of_day(local_day(occurred_at, zone) + timedelta(days=pending), zone) if pending else occurred_at


def expiry_of(expiry: Expiry, available_at: datetime, zone: Zone) -> datetime | None:
    """Say at which instant points can no longer be spent (exclusive), or None for never.

    For `inactivity` pass the last activity, or the availability if that is later.
    """
    zone = zone_of(zone)
    return None if isinstance(expiry, Never) else _end_of(expiry, available_at.astimezone(zone).date(), zone)


@lru_cache(MOST_DAYS)
def _end_of(expiry: Expiry, day: date, zone: tzinfo) -> datetime | None:
    last_day = last_day_of(expiry, day)
    return None if last_day is None else end_of_day(last_day, zone)


def last_day_of(expiry: Expiry, day: date) -> date | None:
    """Say through which local day points that become available on `day` are valid."""
    match expiry:
        case Never():
            return None
        case Inactivity():
            return add_months(day, expiry.months)
        case Dates():
            return min(_next_on_or_after(day, month_and_day) for month_and_day in expiry.dates)
        case After():
            last_day = (
                day + timedelta(days=expiry.days) if expiry.days is not None else add_months(day, expiry.months or 0)
            )
            return end_of_period(last_day, expiry.round_to) if expiry.round_to else last_day


def _next_on_or_after(day: date, month_and_day: str) -> date:
    month, wanted = int(month_and_day[:2]), int(month_and_day[3:])
    dates = (date(year, month, min(wanted, calendar.monthrange(year, month)[1])) for year in (day.year, day.year + 1))
    return next(found for found in dates if found >= day)


def end_of_period(day: date, period: str) -> date:
    """Round up to the last day of the month, quarter or year."""
    months = ROUNDED_MONTHS[period]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return add_months(first, months) - A_DAY


def period_start(period: str, instant: datetime, zone: Zone) -> datetime:
    """Find the start of the local day, week (from Monday), month or year around an instant.

    `lifetime` starts before all time. Raises ValueError for another period.
    """
    zone = zone_of(zone)
    return _period_start(period, instant.astimezone(zone).date(), zone)


@lru_cache(MOST_DAYS)
def _period_start(period: str, day: date, zone: tzinfo) -> datetime:
    match period:
        case "day":
            return start_of_day(day, zone)
        case "week":
            return start_of_day(day - timedelta(days=day.weekday()), zone)
        case "month":
            return start_of_day(day.replace(day=1), zone)
        case "year":
            return start_of_day(day.replace(month=1, day=1), zone)
        case "lifetime":
            return BEGINNING
    raise ValueError(f"unknown period {period!r}")


def window_start(window: Window, instant: datetime, zone: Zone) -> datetime | None:
    """Find from when qualifying counts; None counts all.

    What came on 1 July leaves a rolling 12 months on the next 1 July.
    """
    if isinstance(window, Lifetime):
        return None
    if isinstance(window, Rolling):
        zone = zone_of(zone)
        return _rolling_start(window.months, instant.astimezone(zone).date(), zone)
    return period_start("year", instant, zone)


@lru_cache(MOST_DAYS)
def _rolling_start(months: int, day: date, zone: tzinfo) -> datetime:
    return start_of_day(add_months(day, -months) + A_DAY, zone)
