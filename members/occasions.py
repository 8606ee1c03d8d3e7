"""Occasions that earn without a purchase: signing up, birthdays, anniversaries. Each once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from members import families, ledger
from members.awarding import Awarding
from members.models import LedgerEntry, Member
from members.movements import Held, Movement
from programs import calendar, earning
from programs.models import Merchant
from programs.versions import DatedVersion, Schedule

SIGN_UP = "sign_up"


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
    running = Schedule.running(merchant)
    program_ids = programs_with(event, running, occurred_at)
    if not program_ids or not member_ids:
        return 0
    held = ledger.lock_members(member_ids, program_ids)
    return give(event, held, running, merchant=merchant, occurred_at=occurred_at, period=period, now=now)


def give(
    event: str,
    held: dict[int, Held],
    running: Schedule,
    *,
    merchant: Merchant,
    occurred_at: datetime,
    period: str,
    now: datetime,
) -> int:
    """Post what an event earns in accounts that the caller holds, once per `period`; say to how many."""
    awarding = Awarding(held, merchant, (), versions=running, now=now)
    fresh = without_known(held.values(), f"{event}:{period}")
    movements = [movement(event, account, awarding, occurred_at, f"{event}:{period}:{account.id}") for account in fresh]
    earned = [wish for wish in movements if wish.points > 0]
    ledger.prolong(awarding.expiry_moves(earned), now=now)
    awarding.budgets.keep()
    return len(ledger.post(earned, held, now=now))


def programs_with(event: str, running: Schedule, instant: datetime) -> list[int]:
    """The running programs whose terms at an instant have a rule for an event."""
    return [pk for pk in running.program_ids if has_rule(running.at(pk, instant), event)]


def has_rule(version: DatedVersion, event: str) -> bool:
    return bool(version.terms.rules_for(event))


def without_known(accounts: Iterable[Held], reference: str) -> list[Held]:
    """The accounts that have no entry with this reference yet."""
    own = {account.id: account for account in accounts}
    owners = families.with_absorbed(own)
    wanted = {(own[owner].program_id, f"{reference}:{pk}"): owner for pk, owner in owners.items()}
    known = LedgerEntry.objects.filter(
        program__in={program_id for program_id, _reference in wanted},
        reference__in=[known_reference for _program_id, known_reference in wanted],
    )
    had = {wanted[key] for key in known.values_list("program_id", "reference")}
    return [account for pk, account in own.items() if pk not in had]


def movement(event: str, account: Held, awarding: Awarding, occurred_at: datetime, reference: str) -> Movement:
    """What one account earns by an event; its points are spendable at once, since only orders wait."""
    version = awarding.versions.at(account.program_id, occurred_at)
    standing = awarding.standing(account, version, occurred_at)
    earned = earning.evaluate_event(
        version.terms, event, occurred_at=occurred_at, zone=awarding.zone, standing=standing
    )
    awarding.budgets.spend(account.program_id, earned.rule_points)
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
