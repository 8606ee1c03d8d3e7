"""Corrections by staff: relative, with a reason, within limits, never on one's own card.

Above the author's limits an adjustment waits until a second person, a manager or the owner, decides.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import F, Sum
from django.db.models.functions import Abs, Coalesce
from django.utils.translation import gettext as _

from loyalty_site import auditing
from loyalty_site.retrying import retried
from members import blocked_cards, expiry, families, giving_back, ledger
from members.merging import carrying
from members.models import Account, Adjustment, Bulk, BulkRow, Member
from members.movements import Held, Movement
from members.refusals import Conflict, NotAllowed, OwnCard
from programs import calendar
from programs.models import Role, Staff
from programs.phases import Phase, phase_of
from programs.versions import DatedVersion, Schedule


@retried
def adjust(*, account: Account, points: int, reason: str, by: Staff, reference: str, now: datetime) -> Adjustment:
    """Add or take points (+30, −20; never 0); a retry with the same reference returns the first result.

    The answer's state says whether it was posted or waits for approval. Raises OwnCard, NotAllowed (no reason, 0
    points, or some more for a blocked card), InsufficientPoints or Conflict, having changed nothing.
    """
    check(account, points, reason, by)
    account, held = families.hold(account)
    known = Adjustment.objects.filter(merchant=account.program.merchant_id, reference=reference).first()
    if known:
        return same(known, account, points, reference)
    refuse_if_blocked(account, points)
    staff = Staff.objects.select_for_update().get(pk=by.pk)
    adjustment = Adjustment(
        merchant_id=account.program.merchant_id,
        account=account,
        reference=reference,
        points=points,
        reason=reason,
        author=staff,
        created_at=now,
        state=Adjustment.State.POSTED if is_within_limits(staff, points, now=now) else Adjustment.State.WAITING,
    )
    if adjustment.state == Adjustment.State.POSTED:
        adjustment.entry_id = post(adjustment, held, now=now)
    adjustment.save()
    note("points-adjusted" if adjustment.entry_id else "points-asked", adjustment, by=staff, now=now)
    return adjustment


def check(account: Account, points: int, reason: str, by: Staff) -> None:
    if points == 0:
        raise NotAllowed(_("Enter how many points to add or take."))
    if not reason.strip():
        raise NotAllowed(_("Say why: the member sees it in the history."))
    if by.merchant_id != account.program.merchant_id:
        raise NotAllowed(_("This card belongs to another shop."))
    if is_own_card(account.member, by):
        raise OwnCard


def refuse_if_blocked(account: Account, points: int) -> None:
    """Nothing is added to a blocked card; taking points corrects what led to the block."""
    if points > 0:
        blocked_cards.refuse([account.member_id])


def refuse_if_over(points: int, version: DatedVersion, zone: ZoneInfo, *, now: datetime) -> None:
    """Nothing is added where points have ended with their program: nobody could ever use it."""
    if points > 0 and phase_of(version.terms, now, zone) is Phase.OVER:
        raise NotAllowed(_("This program is over, so points cannot be added to it."))


def is_own_card(member: Member, by: Staff) -> bool:
    """Whether a card is the staff person's own, by sign-in or by e-mail address."""
    same_address = bool(member.email) and member.email.lower() == by.user.email.lower()
    return same_address or (member.user_id is not None and member.user_id == by.user_id)


def is_within_limits(staff: Staff, points: int, *, now: datetime) -> bool:
    """Whether this person may post these points alone; the caller holds the staff row, so two tills take turns."""
    return may_move(staff, largest=abs(points), total=abs(points), now=now)


def may_move(staff: Staff, *, largest: int, total: int, now: datetime) -> bool:
    """Whether this person may alone move so many points today, at most `largest` of them on one card."""
    return largest <= staff.points_per_adjustment and used_today(staff, now=now) + total <= staff.points_per_day


def used_today(staff: Staff, *, now: datetime) -> int:
    """How many points this person moved alone today, with what a bulk change of theirs is still going to move."""
    zone = staff.merchant.zone
    today = calendar.start_of_day(calendar.local_day(now, zone), zone)
    posted = Adjustment.objects.filter(author=staff, created_at__gte=today, state=Adjustment.State.POSTED)
    used = posted.filter(decided_by=None).aggregate(total=Sum(Abs(F("points"))))["total"] or 0
    return used + promised(staff)


def promised(staff: Staff) -> int:
    """The points that running bulk changes, which nobody else approved, are still going to move."""
    running = Bulk.objects.filter(author=staff, state=Bulk.State.RUNNING, decided_by=None, undoes=None)
    waiting = BulkRow.objects.filter(bulk__in=running.filter(kind=Bulk.Kind.ADJUST), state=BulkRow.State.WAITING)
    size = Abs(Coalesce(F("points"), F("bulk__points")))
    return waiting.aggregate(total=Sum(size))["total"] or 0


