"""Birthdays and anniversaries: what a shop's local day gives to those who celebrate on it, once a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy

from loyalty_site.jobs import JobKind
from loyalty_site.sql import rows
from members import chunks, ledger, occasions
from programs import calendar
from programs.calendar import A_DAY
from programs.models import Merchant
from programs.versions import Schedule

CELEBRATES = {
    "birthday": "to_char(member.born_on, 'MM-DD') = ANY(%(days)s::text[])",
    "anniversary": """to_char(member.joined_at AT TIME ZONE %(zone)s, 'MM-DD') = ANY(%(days)s::text[])
    AND (member.joined_at AT TIME ZONE %(zone)s)::date < %(day)s""",
}

CELEBRATING = {
    event: f"""
SELECT account.id FROM members_member member JOIN members_account account ON account.member_id = member.id
WHERE member.merchant_id = %(merchant)s AND member.merged_into_id IS NULL AND member.erased_at IS NULL
AND NOT member.is_blocked AND {celebrates} AND account.program_id = ANY(%({event})s::bigint[])
"""
    for event, celebrates in CELEBRATES.items()
}

AT_ONCE = 100  # each is worked out by the terms, with its account held
OF_RANGE = " AND account.id BETWEEN %(first)s AND %(last)s"


@dataclass(frozen=True)
class Feast:
    """One local day of a shop, and the terms that say what its programs give on it."""

    merchant: Merchant
    day: date
    running: Schedule

    @property
    def begins_at(self) -> datetime:
        return calendar.start_of_day(self.day, self.merchant.zone)

    def programs(self, event: str) -> list[int]:
        return occasions.programs_with(event, self.running, self.begins_at)

    @property
    def asked(self) -> dict[str, Any]:
        """What the statements that find those who celebrate need to know."""
        here = {"merchant": self.merchant.pk, "zone": self.merchant.zone_name}
        return here | {"day": self.day, "days": celebrated_on(self.day)} | {e: self.programs(e) for e in CELEBRATING}


def feast_on(merchant: Merchant, day: date) -> Feast:
    return Feast(merchant, day, Schedule.running(merchant))


def celebrated_on(day: date) -> list[str]:
    """The dates, as MM-DD, that are celebrated on a day: 28 February stands in for the 29th in other years."""
    dates = [f"{day:%m-%d}"]
    is_stand_in = (day.month, day.day) == (2, 28) and (day + A_DAY).day == 1
    return [*dates, "02-29"] if is_stand_in else dates


def plan(merchant_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """Ranges with the accounts of those who celebrate when `business_on` has closed; on most days those are few."""
    if business_on is None:
        return chunks.ranges(merchant_id, business_on)
    feast = feast_on(Merchant.objects.get(pk=merchant_id or 0), business_on + A_DAY)
    return chunks.ranges_among(" UNION ".join(CELEBRATING.values()), feast.asked, size=AT_ONCE)


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Give one range the gifts of the day that begins when `business_on` closes; run again, it finds them given."""
    merchant = Merchant.objects.get(pk=merchant_id or 0)
    feast = feast_on(merchant, business_on + A_DAY if business_on else calendar.local_day(now, merchant.zone))
    return {f"{event} gifts": give(event, feast, first_id, last_id, now=now) for event in CELEBRATING}


def give(event: str, feast: Feast, first_id: int, last_id: int, *, now: datetime) -> int:
    if not feast.programs(event):
        return 0
    found = rows(CELEBRATING[event] + OF_RANGE, feast.asked | {"first": first_id, "last": last_id})
    return occasions.give(
        event,
        ledger.lock(row[0] for row in found),
        feast.running,
        merchant=feast.merchant,
        occurred_at=feast.begins_at,
        period=str(feast.day.year),
        now=now,
    )


JOB = JobKind(gettext_lazy("Birthdays and anniversaries"), plan, work, is_of_accounts=True, is_dated=True)
