"""Occasions that earn without a purchase: signing up, birthdays, anniversaries. Each once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy

from loyalty_site.jobs import JobKind
from loyalty_site.sql import rows
from members import chunks, ledger
from members.awarding import Awarding
from members.models import LedgerEntry, Member
from members.movements import Held, Movement
from programs import calendar, earning, versions
from programs.calendar import A_DAY
from programs.models import Merchant
from programs.versions import DatedVersion

SIGN_UP, BIRTHDAY, ANNIVERSARY = "sign_up", "birthday", "anniversary"

CELEBRATING = """
SELECT DISTINCT member.id FROM members_account account JOIN members_member member ON member.id = account.member_id
WHERE member.merchant_id = %(merchant)s AND account.id BETWEEN %(first)s AND %(last)s AND NOT member.is_blocked
AND CASE WHEN %(event)s = 'birthday' THEN to_char(member.born_on, 'MM-DD')
    ELSE to_char(member.joined_at AT TIME ZONE %(zone)s, 'MM-DD') END = ANY(%(days)s::text[])
AND (%(event)s = 'birthday' OR (member.joined_at AT TIME ZONE %(zone)s)::date < %(day)s)
"""


def sign_up(members: Sequence[Member], *, merchant: Merchant, now: datetime) -> None:
    """Post what joining earns, as of the day each member joined; once per member."""
    by_date: dict[datetime, list[int]] = {}
    for member in members:
        by_date.setdefault(member.joined_at, []).append(member.pk)
    for joined_at, ids in by_date.items():
        award(SIGN_UP, ids, merchant=merchant, occurred_at=joined_at, period="once", now=now)


def award(
    event: str, member_ids: Sequence[int], *, merchant: Merchant, occurred_at: datetime, period: str, now: datetime
) -> int:
    """Post what an event earns in every running program that has a rule for it; say to how many accounts.

    Once per member and `period`, such as a year: a second call finds the first one's entry and posts nothing.
    """
    running = versions.Schedule.running(merchant)
    program_ids = [pk for pk in running.program_ids if has_rule(running.at(pk, occurred_at), event)]
    if not program_ids or not member_ids:
        return 0
    held = ledger.lock_members(member_ids, program_ids)
    awarding = Awarding(held, merchant, (), versions=running, now=now)
    fresh = without_known(held.values(), f"{event}:{period}")
    movements = [movement(event, account, awarding, occurred_at, f"{event}:{period}:{account.id}") for account in fresh]
    earned = [wish for wish in movements if wish.points > 0]
    ledger.prolong(awarding.expiry_moves(earned), now=now)
    return len(ledger.post(earned, held, now=now))


def has_rule(version: DatedVersion, event: str) -> bool:
    return any(rule.when.event == event for rule in version.terms.rules)


def without_known(accounts: Iterable[Held], reference: str) -> list[Held]:
    """The accounts that have no entry with this reference yet."""
    wanted = {(account.program_id, f"{reference}:{account.id}"): account for account in accounts}
    known = LedgerEntry.objects.filter(
        program__in={program_id for program_id, _reference in wanted},
        reference__in=[known_reference for _program_id, known_reference in wanted],
    )
    for key in known.values_list("program_id", "reference"):
        wanted.pop(key, None)
    return list(wanted.values())


def movement(event: str, account: Held, awarding: Awarding, occurred_at: datetime, reference: str) -> Movement:
    """What one account earns by an event; its points are spendable at once, since only orders wait."""
    version = awarding.versions.at(account.program_id, occurred_at)
    standing = awarding.standing(account, version, occurred_at)
    earned = earning.evaluate_event(
        version.terms, event, occurred_at=occurred_at, zone=awarding.zone, standing=standing
    )
    awarding.spend_budgets(account, earned)
    return Movement(
        account_id=account.id,
        kind="earn",
        points=earned.points,
        reference=reference,
        occurred_at=occurred_at,
        available_at=occurred_at,
        expires_at=calendar.expiry_of(version.terms.expiry, occurred_at, awarding.zone),
        version_id=version.id,
        explain=earned.explain | {"version": version.number, "rule_points": earned.rule_points},
    )


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Award the birthdays and anniversaries of the day that begins when `business_on` closes."""
    merchant = Merchant.objects.get(pk=merchant_id or 0)
    day = business_on + A_DAY if business_on else calendar.local_day(now, merchant.zone)
    begins_at = calendar.start_of_day(day, merchant.zone)
    chunk = {"merchant": merchant.pk, "first": first_id, "last": last_id, "zone": merchant.zone_name, "day": day}
    return {
        f"{event} gifts": award(
            event,
            [row[0] for row in rows(CELEBRATING, chunk | {"event": event, "days": celebrated_on(day)})],
            merchant=merchant,
            occurred_at=begins_at,
            period=str(day.year),
            now=now,
        )
        for event in (BIRTHDAY, ANNIVERSARY)
    }


def celebrated_on(day: date) -> list[str]:
    """The dates, as MM-DD, that are celebrated on a day: 28 February stands in for the 29th in other years."""
    dates = [f"{day:%m-%d}"]
    is_stand_in = (day.month, day.day) == (2, 28) and (day + A_DAY).day == 1
    return [*dates, "02-29"] if is_stand_in else dates


JOB = JobKind(
    title=gettext_lazy("Birthdays and anniversaries"), plan=chunks.ranges, work=work, is_of_accounts=True, is_dated=True
)
