"""How orders are written down: a few in one statement, many by COPY, without those whose reference is taken."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from loyalty_site.sql import copy, many, next_ids, rows
from members import orders_sql
from members.ledger import MANY
from members.new_orders import NewOrder, order_row
from programs.models import Merchant

ORDER = (
    "id", "merchant_id", "member_id", "source", "reference", "fingerprint", "placed_at", "amount", "points_money",
    "gift_card", "shipping", "eligible", "refunded", "location_id", "channel", "recorded_by_id",
)  # fmt: skip
LINE = ("merchant_id", "order_id", "sku", "category", "quantity", "amount")

# The limit, and a merchant that the planner cannot see, keep it from any other way than looking up one reference after
# another: of a merchant with few orders so far, it would read all of them for each.
TAKEN = """
SELECT wish.n - 1
FROM (SELECT %(merchant)s::bigint AS id OFFSET 0) AS merchant,
unnest(%(sources)s::text[], %(references)s::text[]) WITH ORDINALITY AS wish (source, reference, n),
LATERAL (
    SELECT FROM members_order
    WHERE merchant_id = merchant.id AND source = wish.source AND reference = wish.reference LIMIT 1
) AS known
"""

WAITED_FOR = """
SELECT bought.id FROM members_refund refund
JOIN members_order bought ON bought.merchant_id = refund.merchant_id AND bought.source = refund.source
    AND bought.reference = refund.order_reference
WHERE refund.merchant_id = %(merchant)s AND refund.order_id IS NULL AND bought.id = ANY(%(ids)s::bigint[])
"""


def insert(
    wanted: dict[int, NewOrder], sent: Sequence[NewOrder], merchant: Merchant
) -> tuple[dict[int, int], list[int]]:
    """Write down the orders whose reference is new: order ids by position, and those that a refund waits for."""
    first: dict[tuple[str, str], int] = {}
    for position, order in wanted.items():
        first.setdefault((order.source, order.reference), position)
    positions = sorted(first.values(), key=lambda position: (wanted[position].placed_at, position))
    if len(positions) < MANY:
        return insert_few(positions, wanted, sent, merchant) if positions else ({}, [])
    fresh = untaken(positions, wanted, merchant)
    ids = write([wanted[n] for n in fresh], [sent[n].fingerprint for n in fresh], merchant)
    return dict(zip(fresh, ids, strict=True)), waited_for(ids, merchant)


def insert_few(
    positions: Sequence[int], wanted: dict[int, NewOrder], sent: Sequence[NewOrder], merchant: Merchant
) -> tuple[dict[int, int], list[int]]:
    records = [order_row(wanted[n], sent[n].fingerprint) | {"position": n} for n in positions]
    found = rows(orders_sql.INSERT_ORDERS, {"merchant": merchant.pk, "orders": json.dumps(records, default=str)})
    return {position: order_id for position, order_id, _ in found}, [row[1] for row in found if row[2]]


def untaken(positions: Sequence[int], orders: Mapping[int, NewOrder], merchant: Merchant) -> list[int]:
    """The positions of the orders whose source and reference nobody has used at this merchant."""
    wanted = [orders[position] for position in positions]
    wish = {"sources": [str(order.source) for order in wanted], "references": [order.reference for order in wanted]}
    taken = {n for (n,) in many(TAKEN, wish | {"merchant": merchant.pk})}
    return [position for n, position in enumerate(positions) if n not in taken]


def write(orders: Sequence[NewOrder], fingerprints: Sequence[str], merchant: Merchant) -> list[int]:
    """Write orders with their lines; the answer is their numbers, in rising order.

    A reference that somebody else takes at the same moment is a unique violation: the caller decides again.
    """
    ids = next_ids("members_order", len(orders))
    locations = locations_of(orders, merchant)
    together = zip(ids, orders, fingerprints, strict=True)
    copy("members_order", ORDER, (order_record(*one, merchant, locations) for one in together))
    if any(order.lines for order in orders):
        copy("members_orderline", LINE, lines_of(ids, orders, merchant))
    return ids


def waited_for(ids: Sequence[int], merchant: Merchant) -> list[int]:
    """Those of some new orders that a refund came before."""
    return [row[0] for row in many(WAITED_FOR, {"merchant": merchant.pk, "ids": list(ids)})]


def locations_of(orders: Sequence[NewOrder], merchant: Merchant) -> dict[str, int]:
    if not any(order.location for order in orders):
        return {}
    return dict(merchant.locations.values_list("code", "pk"))


def order_record(
    order_id: int, order: NewOrder, fingerprint: str, merchant: Merchant, locations: dict[str, int]
) -> tuple[Any, ...]:
    return (
        order_id,
        merchant.pk,
        order.member_id,
        str(order.source),
        order.reference,
        fingerprint,
        str(order.placed_at),
        order.amount,
        order.points_money,
        order.gift_card,
        order.shipping,
        order.eligible,
        0,
        locations.get(order.location),
        order.channel,
        order.recorded_by.pk if order.recorded_by else None,
    )


def lines_of(ids: Sequence[int], orders: Sequence[NewOrder], merchant: Merchant) -> Iterator[tuple[Any, ...]]:
    for order_id, order in zip(ids, orders, strict=True):
        for line in order.lines:
            yield merchant.pk, order_id, line.sku, line.category, line.quantity, line.amount
