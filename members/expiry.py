"""Expiry: points end at the instant their lot says; here that is posted to the ledger.

Nothing waits for these functions: a lot past its date cannot be spent, posted or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from loyalty_site.jobs import JobKind
from loyalty_site.retrying import retried
from loyalty_site.sql import rows
from members import chunks, ledger
from programs import calendar
from programs.terms import Inactivity
from programs.versions import DatedVersion

DUE_ACCOUNTS = """
SELECT DISTINCT lot.account_id FROM members_pointslot lot
JOIN programs_program program ON program.id = lot.program_id
WHERE program.merchant_id = %(merchant)s AND lot.remaining > 0 AND lot.expires_at <= %(now)s
AND lot.account_id BETWEEN %(first)s AND %(last)s ORDER BY lot.account_id
"""


@retried
def expire_accounts(account_ids: Sequence[int], *, now: datetime) -> ledger.Expired:
    """Post what has expired in these accounts, one entry per lot, effective at the lot's own instant."""
    return ledger.expire(account_ids, now=now)


def moved_by_activity(version: DatedVersion, active_at: datetime, zone: ZoneInfo) -> datetime | None:
    """Where terms that end points by inactivity move the expiry of an account's lots after an activity; else None."""
    expiry = version.terms.expiry
    return calendar.expiry_of(expiry, active_at, zone) if isinstance(expiry, Inactivity) else None


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Expire one range of a merchant's accounts; run again, it finds nothing left to do."""
    parameters = {"merchant": merchant_id, "first": first_id, "last": last_id, "now": now}
    due = [row[0] for row in rows(DUE_ACCOUNTS, parameters)]
    expired = ledger.expire(due, now=now) if due else ledger.Expired(0, 0, 0)
    return {"lots": expired.entry_count, "points": expired.points, "members": expired.account_count}


JOB = JobKind(title=_("Expire points"), plan=chunks.ranges, work=work)
