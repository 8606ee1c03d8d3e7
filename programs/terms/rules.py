"""Rules beyond the base rate: what they give when they hold, and how much of it."""

from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Discriminator, Field, StrictBool, Tag

from .part import Code, Exact, Part, PositiveCount, PositiveExact, Text
from .when import When

RulePeriod = Literal["day", "week", "month", "lifetime"]


ZERO = Decimal(0)


def is_no(value: bool) -> bool:
    """Leave a no out of what is dumped, so that documents older than the key stay as they are."""
    return not value


class Effect(NamedTuple):
    """One bonus: a factor, extra points per unit of money, or fixed points; at most `room` points of it are given."""

    code: str
    factor: Decimal | None = None
    rate: Decimal = ZERO
    fixed: Decimal = ZERO
    lines_only: bool = False
    room: int | None = None


class Multiply(Part):
    """Times the base points. Below 1 it takes away (0: these lines earn nothing), whatever the stacking."""

    multiplier: Exact


class Fixed(Part):
    """Points once for each order, or for each piece of the matching lines."""

    points: PositiveCount
    each: Literal["order", "item"] = "order"


class PerMoney(Part):
    """Points for every `per` of money, on top of the base rate."""

    points: PositiveCount
    per: PositiveExact

    @cached_property
    def rate(self) -> Decimal:
        """Points for one unit of money."""
        return Decimal(self.points) / self.per


def shape_of(give: Any) -> str:
    """Tell the three effects apart by their keys."""
    keys = give if isinstance(give, dict) else give.__class__.model_fields if isinstance(give, Part) else ()
    return "give-multiplier" if "multiplier" in keys else "give-per" if "per" in keys else "give-points"


Give = Annotated[
    Annotated[Multiply, Tag("give-multiplier")]
    | Annotated[PerMoney, Tag("give-per")]
    | Annotated[Fixed, Tag("give-points")],
    Discriminator(shape_of),
]


class RuleCap(Part):
    """The most points one member gets from the rule in one period."""

    points: PositiveCount
    per: RulePeriod


class Rule(Part):
    """An earning rule; `code` is stable over versions, `budget` is in points over all members.

    A `paused` rule is kept, and asked by no purchase and no event.
    """

    code: Code
    name: Text
    when: When = When()
    give: Give
    cap: RuleCap | None = None
    budget: PositiveCount | None = None
    paused: Annotated[StrictBool, Field(exclude_if=is_no)] = False

    @cached_property
    def effect(self) -> Effect:
        """What the rule adds where nothing limits it; for points on each piece, those of one piece."""
        give, lines_only = self.give, self.when.counts_lines
        match give:
            case Multiply():
                return Effect(self.code, factor=give.multiplier, lines_only=lines_only)
            case PerMoney():
                return Effect(self.code, rate=give.rate, lines_only=lines_only)
            case Fixed():
                return Effect(self.code, fixed=Decimal(give.points), lines_only=lines_only)

    @cached_property
    def counts_pieces(self) -> bool:
        return isinstance(self.give, Fixed) and self.give.each == "item"

    @cached_property
    def is_plain(self) -> bool:
        """Whether the effect is the same on every order: no cap, no budget, no pieces to count."""
        return self.cap is None and self.budget is None and not self.counts_pieces

    @cached_property
    def given(self) -> dict[str, Any]:
        """The effect as explanations record it."""
        return self.give.model_dump(mode="json", exclude_defaults=True)
