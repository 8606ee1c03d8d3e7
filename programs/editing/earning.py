"""The base rate between its document and a form. Pure; the cap over all orders is a limit, edited among the limits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from programs.editing.parts import Document, Part, Values, as_it_is, as_text, written

PLAIN = ("points", "rounding", "stacking", "carry_over", "pending_days")
PARTS = (
    *(Part(key, (key,), as_it_is(key)) for key in PLAIN),
    Part("per", ("per",), as_text("per")),
)
PATHS = tuple(f"earning.{part.path}" for part in PARTS)


def values_of(earning: Document) -> dict[str, Any]:
    """Read the base rate, as `terms.dump` writes it, into the values of its form."""
    return {key: earning[key] for key in PLAIN} | {"per": Decimal(earning["per"])}


def earning_of(before: Document, values: Values) -> Document:
    """Write a form's values into a copy of the base rate; what the form leaves as it was stays as it is."""
    return written(before, values, shown=values_of(before), parts=PARTS)


def field_of(path: str) -> str | None:
    """The form's field that a fault at a path of the document is about."""
    key = path.removeprefix("earning.")
    return key if path in PATHS else None
