"""Refunds: money given back takes back points by the terms of the award, never by today's.

What an order keeps is its award on what remains of it; the difference to what it kept before is taken back, so
refunds in parts, of money or of lines, add up to exactly the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Sum

from loyalty_site.retrying import retried
from loyalty_site.sql import rows
from members import brought_back, budgets, ledger, losses
from members.brought_back import BroughtBack
from members.clawing_back import Back, clawback
from members.models import LedgerEntry, Order, Refund
from members.movements import Held, Outcome
from members.refusals import BadAmount, Conflict, ExceedsOrder, Waiting
from programs import currencies
from programs.models import Merchant, Staff

__all__ = ["BroughtBack", "NewRefund", "RecordedRefund", "apply_waiting", "record", "refund", "sweep_waiting"]

PAGE = 500

MET = """
SELECT DISTINCT bought.id FROM members_refund refund JOIN members_order bought
ON bought.merchant_id = refund.merchant_id AND bought.source = refund.source
AND bought.reference = refund.order_reference
WHERE refund.order_id IS NULL AND refund.amount <= bought.amount - bought.refunded AND bought.id > %(after)s
ORDER BY bought.id LIMIT %(page)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRefund:
    """A refund as it comes in: `amount` of money given back for the order with that reference and source.

    `lines` say what came back, so that rules about lines lose what those lines gave; without them every line of the
    order shrinks in proportion. They may come to less than the amount, as when shipping was refunded too.
    """

    reference: str
    order_reference: str
    amount: Decimal
    lines: tuple[BroughtBack, ...] = ()
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
    refuse_unsound(new, merchant)
    order = Order.objects.filter(merchant=merchant, source=new.source, reference=new.order_reference).first()
    held = hold(order) if order else {}
    known = Refund.objects.filter(merchant=merchant, source=new.source, reference=new.reference).first()
    if known:
        return recorded_before(known, new)
    row = Refund.objects.create(
        merchant=merchant,
        source=new.source,
        reference=new.reference,
        order_reference=new.order_reference,
        amount=new.amount,
        lines=[line.as_kept() for line in new.lines],
        refunded_at=new.refunded_at or now,
        reason=new.reason,
        recorded_by=new.recorded_by,
    )
    outcomes = apply(row, order, held, now=now) if order else []
    return RecordedRefund(row, True, sum(outcome.points for outcome in outcomes))


def refuse_unsound(new: NewRefund, merchant: Merchant) -> None:
    """Raise BadAmount for a refund that no order could have."""
    if not currencies.is_sized(new.amount):
        raise BadAmount.size()
    if new.amount <= 0 or not currencies.fits(new.amount, merchant.currency):
        raise BadAmount.decimals(merchant.currency, merchant.money_decimals)
    brought_back.refuse_unsound(new.lines, new.amount, merchant.currency)


def apply_waiting(order_ids: Sequence[int], *, now: datetime) -> None:
    """Apply the refunds that waited for these orders, whose accounts the caller holds.

    One that is larger than its order, or brings back what the order did not buy, stays where people see it wait.
    """
    for order in Order.objects.filter(pk__in=order_ids).select_related("merchant"):
        held = hold(order)
        waiting = Refund.objects.filter(
            merchant=order.merchant_id, source=order.source, order_reference=order.reference, order=None
        )
        for row in waiting.order_by("refunded_at", "id"):
            try:
                apply(row, order, held, now=now)
            except ExceedsOrder:  # before anything was written
                continue


def sweep_waiting(now: datetime) -> int:
    """Apply refunds whose order has come in after all, as when the two crossed; safe to run at any time."""
    count = 0
    for order_id in met():
        apply_met(order_id, now=now)
        count += 1
    return count


def met() -> Iterator[int]:
    """The orders that a refund waits for although they are there, however many; each once."""
    found: list[tuple[int]] = []
    while found := rows(MET, {"after": found[-1][0] if found else 0, "page": PAGE}):
        yield from (order_id for (order_id,) in found)


@retried
def apply_met(order_id: int, *, now: datetime) -> None:
    apply_waiting([order_id], now=now)


def apply(row: Refund, order: Order, held: dict[int, Held], *, now: datetime) -> list[Outcome]:
    """Lower the order by a refund and post, in each program, the difference of what it earns.

    Raises ExceedsOrder before anything is written.
    """
    order.refresh_from_db()
    if row.amount > order.amount - order.refunded:
        raise ExceedsOrder.left(f"{order.amount - order.refunded:.{order.merchant.money_decimals}f}")
    before, after = lower(order, row)
    awards = LedgerEntry.objects.filter(order=order, kind="earn").select_related("program").order_by("account_id")
    lost = losses.of(awards, now=now)
    accounts = {account.program_id: account for account in held.values()}
    movements = [
        clawback(
            award,
            accounts[award.program_id],
            row,
            order=order,
            before=before,
            after=after,
            loss=lost[award.pk],
            now=now,
        )
        for award in awards
    ]
    outcomes = ledger.post(movements, held, now=now)
    for movement in movements:
        budgets.give_back(held[movement.account_id].program_id, movement.explain.get("rule_points", {}))
    return outcomes


def lower(order: Order, row: Refund) -> tuple[Back, Back]:
    """Lower what is left of an order by a refund; what had come back before, and what has now."""
    before = back_of(order)
    brought_back.settle(row, order)
    Order.objects.filter(pk=order.pk).update(refunded=F("refunded") + row.amount)
    order.refunded += row.amount
    row.order = order
    row.save(update_fields=["order"])
    return before, back_of(order)


def hold(order: Order) -> dict[int, Held]:
    """Lock the accounts that lose by a refund of an order: those of its member, who may just have been merged."""
    wanted = program_ids(order)
    held = ledger.lock_members([order.member_id], wanted)
    if len(held) < len(wanted):
        order.refresh_from_db(fields=["member"])
        held = ledger.lock_members([order.member_id], wanted)
    return held


def back_of(order: Order) -> Back:
    """What has come back of an order so far."""
    lines, parts = brought_back.parts_of_each([order.pk])[order.pk]
    return Back(refunded=order.refunded, lines=lines, parts=parts)


def recorded_before(known: Refund, new: NewRefund) -> RecordedRefund:
    content = (new.order_reference, new.amount, [line.as_kept() for line in new.lines])
    if (known.order_reference, known.amount, known.lines) != content:
        raise Conflict(new.reference)
    return first_result(known)


def first_result(known: Refund) -> RecordedRefund:
    posted = LedgerEntry.objects.filter(reference=f"refund:{known.source}:{known.reference}", order=known.order)
    return RecordedRefund(known, False, posted.aggregate(total=Sum("points", default=0))["total"])


def program_ids(order: Order) -> list[int]:
    return list(LedgerEntry.objects.filter(order=order, kind="earn").values_list("program_id", flat=True))
