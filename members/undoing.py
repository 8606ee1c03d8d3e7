"""Undo at the till: how long, and by whom, what was done a moment ago may be taken back; and what that takes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from loyalty_site.retrying import retried
from members import entry_gifts, ledger, refunds
from members.models import Order, Refund, TierChange
from members.refunds import NewRefund, RecordedRefund
from members.refusals import NotAllowed
from programs import tiers
from programs.models import Staff
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
    for account_id in held:
        step_back(account_id, order, by=by, now=now)
    return recorded


def step_back(account_id: int, order: Order, *, by: Staff, now: datetime) -> None:
    """Put an account back into the tier it had before an order, unless what stays of its orders reaches a higher one.

    A tier that staff or a review set meanwhile stays.
    """
    held = ledger.lock([account_id])
    account = held[account_id]
    version = Schedule([account.program_id]).at(account.program_id, now)
    levels = version.terms.tiers
    changes = list(TierChange.objects.filter(account=account_id, posted_at__gte=order.recorded_at).order_by("pk"))
    if levels is None or not changes or any(change.cause != TierChange.Cause.EARNED for change in changes):
        return
    natural = tiers.natural(levels, account.qualifying).code
    code = max(changes[0].from_code, natural, key=lambda code: tiers.rank(levels, code))
    undone = tiers.climbed(levels, code, account.tier_code)
    if undone:
        step = ledger.TierStep(
            account_id, code, TierChange.Cause.UNDONE, now, version.id, pinned_until=account.pinned_until
        )
        ledger.change_tiers([step])
        entry_gifts.take_back(undone, held, account_id, since=order.recorded_at, by=by.user_id, now=now)
