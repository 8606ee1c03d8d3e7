"""Tier reviews: who has reached a tier, who is warned, who goes down, on the merchant's local day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site.jobs import JobKind
from loyalty_site.models import AuditEvent
from loyalty_site.retrying import retried
from loyalty_site.sql import rows
from members import adjusting, chunks, entry_gifts, ledger, notices, orders_sql
from members.awarding import basis_of
from members.models import Account, TierChange
from members.movements import Counted
from members.refusals import NotAllowed, OwnCard
from programs import calendar, tiers
from programs.calendar import A_DAY, BEGINNING
from programs.models import Merchant, Program, Role, Staff
from programs.terms import Level, Tiers
from programs.versions import DatedVersion, current

QUALIFYING = {
    basis: f"""
SELECT account.id, account.tier_code, account.demote_on, account.pinned_until, account.qualifying,
       coalesce(sum({counts}) FILTER (WHERE entry.kind = 'earn' OR bought.placed_at >= %(since)s), 0)::numeric
FROM members_account account
LEFT JOIN members_ledgerentry entry ON entry.account_id = account.id AND entry.occurred_at >= %(since)s
     AND entry.occurred_at < %(until)s AND entry.kind IN ('earn', 'clawback')
LEFT JOIN members_order bought ON bought.id = entry.order_id
WHERE account.program_id = %(program)s AND account.id = ANY(%(accounts)s::bigint[])
GROUP BY account.id ORDER BY account.id
"""
    for basis, counts in orders_sql.COUNTS.items()
}


@retried
def review_accounts(program: Program, account_ids: Sequence[int], *, day: date, now: datetime) -> dict[str, int]:
    """Review the tiers of some accounts of one program as of the start of a local day; twice changes nothing more."""
    version = current(program, now=now)
    levels = version.terms.tiers
    if levels is None or not account_ids:
        return {"reviewed": 0, "up": 0, "down": 0, "warned": 0}
    zone = program.merchant.zone
    starts_at = calendar.start_of_day(day, zone)
    held = ledger.lock(account_ids)
    since = calendar.window_start(levels.window, starts_at, zone) or BEGINNING
    standings = rows(
        QUALIFYING[basis_of(version.terms)],
        {
            "since": since,
            "until": max(now, starts_at),
            "program": program.pk,
            "accounts": list(account_ids),
        },
    )
    decided = [(row, decide(levels, row, day=day)) for row in standings]
    ledger.change_tiers(list(steps(decided, version, starts_at)))
    notices.warn_of_tiers([row[0] for row, review in decided if review.warned], day=day, now=now)
    entry_gifts.give(list(reached(levels, decided)), version, held, program.merchant, at=max(now, starts_at))
    counted = {row[0]: Counted(row[5], since, version.id) for row in standings}
    ledger.set_qualifying({pk: found for pk, found in counted.items() if found != held[pk].counted})
    return tally(levels, decided)


def decide(levels: Tiers, standing: tuple[Any, ...], *, day: date) -> tiers.Review:
    _id, code, demote_on, pinned_until, _before, reached = standing
    return tiers.review(levels, code=code, qualifying=reached, day=day, demote_on=demote_on, pinned_until=pinned_until)


def steps(
    decided: Iterable[tuple[tuple[Any, ...], tiers.Review]], version: DatedVersion, starts_at: datetime
) -> Iterable[ledger.TierStep]:
    """The accounts whose tier or demotion date the review changes."""
    for (account_id, code, demote_on, pinned_until, *_rest), review in decided:
        if (review.code, review.demote_on) != (code, demote_on):
            yield ledger.TierStep(
                account_id, review.code, TierChange.Cause.REVIEW, starts_at, version.id, review.demote_on, pinned_until
            )


def reached(levels: Tiers, decided: Iterable[tuple[tuple[Any, ...], tiers.Review]]) -> Iterable[tuple[int, Level]]:
    """The tiers that each account has just climbed to, those it passed on the way included."""
    for (account_id, code, *_rest), review in decided:
        for level in tiers.climbed(levels, code, review.code):
            yield account_id, level


def tally(levels: Tiers, decided: Sequence[tuple[tuple[Any, ...], tiers.Review]]) -> dict[str, int]:
    moves = [tiers.rank(levels, review.code) - tiers.rank(levels, row[1]) for row, review in decided]
    return {
        "reviewed": len(decided),
        "up": sum(move > 0 for move in moves),
        "down": sum(move < 0 for move in moves),
        "warned": sum(review.warned for _row, review in decided),
    }


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Review one range of a merchant's accounts as of the day that begins when `business_on` closes."""
    merchant = Merchant.objects.get(pk=merchant_id or 0)
    day = business_on + A_DAY if business_on else calendar.local_day(now, merchant.zone)
    total: dict[str, int] = {}
    for program in merchant.programs.filter(is_active=True):
        ids = list(
            Account.objects.filter(program=program, pk__range=(first_id, last_id))
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        for name, count in review_accounts(program, ids, day=day, now=now).items():
            total[name] = total.get(name, 0) + count
    return total


@retried
def pin(account: Account, code: str, *, until: date, by: Staff, reason: str, now: datetime) -> None:
    """Hold a member in a tier through a local day, as staff decided; reviews do not lower it before.

    Raises NotAllowed without a reason or on a tier that the terms do not have, OwnCard on the person's own card.
    """
    refuse_pin(account, code, by, reason, now=now)
    ledger.lock([account.pk])
    version = current(account.program, now=now)
    step = ledger.TierStep(account.pk, code, TierChange.Cause.PINNED, now, version.id, None, until)
    ledger.change_tiers([step])
    AuditEvent.objects.create(
        at=now,
        merchant_id=account.program.merchant_id,
        actor=by.user,
        action="pin-tier",
        subject=account.member.number,
        details={"tier": code, "until": until.isoformat(), "reason": reason},
    )


def refuse_pin(account: Account, code: str, by: Staff, reason: str, *, now: datetime) -> None:
    levels = current(account.program, now=now).terms.tiers
    if levels is None or code not in levels.by_code:
        raise NotAllowed(_("This program has no such tier."))
    if not reason.strip():
        raise NotAllowed(_("Say why: the owner sees it beside the tier."))
    if by.role < Role.MANAGER or by.merchant_id != account.program.merchant_id:
        raise NotAllowed(_("A manager or the owner sets tiers."))
    if adjusting.is_own_card(account.member, by):
        raise OwnCard


JOB = JobKind(title=gettext_lazy("Review tiers"), plan=chunks.ranges, work=work, is_of_accounts=True)
