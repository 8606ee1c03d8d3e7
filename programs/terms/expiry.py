"""How long points last. The tag `kind` says which of four promises is made; `programs.calendar` keeps them."""

import re
from datetime import date
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Discriminator, Field, StrictInt, StrictStr, model_validator

from .part import Part, refuse

RoundTo = Literal["month", "quarter", "year"]
MONTH_AND_DAY = re.compile(r"\d{2}-\d{2}")
LEAP_YEAR = 2000


def month_and_day(value: str) -> str:
    """Let through a day that some year has, such as 02-29."""
    try:
        if MONTH_AND_DAY.fullmatch(value):
            date.fromisoformat(f"{LEAP_YEAR}-{value}")
            return value
    except ValueError:
        pass
    raise refuse(_("must be a month and a day, such as 12-31"))


MonthAndDay = Annotated[StrictStr, AfterValidator(month_and_day)]
Days = Annotated[StrictInt, Field(ge=0, le=36500)]
Months = Annotated[StrictInt, Field(ge=0, le=1200)]


class Never(Part):
    kind: Literal["never"] = "never"


class After(Part):
    """Days or months after availability, through the end of that local day, or of its month, quarter or year."""

    kind: Literal["after"] = "after"
    days: Days | None = None
    months: Months | None = None
    round_to: RoundTo | None = None

    @model_validator(mode="after")
    def counts_one_way(self) -> Self:
        if (self.days is None) == (self.months is None):
            raise refuse(_("needs either days or months"))
        return self


class Dates(Part):
    """The next of these days of the year, the day of availability included; 02-29 means 02-28 in other years."""

    kind: Literal["dates"] = "dates"
    dates: Annotated[tuple[MonthAndDay, ...], Field(min_length=1)]


class Inactivity(Part):
    """Months after the last earning or redeeming, which moves the date of every open lot."""

    kind: Literal["inactivity"] = "inactivity"
    months: Annotated[StrictInt, Field(ge=1, le=1200)]


Expiry = Annotated[Never | After | Dates | Inactivity, Discriminator("kind")]
