"""The way to the next tier: how much counts today, how much is missing, and through which day that holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.reading.purses import Purse
from programs import calendar, tiers
from programs.calendar import A_DAY
from programs.terms import CalendarYear, Level, Tiers

A_QUARTER = 0.25  # of a year


@dataclass(frozen=True, slots=True)
class TierProgress:
    """One account between its tier and the next; `above` is None at the top.

    `through` is the last day of a calendar year's window; None where windows roll or never end, or nothing counts yet.
    `missing_to_keep` is what keeps the tier when a fall is announced, else 0. `gone` is the part of a calendar year's
    window that has passed, 0 for other windows.
    """

    purse: Purse
    level: Level
    above: Level | None
    through: date | None
    gone: float = 0

    @property
    def short_at_this_pace(self) -> str:
        """By how much the next tier is missed on the last day if the rest of the window goes on like this; "" if not.

        Reached / part of the window that is gone, on a day that leaves enough behind to tell: after a quarter.
        """
        if self.above is None or self.gone < A_QUARTER:
            return ""
        expected = self.reached / Decimal(self.gone)
        return self.figure(round(self.above.at - expected)) if expected < self.above.at else ""

    @property
    def reached(self) -> Decimal:
        return self.purse.account.qualifying

    @property
    def missing(self) -> Decimal:
        return max(self.above.at - self.reached, Decimal(0)) if self.above else Decimal(0)

    @property
    def rank_above(self) -> int:
        return self.purse.rank + 1

    @property
    def kept_through(self) -> date | None:
        """The last day of the present tier, when a fall is announced."""
        demote_on = self.purse.account.demote_on
        return demote_on - A_DAY if demote_on else None

    @property
    def missing_to_keep(self) -> Decimal:
        return max(self.level.at - self.reached, Decimal(0))

    @property
    def to_go(self) -> str:
        """What is missing, as the tiers count: 1,140, 48.50 zł or 3 visits."""
        return self.figure(self.missing)

    @property
    def to_keep(self) -> str:
        return self.figure(self.missing_to_keep)

    @property
    def way(self) -> str:
        """2,860 of 4,000."""
        if self.above is None:
            return self.figure(self.reached)
        return _("%(part)s of %(whole)s") % {"part": self.figure(self.reached), "whole": self.figure(self.above.at)}

    def figure(self, count: Decimal | int) -> str:
        speech, levels = self.purse.speech, self.purse.terms.tiers
        match levels.basis if levels else "points":
            case "spend":
                return speech.price(Decimal(count))
            case "visits":
                number = int(count)
                return ngettext("%(count)s visit", "%(count)s visits", number) % {"count": speech.number(number)}
        return speech.number(count)


def progress_of(purse: Purse, *, now: datetime) -> TierProgress | None:
    """How far a member is in one program; None where there are no tiers."""
    levels, level = purse.terms.tiers, purse.level
    if levels is None or level is None:
        return None
    through = holds_through(purse, levels, now=now)
    today = calendar.local_day(now, purse.account.program.merchant.zone)
    gone = today.timetuple().tm_yday / through.timetuple().tm_yday if through else 0
    return TierProgress(purse, level, tiers.next_level(levels, level.code), through, gone)


def holds_through(purse: Purse, levels: Tiers, *, now: datetime) -> date | None:
    """The last day of a window that ends for everybody at once.

    A rolling window has none: its oldest points leave day by day, and a date would read like a deadline.
    """
    if purse.account.qualifying <= 0 or not isinstance(levels.window, CalendarYear):
        return None
    return calendar.local_day(now, purse.account.program.merchant.zone).replace(month=12, day=31)
