"""How settings stand in a form: numbers without idle noughts, names on one line as a browser sends them back.

What a form sends back as it was shown counts as left alone, and the document keeps its own way of writing it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Values = Mapping[str, Any]


def number(exact: str) -> Decimal:
    """1.20 as 1.2, 10.0 as 10; a number and what it is shown as are equal."""
    shown = Decimal(exact)
    return shown.quantize(Decimal(1)) if shown == shown.to_integral_value() else shown.normalize()


def line(text: str) -> str:
    """A text as an input shows it: on one line, without what stands around it."""
    return text.replace("\r", "").replace("\n", "").strip()


def lines(text: str) -> str:
    """A text as a text area sends it back, with plain line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def kept(before: Any, shown: Any, now: Any) -> Any:
    """`before` where the form sent back what it showed, else what it says now."""
    return before if now == shown else now
