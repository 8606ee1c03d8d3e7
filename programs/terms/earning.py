"""The base rate: how many points for how much money, how they are rounded, stacked, capped and delayed."""

from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from .part import Count, Part, PositiveCount, PositiveExact

Rounding = Literal["floor", "half_up", "ceiling"]
Stacking = Literal["multiply", "add", "best"]
CapPeriod = Literal["day", "week", "month"]


class Cap(Part):
    """The most points an account earns from orders in one period of the merchant's calendar."""

    points: PositiveCount
    per: CapPeriod


class Earning(Part):
    """`points` for every `per` of eligible money; 0 points leaves all earning to the rules."""

    points: Count
    per: PositiveExact = Decimal("1.00")
    rounding: Rounding = "floor"
    stacking: Stacking = "multiply"
    carry_over: StrictBool = False
    pending_days: Annotated[StrictInt, Field(ge=0, le=3650)] = 0
    cap: Cap | None = None

    @cached_property
    def rate(self) -> Decimal:
        """Points for one unit of money."""
        return Decimal(self.points) / self.per

    @cached_property
    def rate_in_words(self) -> dict[str, int | str]:
        """The rate as explanations record it."""
        return {"points": self.points, "per": str(self.per)}
