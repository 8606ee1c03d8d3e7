"""Undo at the till: how long, and by whom, what was done a moment ago may be taken back; and what that takes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from loyalty_site.retrying import retried
from members import entry_gifts, ledger, refunds
from members.models import Order, Refund, TierChange
from members.movements import Held
from members.refunds import NewRefund, RecordedRefund
from members.refusals import NotAllowed
from programs import tiers
from programs.models import Staff
from programs.terms import Level, Tiers
from programs.versions import Schedule

WINDOW = timedelta(seconds=60)


def is_open(*, author_id: int | None, done_at: datetime, by: Staff, now: datetime) -> bool:
    """Whether a person may still undo what the staff member with that id did at an instant."""
    return author_id == by.pk and now - done_at <= WINDOW


def check(*, author_id: int | None, done_at: datetime, by: Staff, now: datetime) -> None:
    """Raise NotAllowed unless the person did it, and did it just now."""
    if author_id != by.pk:
        raise NotAllowed(_("Only the person who did this can undo it here. A manager can correct it in the dashboard."))
    if now - done_at > WINDOW:
        raise NotAllowed(_("More than a minute has passed. A manager can correct it in the dashboard."))


@retried
def undo_purchase(order: Order, *, by: Staff, now: datetime) -> RecordedRefund:
    """Take back what is left of a purchase made by mistake, with the tier it reached and that tier's gift.

    The history keeps both the purchase and its reversal; a second undo returns the first. Raises NotAllowed when the
    purchase was brought back in whole before.
    """
    held = refunds.hold(order)
    reference = f"undo:{order.source}:{order.pk}"
    known = Refund.objects.filter(merchant=order.merchant_id, source=order.source, reference=reference).first()
    if known:
        return refunds.first_result(known)
    order.refresh_from_db(fields=["refunded"])
    if order.refunded == order.amount:
        raise NotAllowed(_("This purchase was brought back already, so there is nothing to undo."))
    rest = NewRefund(
        reference=reference,
        order_reference=order.reference,
        amount=order.amount - order.refunded,
        source=order.source,
        reason=_("Undone at the till"),
        recorded_by=by,
    )
    recorded = refunds.record(rest, merchant=order.merchant, now=now)
    step_back(dict.fromkeys(held, order), by=by, now=now)
    return recorded


def step_back(firsts: Mapping[int, Order], *, by: Staff, now: datetime) -> None:
    """Put accounts back into the tier they had before an order, unless what stays of their orders reaches a higher one.

    `firsts` has the order of each account. A tier that staff or a review set meanwhile stays.
    """
    changes = changes_of(firsts)
    if not changes:
        return
    held = ledger.lock(changes)
    schedule = Schedule({account.program_id for account in held.values()})
    steps, climbs = [], []
    for account_id, own in sorted(changes.items()):
        version = schedule.at(held[account_id].program_id, now)
        undone, code = levels_undone(version.terms.tiers, held[account_id], own)
        if undone:
            steps.append(step_to(code, held[account_id], version.id, now=now))
            climbs.append(entry_gifts.Climb(account_id, undone, firsts[account_id].recorded_at))
    ledger.change_tiers(steps)
    entry_gifts.take_back(climbs, held, by=by.user_id, now=now)


def changes_of(firsts: Mapping[int, Order]) -> dict[int, list[TierChange]]:
    """How the tiers of accounts changed since the order of each."""
    if not firsts:
        return {}
    found: dict[int, list[TierChange]] = defaultdict(list)
    since = min(order.recorded_at for order in firsts.values())
    for change in TierChange.objects.filter(account__in=firsts, posted_at__gte=since).order_by("pk"):
        if change.posted_at >= firsts[change.account_id].recorded_at:
            found[change.account_id].append(change)
    return found


def levels_undone(levels: Tiers | None, account: Held, changes: Sequence[TierChange]) -> tuple[Sequence[Level], str]:
    """The levels that an account climbed by mistake, and the code of the one below them."""
    if levels is None or any(change.cause != TierChange.Cause.EARNED for change in changes):
        return [], ""
    natural = tiers.natural(levels, account.qualifying).code
    code = max(changes[0].from_code, natural, key=lambda code: tiers.rank(levels, code))
    return tiers.climbed(levels, code, account.tier_code), code


def step_to(code: str, account: Held, version_id: int, *, now: datetime) -> ledger.TierStep:
    return ledger.TierStep(
        account.id, code, TierChange.Cause.UNDONE, now, version_id, pinned_until=account.pinned_until
    )
