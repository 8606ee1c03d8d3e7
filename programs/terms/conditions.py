"""The conditions of a rule, asked of one purchase: whether each holds and, to be explained, what it saw and wanted.

The second half of an answer is `{"code": …, "was": …, "needs": …}`, put into words later.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from .when import When

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
A_DAY = timedelta(days=1)

Why = dict[str, Any]


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
    location: str = ""
    channel: str = ""
    lines: Collection[LineLike] = ()
    tier_code: str = ""
    segments: Collection[str] = ()
    is_first_purchase: bool = False


class Condition(NamedTuple):
    """One condition of a rule. `asks` names the fact that an explanation must keep: at, location, channel, tier."""

    code: str
    holds: Callable[[Facts], bool]
    why: Callable[[Facts], Why]
    asks: str = ""


def conditions_of(when: "When") -> tuple[Condition, ...]:
    """Compile the conditions that a rule sets; those it leaves open are not asked."""
    made = (
        within_dates(when), on_weekdays(when), within_hours(when), of_amount(when), among_lines(when),
        at_locations(when), by_channels(when), in_tiers(when), in_segments(when), on_first(when),
    )  # fmt: skip
    return tuple(condition for condition in made if condition)


def day_of(when: "When") -> Callable[[datetime], date]:
    """Tell the day of a moment; the small hours of a rule that passes midnight belong to the day on which it began."""
    if when.minutes is None or when.minutes[0] < when.minutes[1]:
        return datetime.date
    end = when.minutes[1]
    return lambda clock: (clock - A_DAY if clock.hour * 60 + clock.minute < end else clock).date()


def within_dates(when: "When") -> Condition | None:
    if when.starts_on is None and when.ends_on is None:
        return None
    first, last, day = when.starts_on or date.min, when.ends_on or date.max, day_of(when)
    needs = [when.starts_on and when.starts_on.isoformat(), when.ends_on and when.ends_on.isoformat()]
    return Condition(
        "dates",
        lambda facts: first <= day(facts.placed_at) <= last,
        lambda facts: {"code": "dates", "was": day(facts.placed_at).isoformat(), "needs": needs},
        asks="at",
    )


def on_weekdays(when: "When") -> Condition | None:
    wanted, day, needs = {WEEKDAYS.index(name) for name in when.weekdays}, day_of(when), list(when.weekdays)
    if not wanted:
        return None
    return Condition(
        "weekday",
        lambda facts: day(facts.placed_at).weekday() in wanted,
        lambda facts: {"code": "weekday", "was": WEEKDAYS[day(facts.placed_at).weekday()], "needs": needs},
        asks="at",
    )


def within_hours(when: "When") -> Condition | None:
    if when.minutes is None or when.hours is None:
        return None
    (start, end), needs = when.minutes, list(when.hours)

    def holds(facts: Facts) -> bool:
        minute = facts.placed_at.hour * 60 + facts.placed_at.minute
        return start <= minute < end if start < end else minute >= start or minute < end

    return Condition(
        "hours", holds, lambda facts: {"code": "hours", "was": f"{facts.placed_at:%H:%M}", "needs": needs}, asks="at"
    )


def of_amount(when: "When") -> Condition | None:
    least = when.min_amount
    if least is None:
        return None
    return Condition(
        "min_amount",
        lambda facts: facts.base >= least,
        lambda facts: {"code": "min_amount", "was": str(facts.base), "needs": str(least)},
    )


def matcher(when: "When") -> Callable[[LineLike], bool]:
    """Tell whether a line is of the products and the categories that the rule names."""
    products, categories = frozenset(when.products), frozenset(when.categories)
    return lambda line: (not products or line.sku in products) and (not categories or line.category in categories)


def among_lines(when: "When") -> Condition | None:
    if not when.counts_lines:
        return None
    matches = matcher(when)
    why: Why = {"code": "lines", "needs": list(when.categories)}
    if when.products:
        why["products"] = list(when.products)
    return Condition("lines", lambda facts: any(map(matches, facts.lines)), lambda facts: why)


def at_locations(when: "When") -> Condition | None:
    wanted = when.locations
    if not wanted:
        return None
    return Condition(
        "location",
        lambda facts: facts.location in wanted,
        lambda facts: {"code": "location", "was": facts.location, "needs": list(wanted)},
        asks="location",
    )


def by_channels(when: "When") -> Condition | None:
    wanted = when.channels
    if not wanted:
        return None
    return Condition(
        "channel",
        lambda facts: facts.channel in wanted,
        lambda facts: {"code": "channel", "was": facts.channel, "needs": list(wanted)},
        asks="channel",
    )


def in_tiers(when: "When") -> Condition | None:
    wanted = when.tiers
    if not wanted:
        return None
    return Condition(
        "tier",
        lambda facts: facts.tier_code in wanted,
        lambda facts: {"code": "tier", "was": facts.tier_code, "needs": list(wanted)},
        asks="tier",
    )


def in_segments(when: "When") -> Condition | None:
    wanted = frozenset(when.segments)
    if not wanted:
        return None
    return Condition(
        "segment",
        lambda facts: not wanted.isdisjoint(facts.segments),
        lambda facts: {"code": "segment", "needs": sorted(wanted)},
    )


def on_first(when: "When") -> Condition | None:
    if not when.first_purchase:
        return None
    return Condition("first_purchase", lambda facts: facts.is_first_purchase, lambda facts: {"code": "first_purchase"})
