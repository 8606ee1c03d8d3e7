"""What the API takes about members: orders, refunds, people, adjustments. Everything is checked here, once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import ValidationError as DjangoError
from django.core.validators import validate_email
from pydantic import AfterValidator, Field, StringConstraints, ValidationError, WithJsonSchema, WrapValidator
from pydantic import ValidatorFunctionWrapHandler as Check
from pydantic_core import PydanticCustomError

from loyalty_site.web.answers import path_of
from members import numbers, phones
from members.brought_back import BroughtBack
from members.enrolling import NewMember
from members.events import EVENTS
from members.models import Member, Order
from members.new_orders import NewOrder
from members.refunds import NewRefund
from programs.earning import Line
from programs.models import Location
from programs.shapes import Code, Instant, Money, Quantity, Reference, Sentence, Shape, Sought, Word
from programs.wording import Audience

Words = Annotated[Audience | None, Field(description="Also put explanations into words, for this reader.")]
Place = Annotated[Code, Field(description="The code of one of the shop's locations.")]
CURRENCY = "ISO 4217; an order in another currency than the shop's is refused."
OURS = "api:"  # keeps a caller's references apart from those of the till
MOST_LINES, MOST_ORDERS = 500, 1_000
NOTHING = Decimal(0)


class LineIn(Shape):
    """One line of an order; `amount` is for the whole quantity, after discounts, tax included."""

    sku: Word = ""
    category: Word = ""
    quantity: Quantity = Decimal(1)
    amount: Money


class OrderIn(Shape):
    """An order as the shop's system knows it; `amount` is what was paid, tax and shipping included."""

    reference: Reference
    member: Sought
    placed_at: Instant | None = None
    amount: Money
    currency: Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$"), Field(description=CURRENCY)] = ""
    points_money: Money = NOTHING
    gift_card: Money = NOTHING
    shipping: Money = NOTHING
    location: Place = ""
    channel: Annotated[Code, Field(description="Your own word for where it was sold, such as web or app.")] = ""
    lines: Annotated[list[LineIn], Field(max_length=MOST_LINES)] = []

    def as_new(self, member_id: int) -> NewOrder:
        return NewOrder(
            reference=self.reference,
            member_id=member_id,
            amount=self.amount,
            source=Order.Source.API,
            placed_at=self.placed_at,
            currency=self.currency,
            points_money=self.points_money,
            gift_card=self.gift_card,
            shipping=self.shipping,
            location=self.location,
            channel=self.channel,
            lines=tuple(Line(line.sku, line.category, line.quantity, line.amount) for line in self.lines),
        )


class Malformed(Shape):
    """What is wrong with one order of a batch, in its place."""

    message: str
    field: str


def or_fault(value: Any, check: Check) -> Any:
    """Check one order of a batch, so that a bad one does not spoil the others."""
    try:
        return check(value)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return Malformed(message=fault["msg"], field=path_of(fault["loc"]))


class BatchIn(Shape):
    """Up to 1,000 orders."""

    orders: Annotated[list[Annotated[OrderIn, WrapValidator(or_fault)]], Field(min_length=1, max_length=MOST_ORDERS)]


class BackIn(Shape):
    """Some of what an order bought of a `sku`: so many pieces, or so much money of it, or both."""

    sku: Word
    quantity: Quantity | None = None
    amount: Money | None = None


class RefundIn(Shape):
    """Money given back for the order with that reference; `lines` say what came back."""

    reference: Reference
    order: Reference
    amount: Money
    lines: Annotated[list[BackIn], Field(max_length=MOST_LINES)] = []
    refunded_at: Instant | None = None
    reason: Sentence = ""

    def as_new(self) -> NewRefund:
        return NewRefund(
            reference=self.reference,
            order_reference=self.order,
            amount=self.amount,
            lines=tuple(BroughtBack(sku=line.sku, quantity=line.quantity, amount=line.amount) for line in self.lines),
            source=Order.Source.API,
            refunded_at=self.refunded_at,
            reason=self.reason,
        )


class AdjustmentIn(Shape):
    """Points to add (30) or to take (-20), and why: the member reads it in the history."""

    reference: Reference
    points: Annotated[int, Field(strict=True, ge=-1_000_000_000, le=1_000_000_000)]
    reason: Annotated[Sentence, StringConstraints(min_length=1)]
    program: Annotated[Code, Field(description="Its code; needed where the shop runs several.")] = ""


def reported(event: str) -> str:
    if event not in EVENTS:
        raise PydanticCustomError("event", "This is not an event that a shop reports")
    return event


class EventIn(Shape):
    """Something a member did; `friend` is whom a member brought along, by a referral."""

    reference: Reference
    event: Annotated[str, AfterValidator(reported), WithJsonSchema({"type": "string", "enum": list(EVENTS)})]
    occurred_at: Instant | None = None
    friend: Sought | None = None
    reason: Sentence = ""


def address(text: str) -> str:
    try:
        validate_email(text)
    except DjangoError as error:
        raise PydanticCustomError("email", "This is no e-mail address") from error
    return text.lower()


Address = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[^\x00]*$"), AfterValidator(lambda text: text and address(text))
]


class MemberIn(Shape):
    """A person who joins. A reference, a number, an address or a phone is needed: by it a retry finds the member."""

    reference: Reference | None = None
    name: Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$", strip_whitespace=True)] = ""
    email: Address = ""
    phone: Code = ""
    customer_number: Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00]*$")] = ""
    number: Annotated[str, StringConstraints(max_length=20, pattern=r"^[0-9A-Za-z]*$")] = ""
    born_on: date | None = None
    joined_at: Instant | None = None
    location: Place = ""

    @property
    def identities(self) -> list[str]:
        """What the person can be found by again."""
        return [text for text in (self.number, self.customer_number, self.email, self.phone) if text]

    def as_new(self, location: Location | None) -> NewMember:
        return NewMember(
            name=self.name,
            email=self.email,
            phone=self.phone,
            customer_number=self.customer_number,
            number=numbers.tidy(self.number),
            born_on=self.born_on,
            joined_at=self.joined_at,
            location=location,
            reference=OURS + self.reference if self.reference else "",
        )

    def differs_from(self, known: Member, country: str) -> bool:
        """Whether anything that is said here is not so of a member."""
        said = {
            "name": self.name,
            "email": self.email,
            "phone": phones.international(self.phone, country),
            "customer_number": self.customer_number,
            "number": numbers.tidy(self.number),
            "born_on": self.born_on,
        }
        return any(value and value != getattr(known, field) for field, value in said.items())
