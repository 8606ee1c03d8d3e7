"""How the conditions of two rules relate: whether one holds whenever the other does, and when both hold at once."""

from collections.abc import Collection
from datetime import date
from typing import Any

from programs.terms import When

LISTS = ("products", "categories", "locations", "channels", "tiers", "segments")
MINUTES = 24 * 60


class Apart(Exception):
    """No purchase meets both conditions."""


def includes(wide: When, narrow: When) -> bool:
    """Whether `wide` surely holds whenever `narrow` does. In doubt it says no."""
    return (
        wide.event == narrow.event
        and within_days(wide, narrow)
        and (wide.hours is None or wide.hours == narrow.hours)
        and (wide.min_amount is None or (narrow.min_amount is not None and wide.min_amount <= narrow.min_amount))
        and all(covers(getattr(wide, key), getattr(narrow, key)) for key in LISTS)
        and (not wide.first_purchase or narrow.first_purchase)
    )


def covers(wide: Collection[str], narrow: Collection[str]) -> bool:
    """An empty list asks for nothing."""
    return not wide or (bool(narrow) and set(narrow) <= set(wide))


def within_days(wide: When, narrow: When) -> bool:
    """Compare days; the small hours may belong to another day for one of the two, unless their hours are the same."""
    if wide.starts_on is None and wide.ends_on is None and not wide.weekdays:
        return True
    if (passes_midnight(wide) or passes_midnight(narrow)) and wide.hours != narrow.hours:
        return False
    starts = (wide.starts_on or date.min) <= (narrow.starts_on or date.min)
    ends = (wide.ends_on or date.max) >= (narrow.ends_on or date.max)
    return starts and ends and covers(wide.weekdays, narrow.weekdays)


def passes_midnight(when: When) -> bool:
    return when.minutes is not None and when.minutes[0] > when.minutes[1]


def both(one: When, other: When) -> When:
    """The conditions of both at once, as one purchase of one line may meet them. Raises Apart where none can.

    Segments are left out, because a member may be in one of each. Who needs certainty asks both rules afterwards.
    """
    conditions: dict[str, Any] = {
        "from": latest(one.starts_on, other.starts_on),
        "until": earliest(one.ends_on, other.ends_on),
        "hours": common_hours(one, other),
        "min_amount": max(filter(None, (one.min_amount, other.min_amount)), default=None),
        "first_purchase": one.first_purchase or other.first_purchase,
    }
    if conditions["from"] and conditions["until"] and conditions["from"] > conditions["until"]:
        raise Apart
    lists = {key: common(getattr(one, key), getattr(other, key)) for key in ("weekdays", *LISTS[:-1])}
    return When.model_validate(conditions | lists)


def latest(*days: date | None) -> date | None:
    return max(filter(None, days), default=None)


def earliest(*days: date | None) -> date | None:
    return min(filter(None, days), default=None)


def common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """What both ask for."""
    if not one or not other:
        return one or other
    found = tuple(word for word in one if word in other)
    if not found:
        raise Apart
    return found


def common_hours(one: When, other: When) -> tuple[str, str] | None:
    """The first run of minutes that both hold."""
    if one.minutes is None or other.minutes is None or one.hours is None or other.hours is None:
        return one.hours or other.hours
    for hours in (one.hours, other.hours):
        start = minute(hours[0])
        if holds(one.minutes, start) and holds(other.minutes, start):
            length = min((minutes[1] - start) % MINUTES for minutes in (one.minutes, other.minutes))
            return hours[0], clock(start + length)
    raise Apart


def holds(minutes: tuple[int, int], at: int) -> bool:
    start, end = minutes
    return start <= at < end if start < end else at >= start or at < end


def minute(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


def clock(at: int) -> str:
    hour, rest = divmod(at % MINUTES, 60)
    return f"{hour:02d}:{rest:02d}"
