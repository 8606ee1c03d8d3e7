"""What is replayed: a program, a range of instants, the nights that ran in it, and when each entry became known."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import LiteralString
from zoneinfo import ZoneInfo

from loyalty_site.models import Job
from loyalty_site.sql import rows
from programs.calendar import A_DAY
from programs.models import Merchant, Program
from programs.terms import Tiers
from programs.versions import current

# In each hour, the last thing that is done at once: what was posted before it was known before it.
AT_ONCE: LiteralString = """
SELECT DISTINCT ON (date_trunc('hour', occurred_at)) id, occurred_at FROM members_ledgerentry
WHERE program_id = %(program)s AND occurred_at >= %(start)s AND kind IN ('redeem', 'restore', 'adjust')
ORDER BY date_trunc('hour', occurred_at), id DESC
"""
LAST: LiteralString = "SELECT coalesce(max(id), 0) FROM members_ledgerentry WHERE program_id = %(program)s"


@dataclass(frozen=True)
class Night:
    """A review of tiers that really ran: for the local day that begins, at an instant."""

    day: date
    at: datetime


@dataclass(frozen=True)
class Span:
    """From `start` until before `end`, as far as it was posted by the entry `through`.

    `marks` are entries of things done at once, in rising order, with their instants.
    """

    program: Program
    start: datetime
    end: datetime
    through: int
    nights: tuple[Night, ...]
    marks: Sequence[tuple[int, datetime]] = ()

    @property
    def merchant(self) -> Merchant:
        return self.program.merchant

    @cached_property
    def zone(self) -> ZoneInfo:
        return self.program.merchant.zone

    @cached_property
    def levels(self) -> Tiers | None:
        """The tiers that were in force as the range began."""
        return current(self.program, now=self.start).terms.tiers

    @cached_property
    def night_instants(self) -> list[datetime]:
        return [night.at for night in self.nights]

    def nights_before(self, instant: datetime) -> int:
        """How many nights had run at an instant."""
        return bisect_right(self.night_instants, instant)

    @cached_property
    def bounds(self) -> tuple[list[int], list[datetime]]:
        """Entry ids, and by when whatever is up to each of them was known."""
        ids, instants = [], list[datetime]()
        for entry_id, at in sorted(self.marks, reverse=True):
            ids.append(entry_id)
            instants.append(min(at, instants[-1]) if instants else at)
        return ids[::-1], instants[::-1]

    def known_at(self, entry_id: int, posted_at: datetime) -> datetime:
        """When an entry became known: when it was posted, or before what was done at once after it.

        The two differ in books that were written up later, such as those of a demo.
        """
        ids, instants = self.bounds
        place = bisect_left(ids, entry_id)
        return min(posted_at, instants[place]) if place < len(ids) else posted_at


def span_of(program: Program, *, start: datetime, end: datetime) -> Span:
    """The range as it stands now: what is posted from here on is no part of it."""
    asked = {"program": program.pk, "start": start}
    through: int = rows(LAST, asked)[0][0]
    marks = [(entry_id, at) for entry_id, at in rows(AT_ONCE, asked)]
    return Span(program, start, end, through, nights_of(program.merchant, start=start, end=end), marks)


def nights_of(merchant: Merchant, *, start: datetime, end: datetime) -> tuple[Night, ...]:
    """The reviews of tiers that ran in a range, in their order."""
    ran = Job.objects.filter(merchant_id=merchant.pk, kind="review-tiers", state=Job.State.DONE)
    found = ran.filter(started_at__gte=start, started_at__lt=end, business_on__isnull=False).order_by("started_at")
    return tuple(
        Night(day + A_DAY, at) for day, at in found.values_list("business_on", "started_at") if day is not None and at
    )
