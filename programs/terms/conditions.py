"""The conditions of a rule, asked of one purchase. Each answers whether it holds, and what it saw and wanted.

The second half of an answer is kept in the explanation as `{"code": …, "was": …, "needs": …}` and put into words later.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .when import When

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NO_SHIFT, A_DAY = timedelta(0), timedelta(days=1)

Why = dict[str, Any]
Check = Callable[["Facts"], tuple[bool, Why]]


class LineLike(Protocol):
    """What a condition reads of an order line."""

    @property
    def sku(self) -> str: ...
    @property
    def category(self) -> str: ...


@dataclass(slots=True)
class Facts:
    """What conditions ask about. `placed_at` is on the merchant's wall clock, `base` is the eligible amount."""

    placed_at: datetime
    base: Decimal
    location: str
    channel: str
    lines: Collection[LineLike]
    tier_code: str
    segments: Collection[str]
    is_first_purchase: bool


def checks_of(when: "When") -> tuple[Check, ...]:
    """Compile the conditions that a rule sets; those it leaves open are not asked."""
    made = (
        within_dates(when), on_weekdays(when), within_hours(when), of_amount(when), among_lines(when),
        one_of("location", when.locations), one_of("channel", when.channels), in_tiers(when), in_segments(when),
        on_first(when),
    )  # fmt: skip
    return tuple(check for check in made if check)


def night_shift(when: "When") -> Callable[[datetime], timedelta]:
    """Count the small hours of a rule that passes midnight to the day on which it began."""
    if when.minutes is None or when.minutes[0] < when.minutes[1]:
        return lambda clock: NO_SHIFT
    end = when.minutes[1]
    return lambda clock: A_DAY if clock.hour * 60 + clock.minute < end else NO_SHIFT


def within_dates(when: "When") -> Check | None:
    first, last, shift = when.starts_on, when.ends_on, night_shift(when)
    if first is None and last is None:
        return None
    needs = [first and first.isoformat(), last and last.isoformat()]

    def check(facts: Facts) -> tuple[bool, Why]:
        day = (facts.placed_at - shift(facts.placed_at)).date()
        held = (first is None or first <= day) and (last is None or day <= last)
        return held, {"code": "dates", "was": day.isoformat(), "needs": needs}

    return check


def on_weekdays(when: "When") -> Check | None:
    wanted, shift = frozenset(when.weekdays), night_shift(when)

    def check(facts: Facts) -> tuple[bool, Why]:
        was = WEEKDAYS[(facts.placed_at - shift(facts.placed_at)).weekday()]
        return was in wanted, {"code": "weekday", "was": was, "needs": list(when.weekdays)}

    return check if wanted else None


def within_hours(when: "When") -> Check | None:
    if when.minutes is None or when.hours is None:
        return None
    (start, end), needs = when.minutes, list(when.hours)

    def check(facts: Facts) -> tuple[bool, Why]:
        clock = facts.placed_at
        minute = clock.hour * 60 + clock.minute
        held = start <= minute < end if start < end else minute >= start or minute < end
        return held, {"code": "hours", "was": f"{clock:%H:%M}", "needs": needs}

    return check


def of_amount(when: "When") -> Check | None:
    least = when.min_amount
    if least is None:
        return None
    return lambda facts: (facts.base >= least, {"code": "min_amount", "was": str(facts.base), "needs": str(least)})


def matcher(when: "When") -> Callable[[LineLike], bool]:
    """Tell whether a line is of the products and the categories that the rule names."""
    products, categories = frozenset(when.products), frozenset(when.categories)
    return lambda line: (not products or line.sku in products) and (not categories or line.category in categories)


def among_lines(when: "When") -> Check | None:
    if not when.counts_lines:
        return None
    matches, needs = matcher(when), [*when.products, *when.categories]
    return lambda facts: (any(map(matches, facts.lines)), {"code": "lines", "needs": needs})


def one_of(name: str, wanted: Collection[str]) -> Check | None:
    if not wanted:
        return None

    def check(facts: Facts) -> tuple[bool, Why]:
        was = getattr(facts, name)
        return was in wanted, {"code": name, "was": was, "needs": list(wanted)}

    return check


def in_tiers(when: "When") -> Check | None:
    wanted = when.tiers
    return (
        (lambda facts: (facts.tier_code in wanted, {"code": "tier", "was": facts.tier_code, "needs": list(wanted)}))
        if wanted
        else None
    )


def in_segments(when: "When") -> Check | None:
    wanted = frozenset(when.segments)
    if not wanted:
        return None
    return lambda facts: (not wanted.isdisjoint(facts.segments), {"code": "segment", "needs": sorted(wanted)})


def on_first(when: "When") -> Check | None:
    return (lambda facts: (facts.is_first_purchase, {"code": "first_purchase"})) if when.first_purchase else None
