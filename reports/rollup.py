"""Filling the daily rows, the only writer of reports' tables. Running it again changes nothing.

A night fills the days that have closed and every older day that something was recorded for since the last fill:
a late order, a refund, an expiry posted with its own date.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from loyalty_site.jobs import JobKind
from loyalty_site.nights import last_closed_day
from loyalty_site.retrying import retried
from loyalty_site.sql import rows
from programs.calendar import A_DAY, BEGINNING, end_of_day, local_day, start_of_day
from programs.models import Merchant
from reports import expiring, rollup_sql
from reports.models import DailyKpi, FillMark
from reports.periods import WEEKS, days_between

# What a transaction recorded before the mark may have been committed after it; none runs longer than this.
OVERLAP = timedelta(hours=1)
LOOK_BACK = timedelta(weeks=2 * max(WEEKS))
AN_INSTANT = timedelta(microseconds=1)


@retried
def refresh(merchant: Merchant, *, through: date) -> int:
    """Fill what is missing or out of date through a local day; return how many days changed."""
    mark = hold_mark(merchant)
    since = mark.filled_at - OVERLAP if mark.filled_at else BEGINNING
    touched = {day for day in days_touched(merchant, since=since) if day <= through}
    return fill_days(mark, touched | missing_days(merchant, touched, through), through=through)


@retried
def fill(merchant: Merchant, first_day: date, last_day: date) -> int:
    """Fill every day of a range from scratch; return how many days changed. `first_day` is the shop's first."""
    return fill_days(hold_mark(merchant), days_between(first_day, last_day), through=last_day)


def hold_mark(merchant: Merchant) -> FillMark:
    """Lock the merchant's mark for the transaction: one fill at a time."""
    FillMark.objects.get_or_create(merchant=merchant)
    return FillMark.objects.select_for_update().select_related("merchant").get(merchant=merchant)


def days_touched(merchant: Merchant, *, since: datetime) -> set[date]:
    """The local days for which something was recorded since an instant, and perhaps their neighbours."""
    found: set[date] = set()
    for (utc_day,) in rows(rollup_sql.TOUCHED, {"merchant": merchant.pk, "since": since}):
        starts_at = datetime.combine(utc_day, time.min, UTC)
        before, after = starts_at - AN_INSTANT, starts_at + A_DAY - AN_INSTANT
        found.update(days_between(local_day(before, merchant.zone), local_day(after, merchant.zone)))
    return found


def missing_days(merchant: Merchant, touched: Iterable[date], through: date) -> set[date]:
    """The days without a row, from the first day known through `through`."""
    filled = set(merchant.daily_kpis.values_list("day", flat=True))
    first = min(filled | set(touched), default=None)
    return set(days_between(first, through)) - filled if first else set()


def fill_days(mark: FillMark, days: Iterable[date], *, through: date) -> int:
    """Fill some days, carry the outstanding points forward, recount the windows that reach into them."""
    merchant, ordered = mark.merchant, sorted(days)
    changed = rows(rollup_sql.FILL_DAYS, day_parameters(merchant, ordered)) if ordered else []
    if ordered:
        rows(rollup_sql.CARRY_OUTSTANDING, {"merchant": merchant.pk, "first": ordered[0]})
        rows(rollup_sql.FILL_WINDOWS, window_parameters(merchant, ordered[0], latest_day(merchant)))
    closed_on = max(through, mark.closed_on or through)
    soon = expiring.counted(merchant, closed_on=closed_on)
    FillMark.objects.filter(merchant=merchant).update(closed_on=closed_on, filled_at=Now(), **soon)
    return len(changed)


def day_parameters(merchant: Merchant, days: list[date]) -> dict[str, Any]:
    return {
        "merchant": merchant.pk,
        "days": days,
        "starts": [start_of_day(day, merchant.zone) for day in days],
        "ends": [end_of_day(day, merchant.zone) for day in days],
    }


def window_parameters(merchant: Merchant, first: date, last: date) -> dict[str, Any]:
    """Windows that end from the first to the last day reach back twice the longest window."""
    base = first - LOOK_BACK
    return {
        "merchant": merchant.pk,
        "base": base,
        "starts": [start_of_day(day, merchant.zone) for day in days_between(base, last)],
        "until": end_of_day(last, merchant.zone),
        "first": (first - base).days + 1,
        "weeks": list(WEEKS),
        "all_weeks": sorted({weeks for week in WEEKS for weeks in (week, 2 * week)}),
    }


def latest_day(merchant: Merchant) -> date:
    return DailyKpi.objects.filter(merchant=merchant).latest("day").day


def plan(merchant_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """One piece of work: the statements go over all days at once."""
    return [(merchant_id, merchant_id)] if merchant_id else []


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Refresh one merchant's figures through the day that closed."""
    merchant = Merchant.objects.get(pk=first_id)
    through = business_on or last_closed_day(merchant.zone_name, now)
    return {"days": refresh(merchant, through=through)}


JOB = JobKind(title=_("Fill figures"), plan=plan, work=work)
