"""Refunds: money given back takes back points by the terms of the award, never by today's.

What an order keeps is its award on what remains of it; the difference to what it kept before is taken back, so
refunds in parts add up to exactly the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, OuterRef, Subquery, Sum

from loyalty_site.retrying import retried
from members import ledger
from members.models import LedgerEntry, LotDraw, Order, PointsLot, Refund
from members.posting import Held, Movement, Outcome, Shortfall, Takes
from members.refusals import BadAmount, Conflict, ExceedsOrder, Waiting
from programs import calendar, currencies, earning
from programs.models import Merchant, Staff
from programs.versions import Schedule, terms_of

NOTHING = Decimal(0)
TAKES = {
    "negative": (Takes.UNEXPIRED, Shortfall.OWE),
    "within_balance": (Takes.UNEXPIRED, Shortfall.TRIM),
    "pending_only": (Takes.PENDING, Shortfall.TRIM),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRefund:
    """A refund as it comes in: `amount` of money given back for the order with that reference and source."""

    reference: str
    order_reference: str
    amount: Decimal
    source: str = Order.Source.TILL
    refunded_at: datetime | None = None
    reason: str = ""
    recorded_by: Staff | None = None


@dataclass(frozen=True, slots=True)
class RecordedRefund:
    """The refund and the points it took back (a negative number, or 0)."""

    refund: Refund
    is_new: bool
    points: int


def refund(new: NewRefund, *, merchant: Merchant, now: datetime) -> RecordedRefund:
    """Record a refund and take back what its order no longer earns; a retry returns the first result.

    Raises Waiting (recorded; the order has not come yet), ExceedsOrder, BadAmount or Conflict (nothing changed).
    """
    recorded = record(new, merchant=merchant, now=now)
    if recorded.refund.order_id is None:
        raise Waiting.for_order(new.order_reference)
    return recorded


@retried
def record(new: NewRefund, *, merchant: Merchant, now: datetime) -> RecordedRefund:
    """As `refund`, but a refund whose order has not come yet is returned without an order instead of raised."""
    if not currencies.is_sized(new.amount):
        raise BadAmount.size()
    if new.amount <= 0 or not currencies.fits(new.amount, merchant.currency):
        raise BadAmount.decimals(merchant.currency, merchant.money_decimals)
    order = Order.objects.filter(merchant=merchant, source=new.source, reference=new.order_reference).first()
    held = ledger.lock_members([order.member_id], program_ids(order)) if order else {}
    known = Refund.objects.filter(merchant=merchant, source=new.source, reference=new.reference).first()
    if known:
        return recorded_before(known, new)
    row = Refund.objects.create(
        merchant=merchant,
        source=new.source,
        reference=new.reference,
        order_reference=new.order_reference,
        amount=new.amount,
        refunded_at=new.refunded_at or now,
        reason=new.reason,
        recorded_by=new.recorded_by,
    )
    outcomes = apply(row, order, held, now=now) if order else []
    return RecordedRefund(row, True, sum(outcome.points for outcome in outcomes))


def apply_waiting(order_ids: Sequence[int], *, now: datetime) -> None:
    """Apply the refunds that waited for these orders, whose accounts the caller holds."""
    for order in Order.objects.filter(pk__in=order_ids):
        held = ledger.lock_members([order.member_id], program_ids(order))
        waiting = Refund.objects.filter(
            merchant=order.merchant_id, source=order.source, order_reference=order.reference, order=None
        )
        for row in waiting.order_by("refunded_at", "id"):
            if row.amount <= order.amount - order.refunded:  # a larger one stays where people see it wait
                apply(row, order, held, now=now)


def sweep_waiting(now: datetime) -> int:
    """Apply refunds whose order has come in after all, as when the two crossed; safe to run at any time."""
    orders = Order.objects.filter(
        merchant=OuterRef("merchant"), source=OuterRef("source"), reference=OuterRef("order_reference")
    )
    met = Refund.objects.filter(order=None).annotate(order_found=Subquery(orders.values("id")[:1]))
    found = sorted(set(met.exclude(order_found=None).values_list("order_found", flat=True)[:500]))
    for order_id in found:
        apply_met(order_id, now=now)
    return len(found)


@retried
def apply_met(order_id: int, *, now: datetime) -> None:
    apply_waiting([order_id], now=now)


def apply(row: Refund, order: Order, held: dict[int, Held], *, now: datetime) -> list[Outcome]:
    """Lower the order by a refund and post, in each program, the difference of what it earns."""
    order.refresh_from_db()
    if row.amount > order.amount - order.refunded:
        raise ExceedsOrder(f"{order.amount - order.refunded:.{order.merchant.money_decimals}f}")
    Order.objects.filter(pk=order.pk).update(refunded=F("refunded") + row.amount)
    order.refunded += row.amount
    row.order = order
    row.save(update_fields=["order"])
    awards = LedgerEntry.objects.filter(order=order, kind="earn").order_by("account_id")
    movements = [clawback(award, held[award.account_id], order, row, now=now) for award in awards]
    return ledger.post(movements, held, now=now)


def clawback(award: LedgerEntry, account: Held, order: Order, row: Refund, *, now: datetime) -> Movement:
    """What one award loses by a refund that the order already counts; a movement of 0 where it loses no points."""
    kept = earning.kept(award.explain, left_of(order, order.refunded))
    kept_before = earning.kept(award.explain, left_of(order, order.refunded - row.amount))
    before = LedgerEntry.objects.filter(order=order, account=award.account_id, kind="clawback")
    taken = -(before.aggregate(total=Sum("points"))["total"] or 0)
    qualified = award.qualifying + (before.aggregate(total=Sum("qualifying"))["total"] or 0)
    due = min(award.points - taken - kept.points, award.points - taken - expired_of(award, now=now))
    takes, shortfall = TAKES[terms_of(award.version_id).clawback if award.version_id else "negative"]
    return Movement(
        account_id=award.account_id,
        kind="clawback",
        points=-max(due, 0),
        reference=f"refund:{row.source}:{row.reference}",
        occurred_at=row.refunded_at,
        takes=takes,
        shortfall=shortfall,
        own_lot=award.pk,
        qualifying=kept.qualifying - qualified,
        standing=standing(account, order, row, lost_points=qualified - kept.qualifying, now=now),
        carry=max(account.carry + kept.carry - kept_before.carry, NOTHING),
        order_count=-1 if order.refunded == order.amount else 0,
        order_total=-row.amount,
        version_id=award.version_id,
        order_id=order.pk,
        actor_id=row.recorded_by.user_id if row.recorded_by else None,
        reason=row.reason,
        explain={"order": order.reference, "refund": row.reference, "amount": str(row.amount), "kept": kept.points},
    )


def left_of(order: Order, refunded: Decimal) -> Decimal:
    """The eligible money of an order that stays after this much was refunded."""
    return max(order.eligible - refunded, NOTHING)


def standing(account: Held, order: Order, row: Refund, *, lost_points: int, now: datetime) -> Decimal | None:
    """What counts for tiers after a refund: an order that has left the window has nothing to lose there.

    None where the program has no tiers.
    """
    terms = Schedule([account.program_id]).at(account.program_id, now).terms
    if terms.tiers is None:
        return None
    since = calendar.window_start(terms.tiers.window, now, order.merchant.zone)
    if since and order.placed_at < since:
        return account.qualifying
    match terms.tiers.basis:
        case "spend":
            return account.qualifying - left_of(order, order.refunded - row.amount) + left_of(order, order.refunded)
        case "visits":
            return account.qualifying - (order.refunded == order.amount)
    return account.qualifying - lost_points


def expired_of(award: LedgerEntry, *, now: datetime) -> int:
    """Points of the award's own lot that expired unspent: they are gone, and are not taken twice."""
    posted = LotDraw.objects.filter(lot=award.pk, entry__kind="expire").aggregate(total=Sum("points"))["total"] or 0
    lapsed = PointsLot.objects.due(now).filter(entry=award.pk).aggregate(total=Sum("remaining"))["total"] or 0
    return posted + lapsed


def recorded_before(known: Refund, new: NewRefund) -> RecordedRefund:
    if (known.order_reference, known.amount) != (new.order_reference, new.amount):
        raise Conflict(new.reference)
    posted = LedgerEntry.objects.filter(reference=f"refund:{known.source}:{known.reference}", order=known.order)
    return RecordedRefund(known, False, posted.aggregate(total=Sum("points"))["total"] or 0)


def program_ids(order: Order) -> list[int]:
    return list(LedgerEntry.objects.filter(order=order, kind="earn").values_list("program_id", flat=True))


def undo_purchase(order: Order, *, by: Staff, now: datetime) -> RecordedRefund:
    """Take a purchase back in whole, as staff do right after a mistake; a second undo returns the first.

    The history keeps both the purchase and its reversal.
    """
    whole = NewRefund(
        reference=f"undo:{order.source}:{order.reference}",
        order_reference=order.reference,
        amount=order.amount,
        source=order.source,
        reason="undo",
        recorded_by=by,
    )
    return refund(whole, merchant=order.merchant, now=now)
