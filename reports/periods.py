"""Periods in whole weeks, so that weekdays line up between a period and the one before. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from programs.calendar import A_DAY, Zone, end_of_day, start_of_day

WEEKS = (1, 4, 13, 52)
USUAL_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Period:
    """`weeks` whole weeks that end with the local day `last`, inclusive."""

    weeks: int
    last: date

    @property
    def first(self) -> date:
        return self.last - timedelta(weeks=self.weeks) + A_DAY

    @property
    def previous(self) -> Period:
        return Period(self.weeks, self.first - A_DAY)

    @property
    def days(self) -> list[date]:
        return days_between(self.first, self.last)

    def earlier(self, weeks: int) -> Period:
        """The period of the same length that ends some weeks earlier."""
        return Period(self.weeks, self.last - timedelta(weeks=weeks))

    def bounds(self, zone: Zone) -> tuple[datetime, datetime]:
        """The first instant, and the first instant after the end."""
        return start_of_day(self.first, zone), end_of_day(self.last, zone)


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first through the last; none if the last is before the first."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def chosen_weeks(text: str | None) -> int:
    """Read `?period=`; nonsense is the usual four weeks."""
    return int(text) if text in {str(weeks) for weeks in WEEKS} else USUAL_WEEKS
