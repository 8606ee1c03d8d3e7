"""What every part of the terms shares: frozen, nothing unknown, exact numbers, plain codes.

Money and multipliers are written as text ("1.15") or whole numbers; binary floats are refused: they cannot hold 1.15.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StrictStr
from pydantic_core import PydanticCustomError

EXACT_NUMBER = re.compile(r"\d{1,12}(\.\d{1,6})?")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Part(BaseModel):
    """A frozen piece of the terms that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def but(self, **changes: Any) -> Self:
        """Copy the part with some keys changed, unchecked; what was worked out from the old ones is forgotten."""
        kept = {name: getattr(self, name) for name in type(self).model_fields}
        return self.model_construct(self.model_fields_set | {*changes}, **(kept | changes))


def refuse(words: str) -> PydanticCustomError:
    """Make the error that carries our own sentence through pydantic."""
    return PydanticCustomError("terms", "{words}", {"words": words})


def exact(value: Any) -> Any:
    """Let through a number that is exact: text, a whole number or a Decimal."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)) or not EXACT_NUMBER.fullmatch(str(value)):
        raise refuse(_("must be a number written as text, such as “1.50”"))
    return value


def calendar_date(value: Any) -> Any:
    """Let through a date or its ISO text, never a timestamp."""
    if type(value) is date:
        return value
    if isinstance(value, str) and ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise refuse(_("must be a date of the calendar, such as 2026-12-31"))


Exact = Annotated[Decimal, BeforeValidator(exact)]
PositiveExact = Annotated[Decimal, BeforeValidator(exact), Field(gt=0)]
CalendarDate = Annotated[date, BeforeValidator(calendar_date)]
Count = Annotated[StrictInt, Field(ge=0, le=1_000_000_000)]
PositiveCount = Annotated[StrictInt, Field(ge=1, le=1_000_000_000)]
Text = Annotated[StrictStr, Field(min_length=1, max_length=120)]
Code = Annotated[StrictStr, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
