"""Lines that came back: what a refund says about them, held against what the order bought and what came back before.

An order's lines of one `sku` count together. Without an amount, pieces are worth their part of the line's money;
without a quantity, money counts as its part of the pieces.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from members.models import Order, OrderLine, Refund, RefundLine
from members.refusals import BadAmount, ExceedsOrder
from programs import currencies
from programs.purchases import Line
from programs.returning import Part
from programs.rounding import apportion

ONE, ZERO = Decimal(1), Decimal(0)
PIECE = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtBack:
    """Some of what an order bought of a `sku`: so many pieces, or so much money of it, or both."""

    sku: str
    quantity: Decimal | None = None
    amount: Decimal | None = None

    def as_kept(self) -> dict[str, str]:
        """The line as a refund keeps it, one spelling for equal content."""
        numbers = {"quantity": self.quantity, "amount": self.amount}
        return {"sku": self.sku} | {name: f"{n.normalize():f}" for name, n in numbers.items() if n is not None}

    @classmethod
    def from_kept(cls, kept: dict[str, str]) -> BroughtBack:
        numbers: dict[str, Any] = {name: Decimal(kept[name]) for name in ("quantity", "amount") if name in kept}
        return cls(sku=kept["sku"], **numbers)


@dataclass(slots=True)
class Bought:
    """What an order bought of one sku, and how much of it has come back."""

    quantity: Decimal = ZERO
    amount: Decimal = ZERO
    quantity_back: Decimal = ZERO
    amount_back: Decimal = ZERO

    @property
    def part(self) -> Part:
        pieces = self.quantity_back / self.quantity if self.quantity else ZERO
        return Part(money=self.amount_back / self.amount if self.amount else pieces, pieces=pieces)

    def worth(self, quantity: Decimal, decimals: int) -> Decimal:
        """The money of the next pieces to come back; all pieces come to all the money, to the coin."""
        marks = (self.quantity_back, self.quantity_back + quantity)
        before, after = (round(self.amount * mark / self.quantity, decimals) for mark in marks)
        return min(after - before, self.amount - self.amount_back)

    def pieces(self, amount: Decimal) -> Decimal:
        part = amount / self.amount if self.amount else ZERO
        return min((self.quantity * part).quantize(PIECE), self.quantity - self.quantity_back)


def refuse_unsound(lines: Sequence[BroughtBack], amount: Decimal, currency: str) -> None:
    """Raise BadAmount for lines that no order could have; the lines may not come to more than the refund."""
    for line in lines:
        numbers = [number for number in (line.quantity, line.amount) if number is not None]
        if not numbers or not all(currencies.is_sized(number) and number >= 0 for number in numbers):
            raise BadAmount.of_line(line.sku)
        if line.amount is not None and not currencies.fits(line.amount, currency):
            raise BadAmount.of_line(line.sku)
    if sum((line.amount or ZERO for line in lines), ZERO) > amount:
        raise BadAmount.of_lines()


def bought(lines: Iterable[OrderLine], back: Iterable[tuple[str, Decimal, Decimal]]) -> dict[str, Bought]:
    """What an order bought by sku, without lines that name none; `back` has the pieces and money come back of each."""
    found: dict[str, Bought] = {}
    for line in lines:
        if line.sku:
            kind = found.setdefault(line.sku, Bought())
            kind.quantity += line.quantity
            kind.amount += max(line.amount, ZERO)
    for sku, quantity, amount in back:
        found[sku].quantity_back, found[sku].amount_back = quantity, amount
    return found


def back_of(order_ids: Collection[int]) -> dict[int, list[tuple[str, Decimal, Decimal]]]:
    """What has come back of orders: by sku, pieces and money."""
    found: dict[int, list[tuple[str, Decimal, Decimal]]] = defaultdict(list)
    back = RefundLine.objects.filter(refund__order__in=order_ids).values_list("refund__order_id", "sku")
    for order_id, *content in back.annotate(Sum("quantity"), Sum("amount")):
        found[order_id or 0].append((content[0], content[1], content[2]))
    return found


def settle(row: Refund, order: Order) -> None:
    """Write down which pieces and money of the order's lines a refund brought back.

    Raises ExceedsOrder for more than is left of a line, or for a line that the order does not have.
    """
    if not row.lines:
        return
    kinds, decimals = bought(order.lines.all(), back_of([order.pk])[order.pk]), order.merchant.money_decimals
    claims = [claim(BroughtBack.from_kept(kept), kinds, decimals) for kept in row.lines]
    amounts = within([line.amount or ZERO for line in claims], row.amount, decimals)
    RefundLine.objects.bulk_create(
        RefundLine(merchant=order.merchant, refund=row, sku=line.sku, quantity=line.quantity or ZERO, amount=amount)
        for line, amount in zip(claims, amounts, strict=True)
    )


def claim(line: BroughtBack, kinds: dict[str, Bought], decimals: int) -> BroughtBack:
    """Fill in what the refund left open, and count it as come back."""
    kind = kinds.get(line.sku)
    if kind is None:
        raise ExceedsOrder.of_line(line.sku, "0")
    quantity, amount = line.quantity, line.amount
    if quantity is None:
        quantity = kind.pieces(amount or ZERO)
    if quantity > kind.quantity - kind.quantity_back:
        raise ExceedsOrder.of_line(line.sku, f"{(kind.quantity - kind.quantity_back).normalize():f}")
    if amount is None:
        amount = kind.worth(quantity, decimals) if kind.quantity else ZERO
    if amount > kind.amount - kind.amount_back:
        raise ExceedsOrder.of_line(line.sku, f"{kind.amount - kind.amount_back:.{decimals}f}")
    kind.quantity_back += quantity
    kind.amount_back += amount
    return BroughtBack(sku=line.sku, quantity=quantity, amount=amount)


def within(amounts: Sequence[Decimal], most: Decimal, decimals: int) -> list[Decimal]:
    """Shrink amounts in proportion to what was given back: a fee that the shop kept was not refunded."""
    if sum(amounts, ZERO) <= most:
        return list(amounts)
    return [Decimal(units).scaleb(-decimals) for units in apportion(int(most.scaleb(decimals)), amounts)]


def parts_of_each(order_ids: Collection[int]) -> dict[int, tuple[tuple[Line, ...], tuple[Part, ...]]]:
    """The lines of orders, and the part of each that has come back."""
    lines, back = defaultdict(list), back_of(order_ids)
    for line in OrderLine.objects.filter(order__in=order_ids).order_by("id"):
        lines[line.order_id].append(line)
    return {order_id: parts_of(lines[order_id], bought(lines[order_id], back[order_id])) for order_id in order_ids}


def parts_of(lines: Sequence[OrderLine], kinds: dict[str, Bought]) -> tuple[tuple[Line, ...], tuple[Part, ...]]:
    return (
        tuple(Line(sku=line.sku, category=line.category, quantity=line.quantity, amount=line.amount) for line in lines),
        tuple(kinds[line.sku].part if line.sku in kinds else Part() for line in lines),
    )
