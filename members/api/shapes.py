"""What the API takes, checked once: money as text, instants with an offset, nothing that it does not know."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from members.models import Order
from members.new_orders import NewOrder
from programs.earning import Line

PLAIN = r"^[^\x00]*$"  # no column holds a NUL
MOST_LINES = 500

Reference = Annotated[
    str,
    StringConstraints(pattern=PLAIN, min_length=1, max_length=70),
    Field(description="Your own number for it: the same again returns the first result.", examples=["2026-1001"]),
]
Sought = Annotated[
    str,
    StringConstraints(pattern=PLAIN, min_length=1, max_length=254),
    Field(description="A card number, an e-mail address or a phone number.", examples=["BL48217730"]),
]
Word = Annotated[str, StringConstraints(pattern=PLAIN, max_length=80)]
Code = Annotated[str, StringConstraints(pattern=PLAIN, max_length=40)]
Money = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,3})?$"),
    AfterValidator(Decimal),
    Field(description="Money as text, with no more than the currency's own decimals.", examples=["12.50"]),
]
Quantity = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,3})?$"),
    AfterValidator(Decimal),
    Field(description="How many or how much, as text.", examples=["2"]),
]
NOTHING = Decimal(0)


class Shape(BaseModel):
    """Keys that nobody reads are refused: a misspelt one would be lost in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LineIn(Shape):
    """One line of an order; `amount` is for the whole quantity, after discounts, tax included."""

    sku: Word = ""
    category: Word = ""
    quantity: Quantity = Decimal(1)  # type: ignore[assignment]
    amount: Money

    def as_line(self) -> Line:
        return Line(self.sku, self.category, self.quantity, self.amount)  # type: ignore[arg-type]


class OrderIn(Shape):
    """An order as the shop's system knows it; `amount` is what was paid, tax and shipping included."""

    reference: Reference
    member: Sought
    placed_at: AwareDatetime | None = None
    amount: Money
    currency: Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")] = ""
    points_money: Money = NOTHING  # type: ignore[assignment]
    gift_card: Money = NOTHING  # type: ignore[assignment]
    shipping: Money = NOTHING  # type: ignore[assignment]
    location: Code = ""
    channel: Code = ""
    lines: Annotated[list[LineIn], Field(max_length=MOST_LINES)] = []

    def as_new(self, member_id: int) -> NewOrder:
        return NewOrder(
            reference=self.reference,
            member_id=member_id,
            amount=self.amount,  # type: ignore[arg-type]
            source=Order.Source.API,
            placed_at=self.placed_at,
            currency=self.currency,
            points_money=self.points_money,  # type: ignore[arg-type]
            gift_card=self.gift_card,  # type: ignore[arg-type]
            shipping=self.shipping,  # type: ignore[arg-type]
            location=self.location,
            channel=self.channel,
            lines=tuple(line.as_line() for line in self.lines),
        )
