"""An order as it comes in, before anything is recorded: its content, what is wrong with it, the engine's view of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from loyalty_site.refusals import Refused
from members.models import Order
from members.refusals import BadAmount, WrongCurrency
from programs import currencies
from programs.earning import Line, Purchase
from programs.models import Merchant, Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An order as it comes in. Money in the merchant's currency; `amount` is what was paid, shipping included.

    `edition` tells the entries of an order from those of one with the same reference that was undone.
    """

    reference: str
    member_id: int
    amount: Decimal
    source: str = Order.Source.TILL
    placed_at: datetime | None = None
    currency: str = ""
    points_money: Decimal = Decimal(0)
    gift_card: Decimal = Decimal(0)
    shipping: Decimal = Decimal(0)
    location: str = ""
    channel: str = ""
    lines: tuple[Line, ...] = ()
    recorded_by: Staff | None = None
    edition: str = ""

    @property
    def entry_reference(self) -> str:
        """What the entries of the order are known by."""
        return f"order:{self.source}:{self.reference}" + (f"#{self.edition}" if self.edition else "")

    @property
    def eligible(self) -> Decimal:
        """The money that earns: after points used as money, shipping excluded; gift cards do not lower it."""
        return self.amount - self.points_money - self.shipping

    @property
    def fingerprint(self) -> str:
        """Equal for equal content, so that a retry is told from a conflict."""
        return fingerprint_of(self.reference, self.member_id, self.amount, self.source, self.placed_at, rest_of(self))


def fingerprint_of(
    reference: str, member_id: int, amount: Decimal, source: str, placed_at: datetime | None, rest: str
) -> str:
    """SHA-256 of an order's content as a JSON list, put together by hand: it is taken of every row of every file."""
    instant = f'"{placed_at.astimezone(UTC).isoformat()}"' if placed_at else "null"
    content = f'[{quoted(reference)}, {member_id}, "{amount.normalize()}", {quoted(source)}, {instant}, {rest}'
    return hashlib.sha256(content.encode()).hexdigest()


def rest_of(order: NewOrder) -> str:
    """The end of the list. Most orders of a shop end alike."""
    if order.lines or order.points_money or order.gift_card or order.shipping:
        money = (plain(order.points_money), plain(order.gift_card), plain(order.shipping))
        return end_of((order.currency, *money, order.location, order.channel, order.lines))
    return usual_end(order.currency, order.location, order.channel)


@lru_cache(maxsize=1024)
def usual_end(currency: str, location: str, channel: str) -> str:
    return end_of((currency, "0", "0", "0", location, channel, ()))


def end_of(content: tuple[Any, ...]) -> str:
    return json.dumps(content, default=plain)[1:]


def plain(value: Any) -> Any:
    """One spelling for equal content: 5.0 is 5.00, and an instant is one in any zone."""
    match value:
        case Decimal():
            return str(value.normalize())
        case datetime():
            return value.astimezone(UTC).isoformat()
        case Line():
            return [value.sku, value.category, Decimal(value.quantity), value.amount]
    return str(value)


def fault_of(order: NewOrder, merchant: Merchant) -> Refused | None:
    """Why an order cannot be recorded at all, or None."""
    if order.currency and order.currency != merchant.currency:
        return WrongCurrency(order.currency, merchant.currency)
    money = [amount for amount in (order.amount, order.points_money, order.gift_card, order.shipping) if amount]
    of_lines = (Decimal(number) for line in order.lines for number in (line.quantity, line.amount))
    if not all(currencies.is_sized(amount) for amount in (*money, *of_lines)):
        return BadAmount.size()
    if any(amount < 0 for amount in money) or order.eligible < 0:
        return BadAmount.negative()
    if not all(currencies.fits(amount, merchant.currency) for amount in money):
        return BadAmount.decimals(merchant.currency, merchant.money_decimals)
    return None


def purchase_of(order: NewOrder, merchant: Merchant) -> Purchase:
    """The engine's view of an order whose date is known."""
    if order.placed_at is None:
        raise ValueError("an order is dated before it is evaluated")
    return Purchase(
        placed_at=order.placed_at,
        zone=merchant.zone,
        amount=order.amount,
        points_money=order.points_money,
        gift_card=order.gift_card,
        shipping=order.shipping,
        location=order.location,
        channel=order.channel,
        lines=order.lines,
    )


def order_row(order: NewOrder, fingerprint: str) -> dict[str, Any]:
    """The columns of a new order; the fingerprint is that of the order as it was sent."""
    return {
        "member_id": order.member_id,
        "source": order.source,
        "reference": order.reference,
        "fingerprint": fingerprint,
        "placed_at": order.placed_at,
        "amount": order.amount,
        "points_money": order.points_money,
        "gift_card": order.gift_card,
        "shipping": order.shipping,
        "eligible": order.eligible,
        "location": order.location,
        "channel": order.channel,
        "recorded_by_id": order.recorded_by.pk if order.recorded_by else None,
        "lines": [asdict(line) for line in order.lines],
    }


def earliest(orders: Iterable[NewOrder], now: datetime) -> dict[int, datetime]:
    """The first order of each member in the batch."""
    first: dict[int, datetime] = {}
    for order in orders:
        at = order.placed_at or now
        first[order.member_id] = min(at, first.get(order.member_id, at))
    return first
