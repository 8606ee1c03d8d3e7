"""What somebody wants to see in the list of members: filters, order and columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from members.listing.own_fields import Asked
from programs import calendar
from programs.models import Program


class When(StrEnum):
    """How an instant is asked for: in the last so many days, longer ago than that, never, or between two days."""

    ANY = ""
    WITHIN = "within"
    BEFORE = "before"
    NEVER = "never"
    BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of time in the shop's local days, counted back from today or from day to day, both inclusive."""

    when: When = When.ANY
    count: int | None = None
    first: date | None = None
    last: date | None = None

    @property
    def is_asked(self) -> bool:
        return bool(self.span_of_days(date.max) or self.when is When.NEVER)

    def span_of_days(self, today: date) -> tuple[date | None, date | None] | None:
        """The first and the last day that fit, None at an open end; None for a stretch that asks nothing."""
        if self.when is When.BETWEEN and (self.first or self.last):
            return self.first, self.last
        if self.count is None or self.when not in (When.WITHIN, When.BEFORE):
            return None
        turn = today - timedelta(days=self.count)
        return (turn, None) if self.when is When.WITHIN else (None, turn - timedelta(days=1))

    def span(self, zone: ZoneInfo, *, now: datetime) -> tuple[datetime | None, datetime | None]:
        """From which instant on, and before which one; None at an open end."""
        first, last = self.span_of_days(calendar.local_day(now, zone)) or (None, None)
        return (
            calendar.start_of_day(first, zone) if first else None,
            calendar.start_of_day(last + timedelta(days=1), zone) if last else None,
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters that must all hold; tier, balance and last visit are those in `program`.

    `location` is the id of where somebody joined. `consent` is "purpose:channel". `own` is what is asked of the shop's
    own fields. `sort` is a key of `paging.ORDERS`, `columns` are keys of `columns`.
    """

    program: Program | None = None
    text: str = ""
    tiers: tuple[str, ...] = ()
    balance_from: int | None = None
    balance_to: int | None = None
    visited: Days = Days()
    joined: Days = Days()
    location: int | None = None
    tags: tuple[str, ...] = ()
    consent: str = ""
    is_blocked: bool | None = None
    own: tuple[Asked, ...] = ()
    sort: str = "joined"
    is_descending: bool = True
    columns: tuple[str, ...] = ()
