"""Tier reviews: who has reached a tier, who is warned, who goes down, on the merchant's local day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site import auditing
from loyalty_site.jobs import JobKind
from loyalty_site.models import Job
from loyalty_site.retrying import retried
from members import adjusting, chunks, entry_gifts, families, ledger, notices, review_sql
from members.ledger import Reviewed
from members.models import Account, TierChange, TierMark
from members.refusals import NotAllowed, OwnCard
from members.review_frame import Frame, frame_of, frames_of_day
from programs import calendar
from programs.calendar import A_DAY
from programs.models import Merchant, Program, Role, Staff
from programs.versions import current

LAST = 2**62


@retried
def review_accounts(program: Program, account_ids: Sequence[int], *, day: date, now: datetime) -> dict[str, int]:
    """Review the tiers of some accounts of one program as of the start of a local day; twice changes nothing more."""
    frame = frame_of(program, day=day, now=now)
    ledger.hold(account_ids)
    return review(frame, account_ids, program.merchant, now=now) if frame else {}


def review(frame: Frame, held_ids: Sequence[int], merchant: Merchant, *, now: datetime) -> dict[str, int]:
    """Review accounts that the caller holds; warn those whose fall is announced, give what new tiers give."""
    asked = frame.parameters | families.as_parameters(held_ids)
    changed = ledger.review(held_ids, frame.levels.basis, asked) if held_ids else []
    notices.warn_of_tiers([account.account_id for account in changed if account.is_warned], day=frame.day, now=now)
    give_entry_gifts(frame, changed, merchant, at=max(now, frame.starts_at))
    return {"reviewed": len(held_ids)} | tally(frame, changed)


def give_entry_gifts(frame: Frame, changed: Iterable[Reviewed], merchant: Merchant, *, at: datetime) -> None:
    """Give what each tier that was climbed to gives, those passed on the way included."""
    climbed = [
        (account.account_id, level)
        for account in changed
        for level in frame.climbed(account.from_code, account.to_code)
        if level.entry_gift
    ]
    if climbed:
        held = ledger.lock(account_id for account_id, _level in climbed)
        entry_gifts.give(climbed, frame.version, held, merchant, at=at)


def tally(frame: Frame, changed: Sequence[Reviewed]) -> dict[str, int]:
    moves = [frame.rank(account.to_code) - frame.rank(account.from_code) for account in changed]
    return {
        "up": sum(move > 0 for move in moves),
        "down": sum(move < 0 for move in moves),
        "warned": sum(account.is_warned for account in changed),
    }


def plan(merchant_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """Ranges of at most 1,000 accounts whose tier, or what counts for it, can change on the day that begins."""
    if business_on is None:
        return chunks.ranges(merchant_id, business_on)
    found = [due for program in running(merchant_id) for due in due_ranges(program, business_on + A_DAY)]
    return chunks.disjoint(found)


def due_ranges(program: Program, day: date) -> list[tuple[int, int]]:
    """Ranges with what is due under each of the terms of a day; an older day than the last one looks at everybody."""
    since = window_begin(program, day)
    if since is None:
        return []
    TierMark.objects.filter(program=program, since__gt=since).delete()
    whole = {"first": 0, "last": LAST}
    frames = frames_of_day(program, day)
    return [due for frame in frames for due in chunks.ranges_among(review_sql.DUE, frame.parameters | whole)]


def window_begin(program: Program, day: date) -> datetime | None:
    """Where the tier window of a day begins, the earliest if terms change on it; None without tiers."""
    return min((frame.since for frame in frames_of_day(program, day)), default=None)


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Review one range of a merchant's accounts as of the day that begins when `business_on` closes."""
    total: dict[str, int] = {}
    for program in running(merchant_id):
        day = business_on + A_DAY if business_on else calendar.local_day(now, program.merchant.zone)
        frame = frame_of(program, day=day, now=now)
        done = review(frame, frame.hold_due(first_id, last_id), program.merchant, now=now) if frame else {}
        for name, count in done.items():
            total[name] = total.get(name, 0) + count
    return total


def finish(job: Job) -> None:
    """Remember up to where windows have moved, so that the next review looks only at what leaves them after."""
    if job.business_on is None:
        return
    for program in running(job.merchant_id):
        since = window_begin(program, job.business_on + A_DAY)
        if since:
            TierMark.objects.update_or_create(program=program, defaults={"since": since})


def running(merchant_id: int | None) -> QuerySet[Program]:
    return Program.objects.running().filter(merchant=merchant_id or 0).select_related("merchant")


@retried
def pin(account: Account, code: str, *, until: date, by: Staff, reason: str, now: datetime) -> None:
    """Hold a member in a tier through a local day, as staff decided; reviews do not lower it before.

    Raises NotAllowed without a reason or on a tier that the terms do not have, OwnCard on the person's own card.
    """
    refuse_pin(account, code, by, reason, now=now)
    account, _held = families.hold(account)
    version = current(account.program, now=now)
    step = ledger.TierStep(account.pk, code, TierChange.Cause.PINNED, now, version.id, None, until)
    ledger.change_tiers([step])
    auditing.record(
        "pin-tier",
        merchant=account.program.merchant_id,
        actor=by.user,
        at=now,
        subject=account.member.number,
        tier=code,
        until=until.isoformat(),
        reason=reason,
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


JOB = JobKind(title=gettext_lazy("Review tiers"), plan=plan, work=work, finish=finish, is_of_accounts=True)
