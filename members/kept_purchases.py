"""Purchases that a till kept while it had no line: recorded once, at the time when they were made."""

from __future__ import annotations

from datetime import datetime

from members import families, orders
from members.models import Order
from members.new_orders import NewOrder
from members.orders import RecordedOrder
from members.refusals import Conflict
from programs.models import Merchant


def record(order: NewOrder, *, merchant: Merchant, now: datetime) -> RecordedOrder:
    """Record a purchase that may have come through before, without its time; a retry returns the first result.

    Raises Conflict when its reference is that of another purchase, and what `orders.record` raises.
    """
    known = came_before(order, merchant)
    if known is None:
        try:
            return orders.record(order, merchant=merchant, now=now)
        except Conflict:
            known = came_before(order, merchant)  # sent twice at once, with the time counted a moment apart
    if known is None or not is_same(known, order):
        raise Conflict(order.reference)
    return orders.result_of(known)


def came_before(order: NewOrder, merchant: Merchant) -> Order | None:
    return merchant.orders.filter(source=order.source, reference=order.reference).first()


def is_same(known: Order, order: NewOrder) -> bool:
    """Whether it is the same amount of the same person, perhaps by the card of before a merge."""
    cards = {order.member_id, *families.merged_into([order.member_id])}
    return known.amount == order.amount and known.member_id in cards
