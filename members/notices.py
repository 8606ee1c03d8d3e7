"""What members are told ahead: points that will expire, a tier that will end. `members/mailing.py` mails it.

Writing is one statement for a whole range of accounts; a second run finds the first one's rows and writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from loyalty_site.jobs import JobKind
from loyalty_site.sql import rows
from members import chunks
from members.ledger_sql import ENDS_AT
from members.models import Notice
from programs import calendar
from programs.calendar import A_DAY
from programs.models import Program
from programs.versions import Schedule

LAST = 2**62
AT_ONCE = 500
BEFORE_THE_END = (30, 7)  # days before the points of a program end

# Without an address there is nothing to mail; the notice is then only shown.
STATE = "CASE WHEN member.email = '' OR member.is_blocked THEN 'shown' ELSE 'waiting' END"

WINDOWS = """
unnest(%(last_days)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS w (last_on, starts_at, ends_at)
"""

TELL_OF_EXPIRY = f"""
INSERT INTO members_notice (account_id, program_id, kind, subject_on, notice_on, points, state, due_at)
SELECT account.id, account.program_id, 'expiry', w.last_on, %(day)s, soon.points, {STATE}, %(now)s
FROM members_account account JOIN members_member member ON member.id = account.member_id
CROSS JOIN {WINDOWS} CROSS JOIN LATERAL (
    SELECT sum(lot.remaining)::bigint AS points
    FROM members_pointslot lot JOIN programs_program program ON program.id = lot.program_id
    WHERE lot.account_id = account.id AND lot.remaining > 0
    AND {ENDS_AT} > greatest(w.starts_at, %(now)s) AND {ENDS_AT} <= w.ends_at
) AS soon
WHERE account.program_id = %(program)s AND account.id BETWEEN %(first)s AND %(last)s AND soon.points > 0
AND member.erased_at IS NULL
ORDER BY account.id, w.last_on
ON CONFLICT DO NOTHING RETURNING account_id
"""

WARN_OF_TIER = f"""
INSERT INTO members_notice (account_id, program_id, kind, subject_on, notice_on, tier_code, state, due_at)
SELECT account.id, account.program_id, 'tier-warning', account.demote_on - 1, %(day)s, account.tier_code, {STATE},
       %(now)s
FROM members_account account JOIN members_member member ON member.id = account.member_id
WHERE account.id = ANY(%(accounts)s::bigint[]) AND account.demote_on IS NOT NULL
ORDER BY account.id
ON CONFLICT DO NOTHING
"""

TOLD_OF = """
SELECT DISTINCT lot.account_id AS id
FROM unnest(%(programs)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
    AS w (program_id, starts_at, ends_at)
JOIN members_pointslot lot ON lot.program_id = w.program_id AND lot.remaining > 0
AND lot.expires_at > w.starts_at AND lot.expires_at <= w.ends_at
UNION
SELECT account.id
FROM unnest(%(programs)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
    AS w (program_id, starts_at, ends_at)
JOIN programs_program program ON program.id = w.program_id
AND program.points_end_at > w.starts_at AND program.points_end_at <= w.ends_at
JOIN members_account account ON account.program_id = program.id AND account.balance > 0
"""


LEFT = f"""
SELECT coalesce(sum(lot.remaining), 0)::bigint
FROM members_pointslot lot JOIN programs_program program ON program.id = lot.program_id
WHERE lot.account_id = %(account)s AND lot.remaining > 0
AND {ENDS_AT} > greatest(%(starts)s, %(now)s) AND {ENDS_AT} <= %(ends)s
"""


class Window(NamedTuple):
    """A last day of points that is announced: what expires after one instant, and by the other."""

    last_on: date
    starts_at: datetime
    ends_at: datetime


def write_due(program: Program, *, day: date, now: datetime, first_id: int = 0, last_id: int = LAST) -> int:
    """Tell the members in a range of accounts which points expire as many days after `day` as the terms announce.

    One notice per account and expiry date, with the sum of what is left and not expired by `now`; the answer counts
    the new ones. A retry, or a second worker, adds none.
    """
    windows = windows_announced(program, day)
    if not windows:
        return 0
    last_days, starts, ends = map(list, zip(*windows, strict=True))
    chunk = {"program": program.pk, "day": day, "now": now, "first": first_id, "last": last_id}
    return len(rows(TELL_OF_EXPIRY, chunk | {"last_days": last_days, "starts": starts, "ends": ends}))


def warn_of_tiers(account_ids: Sequence[int], *, day: date, now: datetime) -> None:
    """Tell members on the local day of a review that their tier ends; call it in the review's own transaction.

    `account_ids` are those whose fall was just announced; an announcement is told once.
    """
    if account_ids:
        rows(WARN_OF_TIER, {"accounts": list(account_ids), "day": day, "now": now})


def windows_announced(program: Program, day: date) -> list[Window]:
    """What a local day announces, by the terms in force as it begins; the program comes with its merchant."""
    zone = program.merchant.zone
    terms = Schedule([program.pk]).at(program.pk, calendar.start_of_day(day, zone)).terms
    last_days = sorted({day + timedelta(days=count) for count in terms.expiry_notice_days} | told_of_end(program, day))
    return [Window(last, calendar.start_of_day(last, zone), calendar.end_of_day(last, zone)) for last in last_days]


def told_of_end(program: Program, day: date) -> set[date]:
    """The last day of points that end with their program, on the days when everybody is told, whatever the terms."""
    if program.points_end_at is None:
        return set()
    last_day = calendar.day_ending(program.points_end_at, program.merchant.zone)
    return {last_day} if (last_day - day).days in BEFORE_THE_END else set()


def plan(merchant_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """Ranges with the accounts that have something to be told; on most days those are few."""
    if business_on is None:
        return chunks.ranges(merchant_id, business_on)
    day = business_on + A_DAY
    windows = [(program.pk, *w[1:]) for program in running(merchant_id) for w in windows_announced(program, day)]
    programs, starts, ends = map(list, zip(*windows, strict=True)) if windows else ([], [], [])
    return chunks.ranges_among(TOLD_OF, {"programs": programs, "starts": starts, "ends": ends}, size=AT_ONCE)


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Write one range's notices of the day that begins when `business_on` closes."""
    written = 0
    for program in running(merchant_id):
        day = business_on + A_DAY if business_on else calendar.local_day(now, program.merchant.zone)
        written += write_due(program, day=day, now=now, first_id=first_id, last_id=last_id)
    return {"notices": written}


def points_left(notice: Notice, *, now: datetime) -> int:
    """How many of the points that a notice announces are still there to be spent."""
    zone = notice.account.program.merchant.zone
    starts, ends = calendar.start_of_day(notice.subject_on, zone), calendar.end_of_day(notice.subject_on, zone)
    points: int = rows(LEFT, {"account": notice.account_id, "starts": starts, "ends": ends, "now": now})[0][0]
    return points


def running(merchant_id: int | None) -> QuerySet[Program]:
    return Program.objects.running().filter(merchant=merchant_id).select_related("merchant")


JOB = JobKind(title=_("Write notices"), plan=plan, work=work, is_of_accounts=True, is_dated=True)
