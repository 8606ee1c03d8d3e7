"""Expiry: points end at the instant their lot says, or with their program; here that is posted to the ledger.

Nothing waits for these functions: a lot past its date cannot be spent, posted or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from loyalty_site.jobs import JobKind
from loyalty_site.models import Job
from loyalty_site.retrying import retried
from loyalty_site.sql import rows
from members import expiry_sql, ledger
from members.models import PointsLot
from programs import calendar
from programs.calendar import BEGINNING
from programs.models import Merchant, Program
from programs.phases import Phase, phase_of
from programs.terms import Inactivity
from programs.versions import DatedVersion, current

FOREVER = datetime.max.replace(tzinfo=UTC)
LATEST = timedelta(days=60)  # that a night can be late for the end of a program
LOTS_AT_ONCE = 1_000  # a chunk holds its accounts for some 25 ms, so that an order of one of them hardly waits


@retried
def expire_accounts(account_ids: Sequence[int], *, now: datetime) -> ledger.Expired:
    """Post what has expired, or ended with its program, in these accounts: one entry per lot, effective at its end."""
    return ledger.expire(account_ids, now=now)


def moved_by_activity(version: DatedVersion, active_at: datetime, zone: ZoneInfo) -> datetime | None:
    """Where terms that end points by inactivity move the expiry of an account's lots after an activity; else None."""
    expiry = version.terms.expiry
    return calendar.expiry_of(expiry, active_at, zone) if isinstance(expiry, Inactivity) else None


def plan(merchant_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """Ranges of account ids with at most about 1,000 lots that end with a local day; without a day, that ever end."""
    since, until = BEGINNING, FOREVER
    if business_on:
        zone_name = Merchant.objects.values_list("zone_name", flat=True).get(pk=merchant_id or 0)
        until = calendar.end_of_day(business_on, zone_name)
        since = until - LATEST
    parameters = {"merchant": merchant_id, "since": since, "until": until, "size": LOTS_AT_ONCE}
    return [(first, last) for first, last in rows(expiry_sql.DUE_RANGES, parameters)]


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Expire one range of a merchant's accounts; run again, it finds nothing left to do."""
    span = {"since": now - LATEST if business_on else BEGINNING, "until": now}
    found = rows(expiry_sql.DUE_ACCOUNTS, {"merchant": merchant_id, "first": first_id, "last": last_id, **span})
    due = [row[0] for row in found]
    expired = ledger.expire(due, now=now) if due else ledger.Expired(0, 0, 0)
    return {"lots": expired.entry_count, "points": expired.points, "members": expired.account_count}


def finish(job: Job) -> None:
    """Take programs out of use whose points have ended, and that hold none any more."""
    now = job.finished_at
    running = Program.objects.running().filter(merchant=job.merchant_id or 0, points_end_at__lte=now)
    for program in running.select_related("merchant"):
        is_over = now and phase_of(current(program, now=now).terms, now, program.merchant.zone) is Phase.OVER
        if is_over and not PointsLot.objects.open().filter(program=program).exists():
            Program.objects.filter(pk=program.pk).update(is_active=False)


JOB = JobKind(title=_("Expire points"), plan=plan, work=work, finish=finish, is_of_accounts=True)