def same(known: Adjustment, account: Account, points: int, reference: str) -> Adjustment:
    if known.points != points or not families.is_same(known.account_id, account.pk):
        raise Conflict(reference)
    return known


def post(adjustment: Adjustment, held: dict[int, Held], *, now: datetime, restores: int | None = None) -> int:
    """Post an adjustment to the ledger and answer its entry's number; added points follow today's expiry."""
    account = adjustment.account
    version = Schedule([account.program_id]).at(account.program_id, now)
    movement = movement_of(adjustment, version, account.program.merchant.zone, now=now, restores=restores)
    return ledger.post([movement], held, now=now)[0].entry_id


def movement_of(
    adjustment: Adjustment, version: DatedVersion, zone: ZoneInfo, *, now: datetime, restores: int | None = None
) -> Movement:
    """The movement of points that an adjustment asks for, under the terms in force."""
    refuse_if_over(adjustment.points, version, zone, now=now)
    return Movement(
        account_id=adjustment.account_id,
        kind="adjust",
        points=adjustment.points,
        reference=f"adjust:{adjustment.reference}",
        occurred_at=now,
        available_at=now,
        expires_at=calendar.expiry_of(version.terms.expiry, now, zone),
        restores=restores,
        version_id=version.id,
        actor_id=adjustment.author.user_id,
        reason=adjustment.reason,
        explain={"reason": adjustment.reason, "points": adjustment.points, "version": version.number},
    )


@retried
def decide(*, adjustment: Adjustment, by: Staff, is_approved: bool, now: datetime) -> Adjustment:
    """Approve (and post) or decline an adjustment that waits; deciding twice changes nothing.

    Raises NotAllowed when the person is its author, a cashier, or works elsewhere; OwnCard on their own card.
    """
    _account, held = families.hold(adjustment.account)
    adjustment = (
        Adjustment.objects.select_for_update(of=("self",)).select_related("account__member").get(pk=adjustment.pk)
    )
    if adjustment.state != Adjustment.State.WAITING:
        return adjustment
    if by.pk == adjustment.author_id or by.role < Role.MANAGER or by.merchant_id != adjustment.merchant_id:
        raise NotAllowed(_("A second person, a manager or the owner, has to decide this."))
    if is_own_card(adjustment.account.member, by):
        raise OwnCard
    if is_approved:
        refuse_if_blocked(adjustment.account, adjustment.points)
    adjustment.decided_by, adjustment.decided_at = by, now
    adjustment.state = Adjustment.State.POSTED if is_approved else Adjustment.State.DECLINED
    if is_approved:
        adjustment.entry_id = post(adjustment, held, now=now)
    adjustment.save()
    note("points-approved" if is_approved else "points-declined", adjustment, by=by, now=now)
    return adjustment


@retried
def undo(*, adjustment: Adjustment, by: Staff, now: datetime) -> Adjustment:
    """Post the reversal of an adjustment; a second undo returns the first.

    Points that were taken return to the lots they came from. Raises InsufficientPoints when points that were added
    are spent already, and NotAllowed when the adjustment was never posted.
    """
    account, held = families.hold(adjustment.account)
    known = Adjustment.objects.filter(undoes=adjustment).first()
    if known:
        return known
    if adjustment.entry_id is None:
        raise NotAllowed(_("This adjustment was not posted, so there is nothing to undo."))
    check(adjustment.account, -adjustment.points, "undo", by)
    reversal = Adjustment(
        merchant_id=adjustment.merchant_id,
        account=account if adjustment.points > 0 else adjustment.account,
        reference=f"undo:{adjustment.reference}"[:80],
        points=-adjustment.points,
        reason=_("Undone: %(reason)s") % {"reason": adjustment.reason},
        state=Adjustment.State.POSTED,
        author=by,
        created_at=now,
        undoes=adjustment,
    )
    reversal.entry_id = (
        give_back(adjustment, reversal, now=now) if adjustment.points < 0 else post(reversal, held, now=now)
    )
    reversal.save()
    note("points-undone", adjustment, by=by, now=now)
    return reversal


def note(action: str, adjustment: Adjustment, *, by: Staff, now: datetime) -> None:
    """Write down who corrected what; the reason, which may name people, stands beside the entry."""
    auditing.record(
        action,
        merchant=adjustment.merchant_id,
        actor=by.user,
        at=now,
        subject=adjustment.account.member.number,
        points=adjustment.points,
        adjustment=adjustment.pk,
    )


def give_back(adjustment: Adjustment, reversal: Adjustment, *, now: datetime) -> int:
    """Put points that were taken back into their lots, as when a reward is cancelled; those that ended end at once."""
    account, taken = adjustment.account, adjustment.entry_id or 0
    giving_back.keep_alive(account, taken, drawn_at=adjustment.created_at, now=now)
    held = ledger.lock([account.pk])
    entry_id = post(reversal, held, now=now, restores=taken)
    expiry.expire_accounts([account.pk], now=now)
    if held[account.pk].merged_into_id:
        carrying.carry_on(account, now=now)
    return entry_id
