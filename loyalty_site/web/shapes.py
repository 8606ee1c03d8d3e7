"""The geometry of drawings made on the server: sparklines, ladders, punch rows, split bars. Pure numbers, no markup."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 88.0, 32.0, 3.0
LADDER_START, LADDER_END = 10.0, 336.0
LADDER_STOPS = 5


@dataclass(frozen=True)
class Spark:
    """A line through the values, oldest first; `end` is the dot on the newest one."""

    line: str
    area: str
    end_x: float
    end_y: float


def spark(values: Iterable[float | None]) -> Spark | None:
    """Fit values into 88 by 32; missing values are skipped, and fewer than two draw nothing."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    room = SPARK_HEIGHT - 2 * SPARK_MARGIN
    step = SPARK_WIDTH / (len(known) - 1)
    ys = [SPARK_HEIGHT - SPARK_MARGIN - room * ((v - low) / (high - low) if high > low else 0.5) for v in known]
    line = "M" + "L".join(f"{i * step:.1f} {y:.1f}" for i, y in enumerate(ys))
    return Spark(line, f"{line}L88 32L0 32z", SPARK_WIDTH, round(ys[-1], 1))


@dataclass(frozen=True)
class Stop:
    """One rung: what it costs, where it sits, and whether it is reached or the next to come."""

    points: int
    x: float
    reached: bool
    is_next: bool

    @property
    def tick(self) -> str:
        return f"M{self.x - 4:.1f} 14.3l2.7 2.9 5.3-5.8"


@dataclass(frozen=True)
class Ladder:
    """Even stops up to the next one; `run` is how far the fill reaches between them."""

    stops: tuple[Stop, ...]
    run: float
    balance: int


def ladder(prices: Iterable[int], balance: int) -> Ladder | None:
    """Place the last few reached prices and the next one evenly; interpolate the balance between them."""
    ordered = sorted(set(prices))
    reached = [price for price in ordered if price <= balance]
    shown = (reached + ordered[len(reached) : len(reached) + 1])[-LADDER_STOPS:]
    if not shown:
        return None
    step = (LADDER_END - LADDER_START) / len(shown)
    xs = [LADDER_START + step * (i + 1) for i in range(len(shown))]
    first_after = ordered[len(reached)] if len(reached) < len(ordered) else None
    stops = tuple(Stop(p, round(x, 1), p <= balance, p == first_after) for p, x in zip(shown, xs, strict=True))
    return Ladder(stops, round(fill(shown, xs, balance), 1), balance)


def fill(prices: Sequence[int], xs: Sequence[float], balance: int) -> float:
    """Return how far along the rail a balance reaches, proportionally between two stops."""
    below_price, below_x = 0, LADDER_START
    for price, x in zip(prices, xs, strict=True):
        if balance < price:
            return below_x + (x - below_x) * max(balance - below_price, 0) / (price - below_price)
        below_price, below_x = price, x
    return below_x


@dataclass(frozen=True)
class Hole:
    """One hole of a punch row: on, off or next (dashed: now)."""

    x: int
    kind: str


def punch_row(marks: Iterable[bool | None]) -> list[Hole]:
    """Place holes 14 apart: True is punched, False missed, None is the one being waited for."""
    kinds = {True: "on", False: "off", None: "next"}
    return [Hole(7 + 14 * i, kinds[mark]) for i, mark in enumerate(marks)]


@dataclass(frozen=True)
class Span:
    """A piece of a bar in percent of its width."""

    start: float
    width: float


def split(*parts: int, gap: float = 0.6) -> list[Span]:
    """Share 100 percent among non-negative parts, with a gap between those that are not empty."""
    filled = [part for part in parts if part > 0]
    room = 100 - gap * max(len(filled) - 1, 0)
    spans, at = [], 0.0
    for part in parts:
        width = room * part / sum(filled) if part > 0 else 0.0
        spans.append(Span(round(at, 2), round(width, 2)))
        at += width + (gap if part > 0 else 0)
    return spans


def share(part: float, whole: float) -> float:
    """Return part of whole in percent, kept between 0 and 100; nothing of nothing is 0."""
    return round(min(max(100 * part / whole, 0), 100), 1) if whole else 0.0
