"""Levels that members climb: what counts, over which window, and how a fall is softened."""

from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Discriminator, Field, StrictInt

from .part import Code, Count, Exact, Part, Text

Basis = Literal["points", "spend", "visits"]
Downgrade = Literal["natural", "one_step", "never"]


class Rolling(Part):
    kind: Literal["rolling"] = "rolling"
    months: Annotated[StrictInt, Field(ge=1, le=1200)] = 12


class CalendarYear(Part):
    kind: Literal["calendar_year"] = "calendar_year"


class Lifetime(Part):
    kind: Literal["lifetime"] = "lifetime"


Window = Annotated[Rolling | CalendarYear | Lifetime, Discriminator("kind")]


class Level(Part):
    """One tier: reached at `at` qualifying points (or money, or visits, by the basis)."""

    code: Code
    name: Text
    at: Count
    multiplier: Exact = Decimal("1.0")
    entry_gift: Count = 0
    discount_percent: Annotated[Exact, Field(le=100)] = Decimal("0")


class Tiers(Part):
    basis: Basis = "points"
    window: Window = Rolling()
    downgrade: Downgrade = "natural"
    grace_days: Annotated[StrictInt, Field(ge=0, le=3650)] = 30
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]

    @cached_property
    def thresholds(self) -> list[int]:
        return [level.at for level in self.levels]

    @cached_property
    def ranks(self) -> dict[str, int]:
        return {level.code: rank for rank, level in enumerate(self.levels)}

    @cached_property
    def by_code(self) -> dict[str, Level]:
        return {level.code: level for level in self.levels}
