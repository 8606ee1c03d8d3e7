"""What JSON of a shop's system is made of: plain texts, money as text, references; nothing that nobody reads."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

PLAIN = r"^[^\x00]*$"  # no column holds a NUL
NUMBER = r"^[0-9]{1,9}(\.[0-9]{1,3})?$"
number = re.compile(NUMBER.removesuffix("$"))


def decimal_of(value: Any) -> Decimal:
    """The number that a text says; binary floats cannot hold 0.10, so no number of JSON is taken."""
    if isinstance(value, str) and number.fullmatch(value):
        return Decimal(value)
    raise PydanticCustomError("decimal_text", "Write it as text with at most three decimals, such as “12.50”")


class Shape(BaseModel):
    """Keys that nobody reads are refused: a misspelt one would be lost in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
Money = Annotated[
    Decimal,
    PlainValidator(decimal_of),
    WithJsonSchema({"type": "string", "pattern": NUMBER, "description": "Money as text.", "examples": ["12.50"]}),
]
Quantity = Annotated[
    Decimal,
    PlainValidator(decimal_of),
    WithJsonSchema({"type": "string", "pattern": NUMBER, "description": "How many or how much.", "examples": ["2"]}),
]
Instant = Annotated[
    AwareDatetime, Field(description="ISO 8601 with an offset.", examples=["2026-11-20T14:05:00+01:00"])
]
Code = Annotated[str, StringConstraints(pattern=PLAIN, max_length=40)]
Word = Annotated[str, StringConstraints(pattern=PLAIN, max_length=80)]
Sentence = Annotated[str, StringConstraints(pattern=PLAIN, max_length=200)]
