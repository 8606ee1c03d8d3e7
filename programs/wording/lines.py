"""One line of an explanation: a sentence, and the points it stands for if it moves any."""

from decimal import Decimal
from typing import NamedTuple

from babel.numbers import format_decimal

from loyalty_site.web.format import MINUS
from programs.wording.speech import active_locale

HUNDREDTH = Decimal("0.01")


class ExplainedLine(NamedTuple):
    """A sentence and its points: whole, or exact to two decimals before rounding; None for a remark."""

    text: str
    points: int | Decimal | None

    @property
    def figure(self) -> str:
        """The points as the reader's language writes them; empty for a remark."""
        if self.points is None:
            return ""
        return format_decimal(self.points, "#,##0.##", locale=active_locale()).replace("-", MINUS)


def note(text: str) -> ExplainedLine:
    """Make a remark that moves no points."""
    return ExplainedLine(text, None)


def plus(text: str, points: str | int | Decimal) -> ExplainedLine:
    """Make a line that adds points, shown to a hundredth at most."""
    shown = Decimal(points).quantize(HUNDREDTH)
    return ExplainedLine(text, int(shown) if shown == int(shown) else shown)
