"""When a rule holds: dates, hours, amounts, places, things and people. All conditions given must hold."""

import re
from collections.abc import Callable
from datetime import time
from functools import cached_property
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field, StrictBool, StrictStr, model_validator

from .conditions import Condition, Facts, LineLike, conditions_of, matcher
from .part import CalendarDate, Code, Part, PositiveExact, Text, refuse

Event = Literal[
    "purchase", "sign_up", "birthday", "anniversary", "referral", "referred", "survey", "review", "check_in",
    "social_share", "profile_completed", "custom",
]  # fmt: skip
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
CLOCK_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")  # ISO knows more ways to write five letters, such as T0900


def clock_time(value: str) -> str:
    """Let through an hour and minute, such as 09:00."""
    try:
        if CLOCK_TIME.fullmatch(value):
            time.fromisoformat(value)
            return value
    except ValueError:
        pass
    raise refuse(_("must be a time of day, such as 09:00"))


def minute_of_day(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


ClockTime = Annotated[StrictStr, AfterValidator(clock_time)]


class When(Part):
    """All conditions given must hold. Dates are local and inclusive; hours may pass midnight and end exclusively."""

    event: Event = "purchase"
    starts_on: CalendarDate | None = Field(default=None, alias="from")
    ends_on: CalendarDate | None = Field(default=None, alias="until")
    weekdays: tuple[Weekday, ...] = ()
    hours: tuple[ClockTime, ClockTime] | None = None
    min_amount: PositiveExact | None = None
    products: tuple[Text, ...] = ()
    categories: tuple[Text, ...] = ()
    locations: tuple[Text, ...] = ()
    channels: tuple[Text, ...] = ()
    tiers: tuple[Code, ...] = ()
    segments: tuple[Text, ...] = ()
    first_purchase: StrictBool = False

    @model_validator(mode="after")
    def can_hold(self) -> Self:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise refuse(_("ends before it starts"))
        if self.hours and self.hours[0] == self.hours[1]:
            raise refuse(_("hours start and end at the same time"))
        return self

    @cached_property
    def minutes(self) -> tuple[int, int] | None:
        """Start and end of the hours as minutes of the day."""
        return (minute_of_day(self.hours[0]), minute_of_day(self.hours[1])) if self.hours else None

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions, compiled once."""
        return conditions_of(self)

    @cached_property
    def tests(self) -> tuple[tuple[str, Callable[[Facts], bool]], ...]:
        """Each condition's code and question, ready to be asked a million times."""
        return tuple((condition.code, condition.holds) for condition in self.conditions)

    @cached_property
    def names(self) -> Callable[[LineLike], bool]:
        """Whether a line is of the products and the categories named."""
        return matcher(self)

    @cached_property
    def counts_lines(self) -> bool:
        """Whether the rule looks at lines, and so counts matching lines only."""
        return bool(self.products or self.categories)
