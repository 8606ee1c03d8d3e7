"""One line of an explanation: a sentence, and the points it stands for if it moves any."""

from decimal import Decimal
from typing import NamedTuple

from programs.rounding import BEYOND_ALL
from programs.wording.speech import Speech

HUNDREDTH = Decimal("0.01")


class ExplainedLine(NamedTuple):
    """A sentence and its points: whole, or exact to two decimals before rounding; None for a remark.

    `figure` is the points as the reader's language and the program's unit write them; empty for a remark.
    """

    text: str
    points: int | Decimal | None
    figure: str = ""


def note(text: str) -> ExplainedLine:
    """Make a remark that moves no points."""
    return ExplainedLine(text, None)


def plus(text: str, points: str | int | Decimal, speech: Speech) -> ExplainedLine:
    """Make a line that adds points, shown to a hundredth at most."""
    exact = Decimal(points)
    if abs(exact) < BEYOND_ALL:
        exact = exact.quantize(HUNDREDTH)
    shown = int(exact) if exact == int(exact) else exact
    return ExplainedLine(text, shown, speech.figure(shown))
